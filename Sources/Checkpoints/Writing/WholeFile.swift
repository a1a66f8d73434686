/// Writes small files (configurations, logs of a finished run) whole: complete under their name, or not at all.
package enum WholeFile {
    /// Writes `text` as the file at `path`.
    /// - Throws: `CheckpointError.cannotWrite`, and then what stood there before still stands there.
    package static func write(_ text: String, to path: String) throws(CheckpointError) {
        let file = try AtomicFile(target: path)
        try file.write(Array(text.utf8))
        try file.finish()
    }
}
