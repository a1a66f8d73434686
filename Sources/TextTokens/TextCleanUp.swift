/// Taking away the spaces that splitting put before punctuation and contractions.
enum TextCleanUp {
    private typealias Rule = (pattern: [UInt8], replacement: [UInt8])

    private static func rules(_ pairs: [(String, String)]) -> [Rule] {
        pairs.map { (Array($0.0.utf8), Array($0.1.utf8)) }
    }

    /// What the library's WordPiece decoder does to each piece.
    private static let wordPieceRules = rules([
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ])

    /// What transformers does to the whole text where `clean_up_tokenization_spaces` says so.
    private static let wholeTextRules = rules([
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ])

    /// A piece without those spaces.
    static func wordPiece(_ piece: [UInt8]) -> [UInt8] { apply(wordPieceRules, piece) }

    /// A text without those spaces.
    static func wholeText(_ text: [UInt8]) -> [UInt8] { apply(wholeTextRules, text) }

    private static func apply(_ rules: [Rule], _ text: [UInt8]) -> [UInt8] {
        guard text.contains(0x20) else { return text }
        return rules.reduce(text) { ByteSearch.replacing($1.pattern, in: $0, with: $1.replacement) }
    }
}
