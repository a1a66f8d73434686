import Checkpoints
import Foundation
import JSONText

/// By what a bridge knows the model it was trained against: SHA-256 of each frozen part.
package struct BaseFingerprint: Sendable, Equatable {
    /// The parts, as a bridge folder names them.
    package enum Part: String, Sendable, CaseIterable {
        case visionEncoder = "vision_encoder"
        case decoder
        case tokenizer
        case preprocessing
    }

    /// The hash of each part.
    package let hashes: [Part: ContentHash]

    /// Files that say how text becomes ids, where a folder has them.
    private static let tokenizerFiles = [
        "tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "merges.txt", "vocab.txt",
        "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json",
        "\(BridgeTokenizer.folderName)/tokenizer.json", "\(BridgeTokenizer.folderName)/vocab.txt",
        "\(BridgeTokenizer.folderName)/tokenizer_config.json",
    ]
    /// Files that say how pictures become pixels: the first one that a folder has, as they are read.
    private static let processorFiles = ["preprocessor_config.json", "processor_config.json"]

    /// The fingerprint of the model folder at `path`, whose weights are `weights`.
    ///
    /// Weights are hashed by name, type, shape and bytes, so neither shards nor order in the file matter; files by name and
    /// bytes. Everything is read once: about a second a gigabyte.
    package init(path: String, weights: CheckpointFolder) throws(CheckpointError) {
        var hashes: [Part: ContentHash] = [:]
        hashes[.visionEncoder] = ContentHash(of: weights) { $0.hasPrefix("vision_model.") }
        hashes[.decoder] = ContentHash(of: weights) { $0.hasPrefix("language_model.") }
        hashes[.tokenizer] = try Self.hash(of: Self.tokenizerFiles, in: path)
        let processor = Self.processorFiles.first { FileManager.default.fileExists(atPath: path + "/" + $0) }
        hashes[.preprocessing] = try Self.hash(of: processor.map { [$0] } ?? [], in: path)
        self.hashes = hashes
    }

    /// The fingerprint that `record` of `file` spells.
    init(_ record: ConfigObject) throws(ConfigError) {
        var hashes: [Part: ContentHash] = [:]
        for part in Part.allCases {
            let text = try record.string(part.rawValue)
            guard let hash = ContentHash(hexadecimal: text) else {
                throw record.unsupported(part.rawValue, found: text)
            }
            hashes[part] = hash
        }
        self.hashes = hashes
    }

    /// The record of a bridge folder.
    package var json: JSONValue {
        .object(Part.allCases.compactMap { part in hashes[part].map { (part.rawValue, .string($0.description)) } })
    }

    /// The parts in which this differs from `other`.
    package func differences(from other: BaseFingerprint) -> [Part] {
        Part.allCases.filter { hashes[$0] != other.hashes[$0] }
    }

    private static func hash(of names: [String], in folder: String) throws(CheckpointError) -> ContentHash {
        var lines = ""
        for name in names {
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else { continue }
            lines += "\(name) \(try ContentHash(ofFile: path))\n"
        }
        return ContentHash(ofBytes: Array(lines.utf8))
    }
}
