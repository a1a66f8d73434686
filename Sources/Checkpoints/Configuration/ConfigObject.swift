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

    /// No size in a config is greater than this (more than any vocabulary, width or context length in use): a damaged
    /// file must not make anybody allocate terabytes, and products of two sizes stay far from overflowing.
    package static let sizeLimit = 1 << 24

    /// The config in the file at `path`.
    package init(path: String) throws(ConfigError) {
        let bytes: [UInt8]
        do {
            bytes = try TextFile.bytes(of: path)
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
        if let key = Self.duplicateKey(in: value, path: "") {
            throw ConfigError(file: file, key: key, problem: .duplicateKey)
        }
        try self.init(value, file: file, path: "")
    }

    private init(_ value: JSONValue, file: String, path: String) throws(ConfigError) {
        guard let object = value.object else {
            throw ConfigError(file: file, key: path, problem: .wrongKind(expected: "an object", found: value.shown))
        }
        self.file = file
        self.path = path
        self.object = object
    }

    /// The path of the first key that stands twice in one object, at any depth.
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

    /// The first of several spellings of one key under which there is something; the first of all where there is
    /// nothing. Name the spelling to prefer first.
    ///
    ///     try config.string(config.spelling("dtype", "torch_dtype"), default: "float32")
    package func spelling(_ preferred: String, _ others: String...) -> String {
        ([preferred] + others).first { value($0) != nil } ?? preferred
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
