import Foundation

/// A file that is written from its start, or at its end.
final class OutputFile {
    private let path: String
    private let descriptor: Int32

    /// Makes the file, or empties it; appends to it where asked for.
    init(path: String, appending: Bool = false) throws(TextDataError) {
        self.path = path
        let mode = appending ? O_APPEND : O_TRUNC
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o666)
        guard descriptor >= 0 else { throw .cannotWrite(file: path, code: errno) }
    }

    deinit { close(descriptor) }

    /// Writes all of the bytes.
    func write(_ bytes: [UInt8]) throws(TextDataError) {
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
        guard code == 0 else { throw .cannotWrite(file: path, code: code) }
    }

    /// Waits until the disk has it.
    func flush() throws(TextDataError) {
        guard fsync(descriptor) == 0 else { throw .cannotWrite(file: path, code: errno) }
    }
}

/// A lock that other processes respect, held as long as the object lives; a process that ends lets go of it.
final class FileLock {
    private let descriptor: Int32

    /// Waits for the lock on the file at `path`, which is made where it is not there.
    init(path: String) throws(TextDataError) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .cannotWrite(file: path, code: errno) }
        while lockf(descriptor, F_LOCK, 0) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(descriptor)
                throw .cannotWrite(file: path, code: code)
            }
        }
    }

    deinit { close(descriptor) }
}
