/// How the texts of tokens become text again.
indirect enum TokenDecoder: Sendable {
    /// Byte-level scalars become bytes, and what is not UTF-8 among them U+FFFD.
    case byteLevel
    /// Runs of `<0x..>` tokens become their bytes, or U+FFFD for each where they are not UTF-8.
    case byteFallback
    /// The replacement becomes a space; in the first token nothing, where a prefix was put there.
    case metaspace(replacement: UInt32, hasPrefix: Bool)
    /// A space before every token that has no continuing prefix.
    case wordPiece(prefix: [UInt8], cleansUp: Bool)
    /// The end-of-word suffix becomes a space.
    case bytePair(suffix: [UInt8])
    /// Everything in one piece.
    case fuse
    /// Takes a character away at the ends of each piece, as often as said.
    case strip(content: UInt32, start: Int, stop: Int)
    /// Replaces what the pattern matches.
    case replace(TextPattern, with: [UInt8])
    /// One after the other.
    case sequence([TokenDecoder])

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        switch try node.type() {
        case "ByteLevel": self = .byteLevel
        case "ByteFallback": self = .byteFallback
        case "Fuse": self = .fuse
        case "Metaspace":
            let options = try MetaspaceOptions(node)
            self = .metaspace(replacement: options.replacement, hasPrefix: options.scheme != .never)
        case "WordPiece":
            self = .wordPiece(
                prefix: Array(try node.string("prefix")?.utf8 ?? "##".utf8),
                cleansUp: try node.bool("cleanup", default: true))
        case "BPEDecoder": self = .bytePair(suffix: Array(try node.string("suffix")?.utf8 ?? "</w>".utf8))
        case "Strip":
            self = .strip(
                content: try node.required("content").scalar(),
                start: try node.required("start").integer(in: 0...1_000_000),
                stop: try node.required("stop").integer(in: 0...1_000_000))
        case "Replace":
            self = .replace(
                try TextPattern(node.required("pattern")), with: Array(try node.required("content").string().utf8))
        case "Sequence":
            var decoders: [TokenDecoder] = []
            for element in try node.required("decoders").elements() { decoders.append(try TokenDecoder(element)) }
            self = .sequence(decoders)
        case "CTC": throw .unsupported(file: node.file, key: node.path, what: "the CTC decoder (speech)")
        case let other: throw node.unknownType(other)
        }
    }

    /// The text of those tokens, in pieces.
    func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
        switch self {
        case .byteLevel: return [Self.byteLevel(tokens)]
        case .byteFallback: return Self.byteFallback(tokens)
        case .fuse: return [Array(tokens.joined())]
        case .metaspace(let replacement, let hasPrefix):
            let replacement = UTF8Text.bytes(replacement)
            return tokens.enumerated().map { index, token in
                ByteSearch.replacing(replacement, in: token, with: index == 0 && hasPrefix ? [] : [0x20])
            }
        case .wordPiece(let prefix, let cleansUp):
            return tokens.enumerated().map { index, token in
                var piece = token
                if index > 0 {
                    piece = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [0x20] + token
                }
                return cleansUp ? TextCleanUp.wordPiece(piece) : piece
            }
        case .bytePair(let suffix):
            return tokens.enumerated().map { index, token in
                ByteSearch.replacing(suffix, in: token, with: index == tokens.count - 1 ? [] : [0x20])
            }
        case .strip(let content, let start, let stop):
            let content = UTF8Text.bytes(content)
            return tokens.map { Self.strip($0, content, start, stop) }
        case .replace(let pattern, let content): return tokens.map { pattern.replacing(in: $0, with: content) }
        case .sequence(let decoders): return decoders.reduce(tokens) { $1.decode($0) }
        }
    }

    private static func byteLevel(_ tokens: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for token in tokens { ByteLevelAlphabet.decode(token[...], into: &bytes) }
        return Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    private static func byteFallback(_ tokens: [[UInt8]]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var run: [UInt8] = []
        func flush() {
            guard !run.isEmpty else { return }
            if String(validating: run, as: UTF8.self) != nil {
                pieces.append(run)
            } else {
                pieces.append(contentsOf: repeatElement([0xEF, 0xBF, 0xBD], count: run.count))
            }
            run.removeAll()
        }
        for token in tokens {
            if let byte = ByteFallbackTokens.byte(token[...]) {
                run.append(byte)
            } else {
                flush()
                pieces.append(token)
            }
        }
        flush()
        return pieces
    }

    private static func strip(_ token: [UInt8], _ content: [UInt8], _ start: Int, _ stop: Int) -> [UInt8] {
        var rest = token[...]
        var removed = 0
        while removed < start, !rest.isEmpty, rest.starts(with: content) {
            rest = rest.dropFirst(content.count)
            removed += 1
        }
        removed = 0
        while removed < stop, !rest.isEmpty, rest.suffix(content.count).elementsEqual(content) {
            rest = rest.dropLast(content.count)
            removed += 1
        }
        return Array(rest)
    }
}
