/// How a text is divided into the pieces that the model works on one by one.
indirect enum PreTokenizer: Sendable {
    /// GPT-2's rule where `splits`; then every byte becomes its byte-level scalar.
    case byteLevel(addsPrefixSpace: Bool, splits: Bool)
    /// Spaces become the replacement, one may be put in front, and pieces end before it.
    case metaspace(MetaspaceOptions)
    /// At what a pattern matches, or, inverted, at what it does not.
    case split(TextPattern, SplitBehavior, isInverted: Bool)
    /// Runs of word characters, and runs of what is neither that nor white space.
    case whitespace
    /// At white space, which is removed.
    case whitespaceSplit
    /// At punctuation.
    case punctuation(SplitBehavior)
    /// At numbers, each digit alone or all together.
    case digits(isIndividual: Bool)
    /// At white space, which is removed, and around punctuation.
    case bert
    /// At one character, which is removed.
    case delimiter(UInt32)
    /// Every so many characters.
    case fixedLength(Int)
    /// One after the other.
    case sequence([PreTokenizer])

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        switch try node.type() {
        case "ByteLevel":
            self = .byteLevel(
                addsPrefixSpace: try node.bool("add_prefix_space", default: true),
                splits: try node.bool("use_regex", default: true))
        case "Metaspace": self = .metaspace(try MetaspaceOptions(node))
        case "Split":
            self = .split(
                try TextPattern(node.required("pattern")), try SplitBehavior(node.required("behavior")),
                isInverted: try node.bool("invert", default: false))
        case "Whitespace": self = .whitespace
        case "WhitespaceSplit": self = .whitespaceSplit
        case "Punctuation":
            self = .punctuation(try SplitBehavior(node, default: .isolated))
        case "Digits": self = .digits(isIndividual: try node.bool("individual_digits", default: false))
        case "BertPreTokenizer": self = .bert
        case "CharDelimiterSplit", "Delimiter": self = .delimiter(try node.required("delimiter").scalar())
        case "FixedLength":
            self = .fixedLength(try node.optional("length")?.integer(in: 1...1_000_000) ?? 5)
        case "Sequence":
            var steps: [PreTokenizer] = []
            for element in try node.required("pretokenizers").elements() { steps.append(try PreTokenizer(element)) }
            self = .sequence(steps)
        case "UnicodeScripts": throw .unsupported(file: node.file, key: node.path, what: "splitting by script")
        case let other: throw node.unknownType(other)
        }
    }

    /// The steps in their order, none of them a sequence.
    var steps: [PreTokenizer] {
        if case .sequence(let steps) = self { steps.flatMap(\.steps) } else { [self] }
    }
}

/// What becomes of the text at which a piece is divided.
enum SplitBehavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    /// The behaviour that the component says, or what holds where it says none.
    init(_ component: ConfigurationNode, default value: SplitBehavior) throws(TokenizerError) {
        guard let node = component.optional("behavior") else {
            self = value
            return
        }
        self = try SplitBehavior(node)
    }

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        guard let behavior = SplitBehavior(rawValue: try node.string()) else {
            throw node.wrong("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous")
        }
        self = behavior
    }

    /// Puts together what `matches` divides a piece into: ranges that cover it, and whether each was matched.
    func apply(_ matches: [(range: Range<Int>, isMatch: Bool)], to pieces: inout [Range<Int>]) {
        let before = pieces.count
        switch self {
        case .isolated: pieces.append(contentsOf: matches.lazy.map(\.range))
        case .removed: pieces.append(contentsOf: matches.lazy.filter { !$0.isMatch }.map(\.range))
        case .contiguous:
            var previous = false
            for (range, isMatch) in matches {
                if isMatch == previous, pieces.count > before {
                    pieces[pieces.count - 1] = pieces[pieces.count - 1].lowerBound..<range.upperBound
                } else {
                    pieces.append(range)
                }
                previous = isMatch
            }
        case .mergedWithPrevious:
            var previous = false
            for (range, isMatch) in matches {
                if isMatch, !previous, pieces.count > before {
                    pieces[pieces.count - 1] = pieces[pieces.count - 1].lowerBound..<range.upperBound
                } else {
                    pieces.append(range)
                }
                previous = isMatch
            }
        case .mergedWithNext:
            var previous = false
            for (range, isMatch) in matches.reversed() {
                if isMatch, !previous, pieces.count > before {
                    pieces[pieces.count - 1] = range.lowerBound..<pieces[pieces.count - 1].upperBound
                } else {
                    pieces.append(range)
                }
                previous = isMatch
            }
            pieces[before...].reverse()
        }
        var kept = before
        for index in before..<pieces.count where !pieces[index].isEmpty {
            pieces[kept] = pieces[index]
            kept += 1
        }
        pieces.removeSubrange(kept...)
    }
}
