import Checkpoints
import Foundation
import JSONText
import TensorEngine
import VisionLanguage

/// A file of reference tensors, with what lies beside it: `reference.json`, pictures, probes of tokenizers.
struct ReferenceFile: Sendable {
    /// The tensors.
    let tensors: SafetensorsFile
    /// What `reference.json` beside it says; null where it is not there.
    let facts: JSONValue

    /// The file at `path`.
    init(path: String) throws(CheckpointError) {
        tensors = try SafetensorsFile(path: path)
        let beside = Self.folder(of: path).appending(path: "reference.json")
        facts = (try? JSONValue(parsing: Array(Data(contentsOf: beside)))) ?? .null
    }

    private static func folder(of path: String) -> URL { URL(filePath: path).deletingLastPathComponent() }

    /// The path of a file beside this one.
    func beside(_ name: String) -> String {
        Self.folder(of: tensors.path).appending(path: name).path(percentEncoded: false)
    }

    /// Whether there is a tensor of this name.
    func has(_ name: String) -> Bool { tensors.entry(named: name) != nil }

    /// The tensor as float32; nil where there is none.
    func tensor(_ name: String) throws -> Tensor? { has(name) ? try tensors.tensor(named: name).converted32() : nil }

    /// Rows of whole numbers of the last axis; nil where there are none.
    func rows(_ name: String) throws -> [[Int]]? {
        guard let width = tensors.entry(named: name)?.shape.last, width > 0 else { return nil }
        let flat = try tensors.integers(named: name)
        return stride(from: 0, to: flat.count, by: width).map { Array(flat[$0..<$0 + width]) }
    }

    /// The pictures `image_0.png`, … beside it.
    var pictures: [String] {
        (0..<64).map { beside("image_\($0).png") }.prefix { FileManager.default.fileExists(atPath: $0) } + []
    }

    /// The texts that `reference.json` lists under `key`.
    func texts(_ key: String) -> [String] { facts[key]?.array?.compactMap(\.string) ?? [] }
}
