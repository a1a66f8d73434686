import TensorEngine

/// A safetensors file, mapped into memory: its header is read and checked, its tensors are views of the map.
///
///     let file = try SafetensorsFile(path: "model.safetensors")
///     file.entry(named: "query_tokens")?.shape   // [1, 32, 768]
package struct SafetensorsFile: Sendable {
    /// The checked header.
    package let header: SafetensorsHeader
    /// The mapped file.
    package let map: MappedFile
    private let index: [String: Int]

    /// Opens the file at `path` and checks its header; no tensor is touched.
    /// - Throws: `CheckpointError` where the file cannot be read or its header is damaged.
    package init(path: String) throws(CheckpointError) {
        do {
            map = try MappedFile(path: path)
        } catch {
            throw error.isMissing ? .fileMissing(file: path) : .cannotRead(file: path, code: error.code)
        }
        let map = map
        header = try SafetensorsHeader(file: path, byteCount: map.byteCount) { map.bytes(in: $0) }
        index = Dictionary(uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) })
    }

    /// Where the file is.
    package var path: String { map.path }

    /// The tensors in the order of the header.
    package var entries: [SafetensorsEntry] { header.entries }

    /// What the writer said about the file.
    package var metadata: [String: String] { header.metadata }

    /// The tensor called `name`, where there is one.
    package func entry(named name: String) -> SafetensorsEntry? { index[name].map { header.entries[$0] } }

    /// The bytes of `entry` as they stand in the file.
    package func bytes(of entry: SafetensorsEntry) -> [UInt8] { map.bytes(in: entry.bytes) }
}
