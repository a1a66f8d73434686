import Foundation

/// A file that is read and written at any place, and that one process at a time writes.
final class FeatureFile: Sendable {
    let path: String
    /// Whether this object may write: the system allows it, and nobody else was first.
    let isWritable: Bool
    private let descriptor: Int32

    /// Opens the file at `path`, which is made where it is not there and may be.
    init(path: String) throws(FeatureStoreError) {
        self.path = path
        var opened = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        // A cache that another person filled can be read all the same.
        let mayWrite = opened >= 0
        if !mayWrite, errno == EACCES || errno == EROFS { opened = unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard opened >= 0 else { throw .cannotOpen(file: path, code: errno) }
        descriptor = opened
        isWritable = mayWrite && flock(opened, LOCK_EX | LOCK_NB) == 0
    }

    deinit { close(descriptor) }

    /// Bytes in the file.
    var byteCount: Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return 0 }
        return Int(status.st_size)
    }

    /// Cuts the file to `count` bytes.
    func truncate(to count: Int) throws(FeatureStoreError) {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw .cannotWrite(file: path, code: errno) }
    }

    /// Writes all of the bytes from `offset` on.
    func write(_ bytes: [UInt8], at offset: Int) throws(FeatureStoreError) {
        let code: Int32 = unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            var written = 0
            while written < buffer.count {
                let count = unsafe pwrite(descriptor, base + written, buffer.count - written, off_t(offset + written))
                if count > 0 {
                    written += count
                } else if count == 0 {
                    return ENOSPC
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
        guard code == 0 else { throw .cannotWrite(file: path, code: code) }
    }
}

/// Why features cannot be kept.
package enum FeatureStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder cannot be made.
    case cannotMakeFolder(path: String, reason: String)
    /// The file cannot be opened; `code` is the system's error number.
    case cannotOpen(file: String, code: Int32)
    /// The file cannot be written.
    case cannotWrite(file: String, code: Int32)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .cannotMakeFolder(let path, let reason):
            "\(path): cannot make the folder of the feature cache: \(reason); name another with feature_cache"
        case .cannotOpen(let file, let code):
            "\(file): cannot open the feature cache: \(Self.reason(code)); name another folder with feature_cache"
        case .cannotWrite(let file, let code):
            "\(file): cannot write the feature cache: \(Self.reason(code)); make room, or set feature_cache to false"
        }
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
