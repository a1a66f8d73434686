import Checkpoints
import Foundation

extension ModelIdentity {
    /// Files of a model folder that change answers without changing weights.
    private static let decidingFiles = [
        "config.json", "generation_config.json", "lorgnette.json", "preprocessor_config.json", "processor_config.json",
        "tokenizer.json", "tokenizer.model", "vocab.json", "merges.txt", "vocab.txt", "spiece.model",
        "tokenizer_config.json", "special_tokens_map.json",
    ]

    /// The name of a tensor of the bridge.
    package static func isBridge(_ name: String) -> Bool {
        name == "query_tokens" || name.hasPrefix("qformer.") || name.hasPrefix("language_projection.")
    }

    /// The identity of the model in a folder. Reads every weight once.
    ///
    /// - Throws: `CheckpointError` where a file of weights is missing or damaged.
    package init(folder path: String, weightType: String) throws(CheckpointError) {
        let folder = try CheckpointFolder(path: path)
        var files: [(name: String, hash: String)] = []
        for name in Self.decidingFiles where FileManager.default.fileExists(atPath: folder.file(name)) {
            files.append((name, try ContentHash(ofFile: folder.file(name)).description))
        }
        self.init(
            name: path.split(separator: "/").last.map(String.init) ?? path,
            weights: ContentHash(of: folder).description,
            bridge: ContentHash(of: folder, where: Self.isBridge).description, files: files, weightType: weightType)
    }
}
