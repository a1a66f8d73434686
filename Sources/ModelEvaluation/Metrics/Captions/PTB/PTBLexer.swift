/// Splits a text into lines of Penn Treebank tokens as CoreNLP 3.4.1's `PTBTokenizer -preserveLines -lowerCase` does.
///
/// The text is lexed as one: the end of a line sees the beginning of the next.
struct PTBLexer: Sendable {
    private let rules = PTBRules.all
    /// Finds a rule's text together with its context.
    private var automaton: LexicalAutomaton
    /// For rules whose context has no fixed length: the text alone, and the context alone.
    private var splitters: [Int: (text: LexicalAutomaton, context: LexicalAutomaton)] = [:]
    private var contextLength: [Int] = []

    init() {
        var whole: [LexicalPattern] = []
        for (index, rule) in rules.enumerated() {
            let pattern = LexicalPatternParser.parse(rule.pattern, sets: PTBRules.sets)
            guard let contextText = rule.context else {
                whole.append(pattern)
                contextLength.append(0)
                continue
            }
            let context = LexicalPatternParser.parse(contextText, sets: PTBRules.sets)
            whole.append(.sequence([pattern, context]))
            contextLength.append(context.fixedLength ?? 0)
            if context.fixedLength == nil {
                splitters[index] = (LexicalAutomaton([pattern]), LexicalAutomaton([context]))
            }
        }
        automaton = LexicalAutomaton(whole)
    }

    /// The tokens of each line of `text`; one more line than there are line ends.
    mutating func lines(of text: String) -> [[String]] {
        let units = Array(text.utf16)
        var lines: [[String]] = [[]]
        var position = 0
        while position < units.count {
            guard let match = automaton.longestMatch(in: units, at: position) else {
                position += 1  // a character that no rule takes vanishes
                continue
            }
            let end = textEnd(of: match, from: position, in: units)
            if let token = Self.plainToken(rules[match.rule].action, units, position, end) {
                lines[lines.count - 1].append(token)
                position = end
                continue
            }
            let (token, next) = apply(rules[match.rule].action, to: units[position..<end])
            if let token {
                // A quoted attribute of markup may hold a line end, which the printed token then has.
                for (part, piece) in token.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                    if part > 0 { lines.append([]) }
                    lines[lines.count - 1].append(JavaText.lowercased(Array(piece)))
                }
            } else if case .newLine = rules[match.rule].action {
                lines.append([])
            }
            position = max(next, position + 1)
        }
        return lines
    }

    /// The token of a match that stays as it is but for case, where all of it is ASCII and on one line: most of English.
    private static func plainToken(
        _ action: PTBRule.Action, _ units: [UInt16], _ start: Int, _ end: Int
    ) -> String? {
        switch action {
        case .verbatim, .withoutSoftHyphens, .word: break
        default: return nil
        }
        guard end > start else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        for place in start..<end {
            guard let byte = UInt8(exactly: units[place]), byte < 0x80, byte != 0x0A else { return nil }
            bytes.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where the context of a match begins: the longest text that leaves a whole context.
    private mutating func textEnd(of match: (rule: Int, end: Int), from start: Int, in units: [UInt16]) -> Int {
        guard var splitter = splitters[match.rule] else { return match.end - contextLength[match.rule] }
        defer { splitters[match.rule] = splitter }
        let ends = splitter.text.matchEnds(in: units, at: start, limit: match.end)
        return ends.last { end in
            splitter.context.matchEnds(in: units, at: end, limit: match.end).last == match.end
        } ?? match.end
    }

    /// The token that `action` makes of `matched`, and where reading goes on.
    private func apply(_ action: PTBRule.Action, to matched: ArraySlice<UInt16>) -> (token: [UInt16]?, next: Int) {
        switch action {
        case .verbatim: return (Array(matched), matched.endIndex)
        case .withoutSoftHyphens, .word:
            let kept = matched.filter { $0 != 0xAD }
            return (kept.isEmpty ? [0x2D] : kept, matched.endIndex)
        case .straightApostrophe: return (PTBReplacement.straightApostrophes(in: matched), matched.endIndex)
        case .replaced(let text): return (Array(text.utf16), matched.endIndex)
        case .pushBack(let count):
            let kept = matched.dropLast(count)
            return (Array(kept), kept.endIndex)
        case .rereadLast: return (Array(matched), matched.endIndex - 1)
        case .sentenceFinalAcronym:
            return (Array(matched.count == 2 ? matched.dropLast() : matched), matched.endIndex - 1)
        case .joinedBlanks: return (PTBReplacement.joinedBlanks(in: matched), matched.endIndex)
        case .phone: return (PTBReplacement.brackets(in: PTBReplacement.joinedBlanks(in: matched)), matched.endIndex)
        case .brackets: return (PTBReplacement.brackets(in: Array(matched)), matched.endIndex)
        case .quoteByShape: return (PTBReplacement.quotes(in: matched), matched.endIndex)
        case .unescapedAmpersand:
            return (PTBReplacement.unescapedAmpersands(in: matched), matched.endIndex)
        case .hyphens:
            let isDash = matched.count == 3 || matched.count == 4
            return (isDash ? [0x2D, 0x2D] : Array(matched), matched.endIndex)
        case .nothing, .newLine: return (nil, matched.endIndex)
        }
    }
}
