/// Captions → tokens exactly as pycocoevalcap's `PTBTokenizer`: Penn Treebank tokens in lower case, without punctuation.
///
///     var tokenizer = PTBTokenizer()
///     tokenizer.tokenize(["A man's dog isn't on the t-shirt."])   // ["a man 's dog is n't on the t-shirt"]
///
/// Source: CoreNLP 3.4.1's lexer as it answers (EVAL.md §3), and pycocoevalcap 1.2's list of dropped tokens. All
/// captions of a call are lexed as one text, as the reference does: the end of one sees the beginning of the next.
/// One thing is not imitated: a carriage return or another line end than `\n` inside a caption makes the reference
/// assign all later captions to wrong images; here it is a blank.
package struct PTBTokenizer: Sendable {
    private var lexer: PTBLexer

    /// The tokens that are dropped. `-lrb-` and its kin are not among them: the lexer writes them in lower case.
    private static let dropped: Set<String> = [
        "''", "'", "``", "`", "-LRB-", "-RRB-", "-LCB-", "-RCB-", ".", "?", "!", ",", ":", "-", "--", "...", ";",
    ]

    /// A tokenizer; making one costs about 20 ms, so keep it.
    package init() { lexer = PTBLexer() }

    /// The tokens of each caption, joined by blanks.
    ///
    /// - Complexity: O(characters), about 150,000 captions of ten words a second.
    package mutating func tokenize(_ captions: [String]) -> [String] {
        guard !captions.isEmpty else { return [] }
        var lines = tokenLines(captions).map { tokens in
            tokens.filter { !Self.isDropped($0) }.joined(separator: " ")
        }
        while lines.count < captions.count { lines.append("") }
        return lines
    }

    /// No dropped token begins with a small letter, as most tokens do.
    private static func isDropped(_ token: String) -> Bool {
        if let first = token.utf8.first, (0x61...0x7A).contains(first) { return false }
        return dropped.contains(token)
    }

    /// The tokens of each caption before any is dropped.
    package mutating func tokenLines(_ captions: [String]) -> [[String]] {
        lexer.lines(of: captions.map(Self.singleLine).joined(separator: "\n"))
    }

    /// The caption without line ends.
    private static func singleLine(_ caption: String) -> String {
        if caption.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x80 }) { return caption }
        return String(
            String.UnicodeScalarView(
                caption.unicodeScalars.map { isLineEnd($0) ? " " : $0 }))
    }

    /// Whether the reference would begin a new line at this character.
    package static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        ["\n", "\r", "\u{B}", "\u{C}", "\u{2028}", "\u{2029}"].contains(scalar)
    }
}
