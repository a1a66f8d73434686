import JSONText

/// Why a tokenizer cannot be had from these files. Each case names the file and, where there is one, the key.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// The file cannot be read; `reason` is the system's.
    case unreadableFile(file: String, reason: String)
    /// The folder holds none of the files that a tokenizer can be made from.
    case noTokenizer(folder: String)
    /// The file is not JSON.
    case notJSON(file: String, error: JSONError)
    /// The key is absent.
    case missingKey(file: String, key: String)
    /// The value under the key is not what it has to be.
    case wrongValue(file: String, key: String, expected: String)
    /// A component of a type that is not known here.
    case unknownType(file: String, key: String, found: String)
    /// A merge rule names a token that the vocabulary does not hold.
    case mergeOutsideVocabulary(file: String, key: String, index: Int, token: String)
    /// A merge rule is not two tokens.
    case malformedMerge(file: String, key: String, index: Int)
    /// Two tokens have one id.
    case repeatedIdentifier(file: String, key: String, identifier: Int, tokens: [String])
    /// One token stands twice in the vocabulary.
    case repeatedToken(file: String, key: String, token: String)
    /// An id below zero or too large for a vocabulary.
    case identifierOutOfRange(file: String, key: String, token: String, identifier: Int)
    /// Text can come that no token covers, and there is no unknown token to stand for it.
    case noUnknownToken(file: String, key: String, token: String?)
    /// A pattern that cannot be used; `offset` counts its Unicode scalars.
    case badPattern(file: String, key: String, pattern: String, offset: Int, reason: String)
    /// A SentencePiece file that is cut off or is no such file; `offset` in bytes.
    case damagedModel(file: String, offset: Int, reason: String)
    /// A component that is known but does something this package does not do.
    case unsupported(file: String, key: String, what: String)
    /// What a trainer was asked for cannot be done.
    case badTrainingOption(name: String, reason: String)

    /// One sentence: what, where, what to do.
    public var description: String {
        switch self {
        case .unreadableFile(let file, let reason): "\(file): cannot be read (\(reason))"
        case .noTokenizer(let folder):
            "\(folder): no tokenizer here; it needs tokenizer.json, vocab.json with merges.txt, vocab.txt, "
                + "tokenizer.model or spiece.model"
        case .notJSON(let file, let error): "\(file): \(error)"
        case .missingKey(let file, let key): "\(file): \(key) is missing"
        case .wrongValue(let file, let key, let expected): "\(file): \(key) has to be \(expected)"
        case .unknownType(let file, let key, let found): "\(file): \(key) is of unknown type '\(found)'"
        case .mergeOutsideVocabulary(let file, let key, let index, let token):
            "\(file): \(key)[\(index)] needs the token '\(token)', which the vocabulary does not hold"
        case .malformedMerge(let file, let key, let index): "\(file): \(key)[\(index)] is not a pair of tokens"
        case .repeatedIdentifier(let file, let key, let identifier, let tokens):
            "\(file): \(key) gives id \(identifier) to more than one token: "
                + tokens.map { "'\($0)'" }.joined(separator: ", ")
        case .repeatedToken(let file, let key, let token): "\(file): \(key) holds the token '\(token)' twice"
        case .identifierOutOfRange(let file, let key, let token, let identifier):
            "\(file): \(key) gives the token '\(token)' the id \(identifier), "
                + "outside 0...\(Vocabulary.largestIdentifier)"
        case .noUnknownToken(let file, let key, let token):
            "\(file): \(key) " + (token.map { "names '\($0)', which the vocabulary does not hold" } ?? "is missing")
                + ", and some text has no other token"
        case .badPattern(let file, let key, let pattern, let offset, let reason):
            "\(file): \(key): \(reason) at \(offset) of the pattern \(pattern)"
        case .damagedModel(let file, let offset, let reason):
            "\(file): not a SentencePiece model: \(reason) at byte \(offset)"
        case .unsupported(let file, let key, let what): "\(file): \(key): \(what) is not supported"
        case .badTrainingOption(let name, let reason): "\(name): \(reason)"
        }
    }
}
