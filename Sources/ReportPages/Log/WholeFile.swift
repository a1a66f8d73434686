import Foundation

/// Writes a file so that its name always stands for a whole one: beside the target, flushed, then renamed.
///
/// A killed process may leave a file whose name ends in `.partial`; the target is then as it was.
package enum WholeFile {
    /// Writes `text` in UTF-8 as the file at `path`, in place of what stood there.
    /// - Throws: `ReportFileError.system`, and leaves no partial file.
    package static func write(_ text: String, to path: String) throws(ReportFileError) {
        try write(Array(text.utf8), to: path)
    }

    /// Writes `bytes` as the file at `path`, in place of what stood there.
    /// - Throws: `ReportFileError.system`, and leaves no partial file.
    package static func write(_ bytes: [UInt8], to path: String) throws(ReportFileError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "./"
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let partial = "\(folder).\(name).\(String(UInt32.random(in: .min ... .max), radix: 36)).partial"
        do throws(ReportFileError) {
            let file = try OpenFile(partial, flags: O_WRONLY | O_CREAT | O_EXCL)
            try file.write(bytes)
            try file.flush()
            guard unsafe rename(partial, path) == 0 else {
                throw ReportFileError.system(file: path, operation: .rename, code: errno)
            }
        } catch {
            _ = unsafe unlink(partial)
            throw named(path, error)
        }
        try flushFolder(folder, of: path)
    }

    /// The error, told of the file that the caller asked for.
    private static func named(_ path: String, _ error: ReportFileError) -> ReportFileError {
        guard case .system(_, let operation, let code) = error else { return error }
        return .system(file: path, operation: operation, code: code)
    }

    /// Makes the new name durable.
    private static func flushFolder(_ folder: String, of path: String) throws(ReportFileError) {
        do { try OpenFile(folder, flags: O_RDONLY).flush() } catch {
            guard case .system(_, _, let code) = error else { throw error }
            throw .system(file: path, operation: .flushFolder, code: code)
        }
    }
}
