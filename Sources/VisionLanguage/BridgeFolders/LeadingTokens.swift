import Checkpoints
import Foundation
import JSONText
import TextTokens

/// What a language model has learned to see in front of texts, as its folder's `lorgnette.json` says: other tokens for texts that
/// it goes on from (`complete`) than for those that it reads (`read`), since a mode is told by its token.
package enum LeadingTokens: String {
    /// In front of a text to go on from.
    case complete
    /// In front of every window of a text that is read from left to right.
    case read

    /// The ids; nil where the folder says nothing of them.
    /// - Throws: for a damaged file, and a token that the tokenizer does not have.
    package func ids(in folder: String, _ tokenizer: TextTokenizer) throws(ConfigError) -> [Int]? {
        guard FileManager.default.fileExists(atPath: folder + "/" + LorgnetteFiles.name) else { return nil }
        let config = try ConfigObject(path: folder + "/" + LorgnetteFiles.name)
        guard let names = config.value(rawValue)?["leading_tokens"] else { return nil }
        var ids: [Int] = []
        for name in names.array ?? [] {
            guard let token = name.string, let id = tokenizer.id(of: token) else {
                throw ConfigError(
                    file: config.file, key: rawValue + ".leading_tokens",
                    problem: .wrongKind(expected: "a list of tokens of the tokenizer", found: name.text))
            }
            ids.append(id)
        }
        return ids
    }
}
