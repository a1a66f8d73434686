import Foundation
import JSONText

/// Makes a tokenizer from the files of a model folder, with the rules that transformers has for each class.
struct TokenizerFolder {
    let folder: URL
    var configuration: TokenizerConfiguration

    init(_ folder: URL) throws(TokenizerError) {
        self.folder = folder
        guard (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) != nil else {
            throw .unreadableFile(file: folder.path, reason: "no such folder")
        }
        configuration = TokenizerConfiguration()
        configuration = try TokenizerConfiguration(
            configuration: try json("tokenizer_config.json"), specialTokensMap: try json("special_tokens_map.json"))
        if configuration.chatTemplate == nil, let template = try bytes("chat_template.jinja") {
            configuration.chatTemplate = String(decoding: template, as: UTF8.self)
        }
    }

    /// The tokenizer.
    func tokenizer() throws(TokenizerError) -> TextTokenizer {
        if let bytes = try bytes("tokenizer.json") {
            var pipeline = try TokenizerFile.pipeline(bytes, file: path("tokenizer.json"))
            Self.add(configuration, to: &pipeline)
            return TextTokenizer(pipeline: pipeline, configuration: configuration)
        }
        var recipe = TokenizerRecipe(configuration: configuration, family: try family())
        let pipeline = try recipe.pipeline(self)
        return TextTokenizer(pipeline: pipeline, configuration: recipe.configuration)
    }

    /// Adds the configuration's tokens as transformers does after loading.
    static func add(_ configuration: TokenizerConfiguration, to pipeline: inout TokenizerPipeline) {
        var tokens = configuration.addedTokens.filter { token in
            pipeline.added.token(content: token.content) != token
        }
        for content in configuration.specialTokens + configuration.extraSpecialTokens
        where !content.isEmpty && pipeline.added.token(content: content) == nil {
            guard !tokens.contains(where: { $0.content.utf8.elementsEqual(content.utf8) }) else { continue }
            let flagged = configuration.flaggedTokens.first { $0.content.utf8.elementsEqual(content.utf8) }
            tokens.append(flagged ?? AddedToken(content, identifier: 0, isNormalized: false, isSpecial: true))
        }
        if !tokens.isEmpty { pipeline.add(tokens) }
    }

    // MARK: - Files

    /// The file's name with its folder, for errors.
    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The file's bytes; nothing where there is no such file.
    func bytes(_ name: String) throws(TokenizerError) -> [UInt8]? {
        let file = folder.appending(path: name)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do { return Array(try Data(contentsOf: file)) } catch {
            throw .unreadableFile(file: file.path, reason: error.localizedDescription)
        }
    }

    /// The file's JSON; nothing where there is no such file.
    func json(_ name: String) throws(TokenizerError) -> ConfigurationNode? {
        guard let bytes = try bytes(name) else { return nil }
        do throws(JSONError) {
            return ConfigurationNode(file: path(name), path: "", value: try JSONValue(parsing: bytes))
        } catch { throw .notJSON(file: path(name), error: error) }
    }

    // MARK: - Which rules

    private func family() throws(TokenizerError) -> TokenizerRecipe.Family {
        var name = configuration.tokenizerClass
        if name == nil { name = try classOfModel() }
        switch name {
        case "GPT2Tokenizer", "OPTTokenizer": return .gpt2
        case "GPTNeoXTokenizer": return .gptNeoX
        case "Qwen2Tokenizer": return .qwen2
        case "RobertaTokenizer": return .roberta
        case "BertTokenizer", "DistilBertTokenizer": return .bert
        case "LlamaTokenizer", "CodeLlamaTokenizer": return .llama
        case "T5Tokenizer": return .t5
        case nil, "TokenizersBackend", "PreTrainedTokenizer": return try familyOfFiles()
        case let other?:
            throw .unsupported(
                file: path("tokenizer_config.json"), key: "tokenizer_class", what: "\(other) without tokenizer.json")
        }
    }

    /// The class that the config's model has, or the language model within it, whichever has its files here; nil where neither.
    private func classOfModel() throws(TokenizerError) -> String? {
        let config = try json("config.json")
        let types = [try config?.string("model_type"), try config?.optional("text_config")?.string("model_type")]
        return types.lazy.compactMap { $0.flatMap { Self.classOfModelType[$0] } }.first { name in
            switch name {
            case "BertTokenizer": has("vocab.txt")
            case "T5Tokenizer": has("spiece.model") || has("tokenizer.model")
            default: has("vocab.json")
            }
        }
    }

    private func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    private static let classOfModelType = [
        "opt": "GPT2Tokenizer", "gpt2": "GPT2Tokenizer", "blip-2": "GPT2Tokenizer", "instructblip": "GPT2Tokenizer",
        "gpt_neox": "GPTNeoXTokenizer", "olmoe": "GPTNeoXTokenizer", "olmo": "GPTNeoXTokenizer",
        "qwen2": "Qwen2Tokenizer", "qwen2_moe": "Qwen2Tokenizer", "qwen3": "Qwen2Tokenizer",
        "qwen3_moe": "Qwen2Tokenizer", "roberta": "RobertaTokenizer", "bert": "BertTokenizer",
        "blip": "BertTokenizer", "distilbert": "BertTokenizer", "t5": "T5Tokenizer", "mt5": "T5Tokenizer",
        "switch_transformers": "T5Tokenizer",
    ]

    private func familyOfFiles() throws(TokenizerError) -> TokenizerRecipe.Family {
        if has("tokenizer.model") || has("spiece.model") { return .sentencePiece }
        if has("vocab.json"), has("merges.txt") { return .gpt2 }
        if has("vocab.txt") { return .bert }
        throw .noTokenizer(folder: folder.path)
    }
}

extension TextTokenizer {
    /// The tokenizer of a model folder: `tokenizer.json`, or `vocab.json` with `merges.txt`, `vocab.txt`,
    /// `tokenizer.model`, `spiece.model`; `tokenizer_config.json` says which rules and special tokens.
    /// - Throws: `TokenizerError`, naming file and key.
    public init(folder: URL) throws(TokenizerError) { self = try TokenizerFolder(folder).tokenizer() }
}
