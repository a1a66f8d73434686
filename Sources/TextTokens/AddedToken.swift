/// A token that is looked for in the text before anything else happens to it.
public struct AddedToken: Sendable, Equatable {
    /// The text that stands for the token.
    public var content: String
    /// Its id.
    public var identifier: Int
    /// Only where no letter, digit or underscore touches it.
    public var isSingleWord = false
    /// Takes the white space on its left with it.
    public var stripsLeft = false
    /// Takes the white space on its right with it.
    public var stripsRight = false
    /// Looked for in the normalised text, in its own normalised form.
    public var isNormalized = true
    /// Left out by `decode(_:skippingSpecialTokens:)`.
    public var isSpecial = false

    /// A token with the flags of `tokenizer.json`.
    public init(
        _ content: String, identifier: Int, isSingleWord: Bool = false, stripsLeft: Bool = false,
        stripsRight: Bool = false, isNormalized: Bool = true, isSpecial: Bool = false
    ) {
        self.content = content
        self.identifier = identifier
        self.isSingleWord = isSingleWord
        self.stripsLeft = stripsLeft
        self.stripsRight = stripsRight
        self.isNormalized = isNormalized
        self.isSpecial = isSpecial
    }

    init(_ node: ConfigurationNode, identifier: Int, isSpecial: Bool? = nil) throws(TokenizerError) {
        var special = try node.bool("special", default: false)
        if let isSpecial { special = isSpecial }
        self.init(
            try node.required("content").string(), identifier: identifier,
            isSingleWord: try node.bool("single_word", default: false),
            stripsLeft: try node.bool("lstrip", default: false), stripsRight: try node.bool("rstrip", default: false),
            isNormalized: try node.bool("normalized", default: !special), isSpecial: special)
    }
}
