import Foundation
import JSONText

extension ChatTemplate {
    /// Why a folder's template cannot be used.
    public enum FolderError: Error, Sendable, CustomStringConvertible {
        /// The file cannot be read as what it has to be.
        case badFile(file: String, reason: String)
        /// The template in the file cannot be used.
        case template(file: String, TemplateError)

        /// What, where, what to do.
        public var description: String {
            switch self {
            case .badFile(let file, let reason): "\(file): \(reason)"
            case .template(let file, let error): "\(file): \(error)"
            }
        }
    }

    /// The template of a model folder: `chat_template.jinja`, else `chat_template` of `tokenizer_config.json` (of several the
    /// one called `default`), else of `chat_template.json`.
    ///
    /// - Returns: nil where the folder has none.
    public static func inFolder(_ folder: URL) throws(FolderError) -> ChatTemplate? {
        let config = try object(folder.appending(path: "tokenizer_config.json"))
        let tokens = specialTokens(config)
        let file = folder.appending(path: "chat_template.jinja")
        if let bytes = try? Data(contentsOf: file) {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .badFile(file: file.path, reason: "not UTF-8")
            }
            return try made(text, tokens, file.path)
        }
        for name in ["tokenizer_config.json", "chat_template.json"] {
            let file = folder.appending(path: name)
            guard let value = try object(file)?["chat_template"], !value.isNull else { continue }
            if let text = value.string { return try made(text, tokens, file.path) }
            let named = value.array?.first { $0["name"]?.string == "default" }
            guard let text = named?["template"]?.string else {
                throw .badFile(
                    file: file.path, reason: "chat_template is neither a text nor a list with one called 'default'")
            }
            return try made(text, tokens, file.path)
        }
        return nil
    }

    private static func made(_ text: String, _ tokens: [String: String], _ file: String) throws(FolderError)
        -> ChatTemplate
    {
        do { return try ChatTemplate(text, specialTokens: tokens) } catch { throw .template(file: file, error) }
    }

    private static func object(_ file: URL) throws(FolderError) -> JSONObject? {
        guard let bytes = try? Data(contentsOf: file) else { return nil }
        do {
            guard let object = try JSONValue(parsing: Array(bytes)).object else {
                throw FolderError.badFile(file: file.path, reason: "not an object")
            }
            return object
        } catch let error as FolderError { throw error } catch {
            throw .badFile(file: file.path, reason: "\(error)")
        }
    }

    /// `bos_token` and its kin: texts, or objects with a `content`.
    private static func specialTokens(_ config: JSONObject?) -> [String: String] {
        var tokens: [String: String] = [:]
        for member in config?.members ?? [] where member.key.hasSuffix("_token") {
            tokens[member.key] = member.value.string ?? member.value["content"]?.string
        }
        return tokens
    }
}
