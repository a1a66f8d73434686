import Foundation

/// A file mapped read-only into memory: its pages are read when touched and shared with the system's cache.
///
/// The mapping lives as long as the object. The file must not be shortened meanwhile: touching a page past its
/// new end would end the process, as with every memory map.
@safe package final class MappedFile: @unchecked Sendable {
    // Sendable: immutable after init; the pages are mapped PROT_READ.
    /// Where the file is.
    package let path: String
    /// Its length in bytes.
    package let byteCount: Int
    let base: UnsafeMutableRawPointer?

    /// Maps the file at `path`.
    /// - Throws: `FileMappingError` with the system's reason.
    package init(path: String) throws(FileMappingError) {
        // A pipe without a writer would be waited for.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileMappingError(path: path, operation: .open, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw FileMappingError(path: path, operation: .stat, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw FileMappingError(path: path, operation: .open, code: isFolder ? EISDIR : ENODEV)
        }
        byteCount = Int(status.st_size)
        self.path = path
        guard byteCount > 0 else {
            unsafe base = nil
            return
        }
        let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard unsafe address != MAP_FAILED else { throw FileMappingError(path: path, operation: .map, code: errno) }
        unsafe base = address
    }

    deinit {
        if let base = unsafe base { unsafe munmap(base, byteCount) }
    }

    /// A copy of the bytes in `range`, which must lie within the file.
    package func bytes(in range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "\(range) in a file of \(byteCount) bytes")
        guard let base = unsafe base else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Hands the bytes in `range` to `body`, which must not keep them.
    package func withBytes<R>(in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "\(range) in a file of \(byteCount) bytes")
        guard let base = unsafe base else { return try unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return try unsafe body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Tells the system that the pages of `range` will not be needed soon.
    package func releasePages(in range: Range<Int>) {
        guard let base = unsafe base else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = range.lowerBound / page * page
        _ = unsafe madvise(base + start, range.upperBound - start, MADV_DONTNEED)
    }
}

/// Why a file could not be mapped.
package struct FileMappingError: Error, Equatable, CustomStringConvertible {
    /// What was being done.
    package enum Operation: String, Sendable { case open, stat, map }
    /// The file.
    package let path: String
    /// What was being done.
    package let operation: Operation
    /// The system's error number.
    package let code: Int32

    /// Whether the file does not exist.
    package var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// The file and the system's reason.
    package var description: String {
        let reason = code == ENODEV ? "it is no regular file" : unsafe String(cString: strerror(code))
        return "\(path): cannot \(operation.rawValue) the file: \(reason)"
    }
}
