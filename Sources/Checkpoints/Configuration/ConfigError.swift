import JSONText

/// Why a configuration file was refused. `key` is the path from the top, joined by full stops: `text_config.hidden_size`.
public enum ConfigError: Error, Equatable, Sendable, CustomStringConvertible {
    case fileMissing(file: String)
    case cannotRead(file: String, code: Int32)
    case notJSON(file: String, reason: JSONError.Reason, offset: Int)
    /// The document is not an object.
    case notAnObject(file: String, found: String)
    case duplicateKey(file: String, key: String)
    /// Nothing, or null, stands under the key (or under its other spellings), which has no default.
    case missing(file: String, key: String, otherSpellings: [String])
    case wrongKind(file: String, key: String, expected: String, found: String)
    case outOfRange(file: String, key: String, expected: String, found: String)
    case unknownChoice(file: String, key: String, choices: [String], found: String)

    /// One sentence: the file, the key, what is expected there and what was found.
    public var description: String {
        switch self {
        case .fileMissing(let file): "\(file): no such file"
        case .cannotRead(let file, let code): "\(file): cannot read the file: \(systemReason(code))"
        case .notJSON(let file, let reason, let offset): "\(file): \(JSONError(reason: reason, offset: offset))"
        case .notAnObject(let file, let found): "\(file): expected a JSON object, found \(found)"
        case .duplicateKey(let file, let key): "\(file): \(key) is there twice: keep the one that is meant"
        case .missing(let file, let key, let others):
            "\(file): \(key) is missing"
                + (others.isEmpty ? "" : " (also not there as \(others.joined(separator: ", ")))")
        case .wrongKind(let file, let key, let expected, let found):
            "\(file): \(key) must be \(expected), found \(found)"
        case .outOfRange(let file, let key, let expected, let found):
            "\(file): \(key) must be \(expected), found \(found)"
        case .unknownChoice(let file, let key, let choices, let found):
            "\(file): \(key) is \"\(found)\"; known are \(choices.joined(separator: ", "))"
        }
    }
}
