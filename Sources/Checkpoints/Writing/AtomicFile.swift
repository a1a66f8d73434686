import Foundation
import TensorEngine

/// A file that takes its name only when it is complete: written beside the target, flushed to the disk, then renamed.
///
/// Whatever goes wrong before that, a full disk or a lost process, the target is as it was. A file that was begun and not
/// finished is removed with the object that stands for it; a killed process may leave one, whose name ends in `.partial`.
package final class AtomicFile {
    private let target: String
    private let partial: String
    private let descriptor: Int32
    private var isFinished = false

    /// Writes a whole file.
    /// - Throws: `CheckpointError.cannotWrite`, and then what stood at `path` before still stands there.
    package static func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
        let file = try AtomicFile(target: path)
        try file.write(bytes)
        try file.finish()
    }

    /// Begins the file that is to be `target`, in the same folder.
    init(target: String) throws(CheckpointError) {
        let folder = Self.folder(of: target)
        let name = target.split(separator: "/").last ?? "file"
        let partial = folder + "." + name + "." + String(UInt32.random(in: .min ... .max), radix: 36) + ".partial"
        let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .cannotWrite(file: target, operation: .create, code: errno) }
        self.target = target
        self.partial = partial
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        if !isFinished { _ = unsafe unlink(partial) }
    }

    private static func folder(of path: String) -> String {
        path.contains("/") ? path[...(path.lastIndex(of: "/") ?? path.startIndex)] + "" : "./"
    }

    /// Appends `bytes`.
    func write(_ bytes: [UInt8]) throws(CheckpointError) {
        let code = unsafe bytes.withUnsafeBytes { unsafe Self.write($0, to: descriptor) }
        guard code == 0 else { throw .cannotWrite(file: target, operation: .write, code: code) }
    }

    /// Appends the stored bytes of `tensor`.
    func write(_ tensor: Tensor) throws(CheckpointError) {
        let code = unsafe tensor.withBytes { unsafe Self.write($0, to: descriptor) }
        guard code == 0 else { throw .cannotWrite(file: target, operation: .write, code: code) }
    }

    /// Writes all of `bytes`; 0, or the system's error number.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        guard let base = bytes.baseAddress else { return 0 }
        var written = 0
        while written < bytes.count {
            let count = unsafe Foundation.write(descriptor, base + written, bytes.count - written)
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

    /// Makes the file durable under its name, in place of what stood there.
    func finish() throws(CheckpointError) {
        guard fsync(descriptor) == 0 else { throw .cannotWrite(file: target, operation: .flush, code: errno) }
        guard unsafe rename(partial, target) == 0 else {
            throw .cannotWrite(file: target, operation: .rename, code: errno)
        }
        isFinished = true
        try Self.flushFolder(of: target)
    }

    /// Makes names in the folder of `path` durable.
    static func flushFolder(of path: String) throws(CheckpointError) {
        let folder = unsafe open(folder(of: path), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw .cannotWrite(file: path, operation: .flushFolder, code: errno) }
        defer { close(folder) }
        // Some file systems cannot flush a folder, and say so.
        guard fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw .cannotWrite(file: path, operation: .flushFolder, code: errno)
        }
    }
}
