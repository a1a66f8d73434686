import TensorEngine

/// Reads small files (configurations, indices) whole.
enum TextFile {
    /// The bytes of the file at `path`.
    static func bytes(of path: String) throws(FileMappingError) -> [UInt8] {
        let map = try MappedFile(path: path)
        return map.bytes(in: 0..<map.byteCount)
    }
}
