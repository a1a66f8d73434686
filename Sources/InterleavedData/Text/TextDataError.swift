import JSONText
import TextTokens

/// Why texts cannot be read, tokenised or batched. Each case carries the facts; the sentence is in `description`.
package enum TextDataError: Error, Equatable {
    // === Sources ===
    /// There is no such file.
    case fileMissing(file: String)
    /// The file cannot be read; `code` is the system's error number.
    case cannotRead(file: String, code: Int32)
    /// A byte that is not UTF-8.
    case notUTF8(file: String, offset: Int)
    /// A line of a JSON Lines file that is not JSON.
    case notJSON(file: String, line: Int, error: JSONError)
    /// A line of a JSON Lines file without what it needs.
    case wrongLine(file: String, line: Int, expected: String)
    /// A line of a JSON Lines file that is longer than one may be.
    case lineTooLong(file: String, offset: Int, limit: Int)
    /// A template without one of its places.
    case badTemplate(template: String, missing: String)

    // === Corpora ===
    /// An option out of its range.
    case badOption(name: String, reason: String)
    /// No document is in the sources, or none that was not a duplicate.
    case noDocuments(files: [String])
    /// All documents fell on the other side of the split.
    case emptySplit(split: String, documents: Int)
    /// The work was cancelled.
    case cancelled

    // === Token stores ===
    /// A file or folder cannot be written; `code` is the system's error number.
    case cannotWrite(file: String, code: Int32)
    /// A token store is not what its index says.
    case damagedStore(file: String, reason: String)
    /// What lies where a token store is to be made is something else.
    case notAStore(folder: String)
    /// A stored id that the vocabulary does not have.
    case tokenOutOfRange(file: String, offset: Int, id: Int, vocabulary: Int)

    // === Tokenizers ===
    /// The tokenizer's own error.
    case tokenizer(TokenizerError)
    /// The vocabulary lacks a token that is needed.
    case missingToken(token: String, purpose: String)

    // === Batches ===
    /// A denoiser may need more sentinels than the vocabulary has.
    case tooFewSentinels(denoiser: String, needed: Int, found: Int)
}

extension TextDataError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .fileMissing(let file): "\(file): no such file"
        case .cannotRead(let file, let code): "\(file): cannot read the file: \(SystemMessage.text(of: code))"
        case .notUTF8(let file, let offset):
            "\(file): not UTF-8 at byte \(offset); convert the file first (iconv -t UTF-8)"
        case .notJSON(let file, let line, let error): "\(file): line \(line): \(error.description)"
        case .wrongLine(let file, let line, let expected): "\(file): line \(line): \(expected) is expected"
        case .lineTooLong(let file, let offset, let limit):
            "\(file): the line at byte \(offset) is longer than \(limit) bytes"
        case .badTemplate(let template, let missing): "the template \"\(template)\" has no \(missing) in it"
        case .badOption(let name, let reason): "\(name): \(reason)"
        case .noDocuments(let files): "no text in \(files.joined(separator: ", "))"
        case .emptySplit(let split, let documents):
            "none of the \(documents) documents falls into the \(split) split: give more text, or change the held-out share"
        case .cancelled: "cancelled"
        case .cannotWrite(let file, let code): "\(file): cannot write: \(SystemMessage.text(of: code))"
        case .damagedStore(let file, let reason):
            "\(file): \(reason); remove the folder, it is made again from the sources"
        case .notAStore(let folder): "\(folder): is there already and is no token store; name another folder"
        case .tokenOutOfRange(let file, let offset, let id, let vocabulary):
            "\(file): id \(id) at token \(offset) is beyond the vocabulary of \(vocabulary); remove the folder, it is "
                + "made again from the sources"
        case .tokenizer(let error): error.description
        case .missingToken(let token, let purpose): "the tokenizer has no token \(token), which is needed \(purpose)"
        case .tooFewSentinels(let denoiser, let needed, let found):
            "\(denoiser) may cut \(needed) spans out of a row but the tokenizer reserves \(found) sentinels; train the "
                + "tokenizer with --reserve \(needed) or use shorter rows"
        }
    }
}
