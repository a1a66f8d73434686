import JSONText
import TensorEngine

/// A typed reader of a configuration file, or of an object within it.
///
///     let config = try ConfigObject(file: "model/config.json")
///     let text = try config.object("text_config")
///     let width = try text.integer("hidden_size", default: 768)
///     let epsilon = try text.number("layer_norm_eps", default: 1e-5)
///
/// Keys that are absent or null take the default, as transformers' classes do; without one they are an error. Sizes are
/// whole numbers from 1 to `sizeLimit` unless the caller says otherwise, so that a damaged file cannot ask for memory
/// that no machine has.
package struct ConfigObject: Sendable, Equatable {
    /// The largest size that is believed: more than any vocabulary, width or context length in use.
    package static let sizeLimit = 1 << 24

    /// The file, for errors.
    package let file: String
    /// Where in the file this object stands; empty for the whole.
    package let path: String
    /// The members.
    package let object: JSONObject

    /// Reads the file at `file`.
    /// - Throws: `ConfigError` where it cannot be read, is not a JSON object, or has a key twice at any depth.
    package init(file: String) throws(ConfigError) {
        let bytes: [UInt8]
        do {
            bytes = try TextFile.bytes(of: file)
        } catch {
            throw error.isMissing ? .fileMissing(file: file) : .cannotRead(file: file, code: error.code)
        }
        try self.init(parsing: bytes, file: file)
    }

    /// Reads the text of a configuration; `file` is its name in errors.
    /// - Throws: `ConfigError` where it is not a JSON object, or has a key twice at any depth.
    package init(parsing bytes: [UInt8], file: String) throws(ConfigError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .notJSON(file: file, reason: error.reason, offset: error.offset)
        }
        guard case .object(let object) = value else { throw .notAnObject(file: file, found: value.kind) }
        if let key = Self.duplicateKey(in: value, path: "") { throw .duplicateKey(file: file, key: key) }
        self.init(file: file, path: "", object: object)
    }

    init(file: String, path: String, object: JSONObject) {
        self.file = file
        self.path = path
        self.object = object
    }

    private static func duplicateKey(in value: JSONValue, path: String) -> String? {
        let prefix = path.isEmpty ? "" : path + "."
        switch value {
        case .object(let object):
            if let key = object.duplicateKey { return prefix + key }
            for member in object.members {
                if let key = duplicateKey(in: member.value, path: prefix + member.key) { return key }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let key = duplicateKey(in: element, path: prefix + String(index)) { return key }
            }
        default: break
        }
        return nil
    }

    /// Whether the key is there and not null.
    package func contains(_ key: ConfigKey) -> Bool { value(key) != nil }

    /// What stands under the first spelling that is there and not null.
    package func value(_ key: ConfigKey) -> JSONValue? { present(key)?.value }

    /// The path of `key` from the top of the file, for errors of the caller's own.
    package func fullPath(_ key: ConfigKey) -> String {
        let spelling = present(key)?.spelling ?? key.spellings.first ?? ""
        return path.isEmpty ? spelling : path + "." + spelling
    }

    private func present(_ key: ConfigKey) -> (spelling: String, value: JSONValue)? {
        for spelling in key.spellings {
            if let value = object[spelling], value != .null { return (spelling, value) }
        }
        return nil
    }

    // MARK: - For the readers of single kinds

    func missing(_ key: ConfigKey) -> ConfigError {
        .missing(file: file, key: fullPath(key), otherSpellings: Array(key.spellings.dropFirst()))
    }

    func wrongKind(_ key: ConfigKey, _ expected: String, _ found: JSONValue) -> ConfigError {
        .wrongKind(file: file, key: fullPath(key), expected: expected, found: found.shown)
    }

    func outOfRange(_ key: ConfigKey, _ expected: String, _ found: String) -> ConfigError {
        .outOfRange(file: file, key: fullPath(key), expected: expected, found: found)
    }
}
