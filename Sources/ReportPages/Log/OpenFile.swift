import Foundation

/// An open file of the system's: whole writes, typed errors, closed with the object that stands for it.
final class OpenFile {
    private let path: String
    private let descriptor: Int32

    /// Opens `path` with the flags of open(2).
    init(_ path: String, flags: Int32) throws(ReportFileError) {
        let descriptor = unsafe open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system(file: path, operation: .open, code: errno) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The length in bytes where this is an ordinary file; `nil` for a pipe, a terminal or a device.
    func length() throws(ReportFileError) -> Int? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .system(file: path, operation: .read, code: errno) }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// Everything from the start to the end of an ordinary file.
    func contents() throws(ReportFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes.append(contentsOf: block[..<count])
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw .system(file: path, operation: .read, code: errno)
            }
        }
    }

    /// Writes all of `bytes`: one call of the system's where it takes them at once, as it does but for a full disk.
    func write(_ bytes: [UInt8]) throws(ReportFileError) {
        let code: Int32 = unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            var written = 0
            while written < buffer.count {
                let count = unsafe Foundation.write(descriptor, base + written, buffer.count - written)
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
        guard code == 0 else { throw .system(file: path, operation: .write, code: code) }
    }

    /// Cuts the file after `length` bytes.
    func shorten(to length: Int) throws(ReportFileError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw .system(file: path, operation: .shorten, code: errno)
        }
    }

    /// Waits until what was written is on the disk. Pipes and devices, which cannot promise that, are let pass.
    func flush() throws(ReportFileError) {
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw .system(file: path, operation: .flush, code: errno)
        }
    }
}
