import Checkpoints
import Foundation
import TextTokens

/// A tokenizer with the hash of its files, by which token stores know it.
package struct PinnedTokenizer: Sendable {
    /// The tokenizer.
    package let tokenizer: TextTokenizer
    /// A hash of the files that it was read from.
    package let hash: String

    /// The tokenizer of a folder with `tokenizer.json`, or the older files.
    package init(folder: String) throws(TextDataError) {
        do { tokenizer = try TextTokenizer(folder: URL(filePath: folder, directoryHint: .isDirectory)) } catch {
            throw .tokenizer(error)
        }
        var parts: [String] = []
        for name in [
            "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt",
            "vocab.txt", "tokenizer.model", "spiece.model",
        ] {
            if let hash = try? ContentHash(ofFile: folder + "/" + name) { parts.append("\(name) \(hash)") }
        }
        hash = parts.joined(separator: " ")
    }

    /// The ids of text as it stands: nothing in it counts as a special token, nothing is added.
    func ids(of bytes: ArraySlice<UInt8>) -> [Int32] { tokenizer.encodeOrdinary(Array(bytes)) }
}
