import Checkpoints
import Foundation
import VisionLanguage

extension ModelIdentity {
    /// Files of a model folder that change answers without changing weights.
    private static let decidingFiles = [
        "config.json", "generation_config.json", "lorgnette.json", "preprocessor_config.json", "processor_config.json",
        "tokenizer.json", "tokenizer.model", "vocab.json", "merges.txt", "vocab.txt", "spiece.model",
        "tokenizer_config.json", "special_tokens_map.json", LorgnetteFiles.familiarityName,
    ]

    /// The name of a tensor of the bridge.
    package static func isBridge(_ name: String) -> Bool {
        BridgeDesign.isBridge(name)
    }

    /// The identity of the model in a folder. Reads every weight once.
    ///
    /// - Parameter bridge: the folder of a bridge that is laid over the model's own; its `bridge.safetensors` is then what
    ///   `bridge` is the hash of.
    /// - Throws: `CheckpointError` where a file of weights is missing or damaged.
    package init(folder path: String, bridge: String? = nil, weightType: String) throws(CheckpointError) {
        let folder = try CheckpointFolder(path: path)
        var files: [(name: String, hash: String)] = []
        for name in Self.decidingFiles where FileManager.default.fileExists(atPath: folder.file(name)) {
            files.append((name, try ContentHash(ofFile: folder.file(name)).description))
        }
        var name = Self.lastPart(of: path)
        var bridgeHash = ContentHash(of: folder, where: Self.isBridge).description
        if let bridge {
            name += " + " + Self.lastPart(of: bridge)
            bridgeHash = try ContentHash(ofFile: bridge + "/bridge.safetensors").description
            let prompts = bridge + "/lorgnette.json"
            if FileManager.default.fileExists(atPath: prompts) {
                files.append(("bridge/lorgnette.json", try ContentHash(ofFile: prompts).description))
            }
        }
        self.init(
            name: name, weights: ContentHash(of: folder).description, bridge: bridgeHash, files: files,
            weightType: weightType)
    }

    private static func lastPart(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
