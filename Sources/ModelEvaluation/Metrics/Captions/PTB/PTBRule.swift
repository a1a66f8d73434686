/// One rule of the Penn Treebank lexer: what it matches, what must follow, and what the token becomes.
struct PTBRule: Sendable {
    /// What becomes of the matched text.
    enum Action: Sendable {
        /// The token is the text.
        case verbatim
        /// The token is the text without soft hyphens.
        case withoutSoftHyphens
        /// The token is the text with curly and other apostrophes as `'`.
        case straightApostrophe
        /// The token is the text without soft hyphens and with `'`.
        case word
        /// The token is this.
        case replaced(String)
        /// The token is the text without its last code units, which are read again.
        case pushBack(Int)
        /// The token is the whole text, and its last code unit is read again.
        case rereadLast
        /// A single letter loses its period, which is read again; an acronym keeps it and it is read again as well.
        case sentenceFinalAcronym
        /// Blanks become U+00A0.
        case joinedBlanks
        /// Blanks become U+00A0, round brackets `-LRB-` and `-RRB-`.
        case phone
        /// Round brackets become `-LRB-` and `-RRB-`.
        case brackets
        /// Opening and closing quotes by shape.
        case quoteByShape
        /// Three or four hyphens are a dash, other runs stay.
        case hyphens
        /// `&amp;` becomes `&`.
        case unescapedAmpersand
        /// No token.
        case nothing
        /// The line ends.
        case newLine
    }

    /// In the notation of `LexicalPatternParser`.
    let pattern: String
    /// What must follow; counts for the length of the match, and is read again.
    let context: String?
    let action: Action

    init(_ pattern: String, before context: String? = nil, _ action: Action = .verbatim) {
        self.pattern = pattern
        self.context = context
        self.action = action
    }
}
