import JSONText

/// What `tokenizer_config.json` (and, where that is silent, `special_tokens_map.json`) says about a tokenizer.
public struct TokenizerConfiguration: Sendable, Equatable {
    /// The name of transformers' class, without `Fast`.
    public internal(set) var tokenizerClass: String?
    /// The token that begins a text.
    public internal(set) var beginningOfSentence: String?
    /// The token that ends a text.
    public internal(set) var endOfSentence: String?
    /// The token that stands for what has no token.
    public internal(set) var unknown: String?
    /// The token between two texts.
    public internal(set) var separator: String?
    /// The token that fills up a batch.
    public internal(set) var padding: String?
    /// The token whose state stands for the whole text.
    public internal(set) var classification: String?
    /// The token that stands for a hidden one.
    public internal(set) var mask: String?
    /// Whether the beginning token is put before a text, where the file says so.
    public internal(set) var addsBeginningOfSentence: Bool?
    /// Whether the end token is put after a text, where the file says so.
    public internal(set) var addsEndOfSentence: Bool?
    /// The Jinja template that lays out conversations; not rendered here.
    public internal(set) var chatTemplate: String?
    /// The longest text in tokens, where the file gives a number that means something.
    public internal(set) var maximumLength: Int?
    /// Where a text too long is cut.
    public internal(set) var truncationSide = Truncation.Side.right
    /// Whether decoding takes away the spaces before punctuation; transformers ignores it for BPE.
    public internal(set) var cleansUpSpaces = false
    /// Tokens with their ids (`added_tokens_decoder`).
    public internal(set) var addedTokens: [AddedToken] = []
    /// More special tokens.
    public internal(set) var extraSpecialTokens: [String] = []

    /// Flags of special tokens that are written as objects.
    var flaggedTokens: [AddedToken] = []
    var addsPrefixSpace: Bool?
    var isLegacy: Bool?
    var lowercases: Bool?
    var stripsAccents: Bool?
    var separatesChinese: Bool?
    var extraIdentifiers: Int?

    /// Nothing said.
    public init() {}

    /// The special tokens by role, in transformers' order.
    var specialTokens: [String] {
        [beginningOfSentence, endOfSentence, unknown, separator, padding, classification, mask].compactMap { $0 }
    }

    /// Reads the two files; either may be absent.
    init(configuration: ConfigurationNode?, specialTokensMap: ConfigurationNode?) throws(TokenizerError) {
        if let node = configuration { try read(node) }
        for node in [configuration, specialTokensMap] {
            guard let node else { continue }
            if beginningOfSentence == nil { beginningOfSentence = try token(node, "bos_token") }
            if endOfSentence == nil { endOfSentence = try token(node, "eos_token") }
            if unknown == nil { unknown = try token(node, "unk_token") }
            if separator == nil { separator = try token(node, "sep_token") }
            if padding == nil { padding = try token(node, "pad_token") }
            if classification == nil { classification = try token(node, "cls_token") }
            if mask == nil { mask = try token(node, "mask_token") }
        }
    }

    private mutating func read(_ node: ConfigurationNode) throws(TokenizerError) {
        guard node.value.object != nil else { throw node.wrong("an object") }
        if let name = try node.string("tokenizer_class") {
            tokenizerClass = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
        }
        addsBeginningOfSentence = try node.optional("add_bos_token")?.bool()
        addsEndOfSentence = try node.optional("add_eos_token")?.bool()
        chatTemplate = try Self.chatTemplate(node)
        if let length = node.optional("model_max_length")?.value.double, length < 1e9, length >= 0 {
            maximumLength = Int(length)
        }
        if let side = node.optional("truncation_side") {
            guard let known = Truncation.Side(rawValue: try side.string()) else { throw side.wrong("left or right") }
            truncationSide = known
        }
        cleansUpSpaces = try node.bool("clean_up_tokenization_spaces", default: false)
        addsPrefixSpace = try node.optional("add_prefix_space")?.bool()
        isLegacy = try node.optional("legacy")?.bool()
        lowercases = try node.optional("do_lower_case")?.bool()
        stripsAccents = try node.optional("strip_accents")?.bool()
        separatesChinese = try node.optional("tokenize_chinese_chars")?.bool()
        extraIdentifiers = try node.optional("extra_ids")?.integer(in: 0...100_000)
        for key in ["extra_special_tokens", "additional_special_tokens"] where extraSpecialTokens.isEmpty {
            guard let list = node.optional(key) else { continue }
            if let members = list.value.object {
                for key in members.keys { extraSpecialTokens.append(try content(try list.required(key))) }
            } else {
                for element in try list.elements() { extraSpecialTokens.append(try content(element)) }
            }
        }
        try readAddedTokens(node)
    }

    private mutating func readAddedTokens(_ node: ConfigurationNode) throws(TokenizerError) {
        guard let decoder = node.optional("added_tokens_decoder") else { return }
        guard let members = decoder.value.object?.members else { throw decoder.wrong("an object") }
        for member in members {
            let element = try decoder.required(member.key)
            guard let identifier = Int(member.key), (0...Vocabulary.largestIdentifier).contains(identifier) else {
                throw element.wrong("under a key that is an id")
            }
            addedTokens.append(try AddedToken(element, identifier: identifier))
        }
        addedTokens.sort { $0.identifier < $1.identifier }
    }

    /// The text of a token written as a string or as an object; an object's flags are remembered.
    private mutating func content(_ node: ConfigurationNode) throws(TokenizerError) -> String {
        if let text = node.value.string { return text }
        guard node.value.object != nil else { throw node.wrong("a token") }
        let token = try AddedToken(node, identifier: 0, isSpecial: true)
        flaggedTokens.append(token)
        return token.content
    }

    private mutating func token(_ node: ConfigurationNode, _ key: String) throws(TokenizerError) -> String? {
        guard let value = node.optional(key) else { return nil }
        return try content(value)
    }

    private static func chatTemplate(_ node: ConfigurationNode) throws(TokenizerError) -> String? {
        guard let template = node.optional("chat_template") else { return nil }
        if let text = template.value.string { return text }
        var first: String?
        for element in try template.elements() {
            let text = try element.required("template").string()
            if try element.required("name").string() == "default" { return text }
            first = first ?? text
        }
        return first
    }
}
