import Foundation
import JSONText
import TensorEngine

/// An object of a JSON config file, read by key with a check of kind and range.
///
///     let config = try ConfigObject(path: "model/config.json")
///     let width = try config.object("text_config").integer("hidden_size", default: 768)
///
/// Absent keys and `null` take the default, as in transformers.
package struct ConfigObject: Sendable {
    /// The file, for errors.
    package let file: String
    /// The keys that lead here, joined by full stops.
    package let path: String
    /// The members.
    package let object: JSONObject

    /// No size in a config is greater than this: a damaged file must not make anybody allocate terabytes.
    package static let sizeLimit = 1 << 32

    /// The config in the file at `path`.
    package init(path: String) throws(ConfigError) {
        let bytes: [UInt8]
        do {
            let map = try MappedFile(path: path)
            bytes = map.bytes(in: 0..<map.byteCount)
        } catch {
            let problem = error.isMissing ? ConfigError.Problem.missingFile : .unreadableFile(reason: error.description)
            throw ConfigError(file: path, key: "", problem: problem)
        }
        try self.init(bytes: bytes, file: path)
    }

    /// The config that `bytes` spell; errors name it `file`.
    package init(bytes: [UInt8], file: String) throws(ConfigError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch {
            throw ConfigError(file: file, key: "", problem: .notJSON(reason: error.description))
        }
        try self.init(value, file: file, path: "")
    }

    private init(_ value: JSONValue, file: String, path: String) throws(ConfigError) {
        guard let object = value.object else {
            throw ConfigError(file: file, key: path, problem: .wrongKind(expected: "an object", found: value.shown))
        }
        if let duplicate = object.duplicateKey {
            let key = path.isEmpty ? duplicate : "\(path).\(duplicate)"
            throw ConfigError(file: file, key: key, problem: .duplicateKey)
        }
        self.file = file
        self.path = path
        self.object = object
    }

    /// The object under `key`; one without members, every default, where it is absent.
    package func objectOrDefaults(_ key: String) throws(ConfigError) -> ConfigObject {
        try ConfigObject(value(key) ?? .object([]), file: file, path: fullKey(key))
    }

    /// The value under `key`; nil where it is absent or `null`.
    package func value(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// An error of `key`.
    package func error(_ key: String, _ problem: ConfigError.Problem) -> ConfigError {
        ConfigError(file: file, key: fullKey(key), problem: problem)
    }

    /// The error of a choice that is not known.
    package func unsupported(_ key: String, found: String, supported: [String] = []) -> ConfigError {
        error(key, .unsupported(found: found, supported: supported))
    }

    /// Throws where what the config says does not fit together.
    package func require(_ condition: Bool, _ key: String, _ expected: String) throws(ConfigError) {
        guard condition else { throw error(key, .outOfRange(expected: expected, found: value(key)?.text ?? "absent")) }
    }

    private func fullKey(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func wrongKind(_ key: String, _ expected: String, _ value: JSONValue) -> ConfigError {
        error(key, .wrongKind(expected: expected, found: value.shown))
    }

    /// The object under `key`; nil where it is absent.
    package func optionalObject(_ key: String) throws(ConfigError) -> ConfigObject? {
        guard let value = value(key) else { return nil }
        return try ConfigObject(value, file: file, path: fullKey(key))
    }

    /// The object under `key`.
    package func requiredObject(_ key: String) throws(ConfigError) -> ConfigObject {
        guard let found = try optionalObject(key) else { throw error(key, .missing(expected: "an object")) }
        return found
    }
}
