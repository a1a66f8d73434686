/// Why a config file cannot be used: the file, the key, what was expected and what stands there.
public struct ConfigError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was wrong.
    public enum Problem: Sendable, Equatable {
        case missingFile
        case unreadableFile(reason: String)
        case notJSON(reason: String)
        case duplicateKey
        case missing(expected: String)
        case wrongKind(expected: String, found: String)
        case outOfRange(expected: String, found: String)
        case unsupported(found: String, supported: [String])
    }

    /// The file.
    public let file: String
    /// The key, with the keys of the objects it stands in, joined by full stops; empty for the whole file.
    public let key: String
    /// What was wrong.
    public let problem: Problem

    /// An error of that key.
    public init(file: String, key: String, problem: Problem) {
        self.file = file
        self.key = key
        self.problem = problem
    }

    /// The file, the key, what was expected and what stands there.
    public var description: String {
        let place = key.isEmpty ? file : "\(file): \(key)"
        switch problem {
        case .missingFile: return "\(place): no such file; a model folder has one"
        case .unreadableFile(let reason): return "\(place): cannot be read: \(reason)"
        case .notJSON(let reason): return "\(place): \(reason)"
        case .duplicateKey: return "\(place): the key stands there twice; remove one"
        case .missing(let expected): return "\(place): missing; expected \(expected)"
        case .wrongKind(let expected, let found): return "\(place): expected \(expected), found \(found)"
        case .outOfRange(let expected, let found): return "\(place): is \(found), must be \(expected)"
        case .unsupported(let found, let supported):
            let choices = supported.isEmpty ? "" : "; supported: \(supported.joined(separator: ", "))"
            return "\(place): \"\(found)\" is not supported\(choices)"
        }
    }
}
