/// What is done to a text before it is divided.
indirect enum Normalizer: Sendable {
    /// A Unicode normalisation form.
    case form(NormalizationForm)
    /// Every scalar's lowercase mapping.
    case lowercase
    /// Marks are left out.
    case stripAccents
    /// White space at the ends is left out.
    case strip(left: Bool, right: Bool)
    /// Put in front of a text that is not empty.
    case prepend([UInt8])
    /// What the pattern matches is replaced.
    case replace(TextPattern, with: [UInt8])
    /// BERT's cleaning.
    case bert(BertNormalization)
    /// SentencePiece's `nmt` cleaning of control characters and white space.
    case nmt
    /// SentencePiece's table of replacements.
    case precompiled(PrecompiledMap)
    /// Every byte becomes its byte-level scalar.
    case byteLevel
    /// One after the other.
    case sequence([Normalizer])

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        switch try node.type() {
        case "NFC": self = .form(.composed)
        case "NFD": self = .form(.decomposed)
        case "NFKC": self = .form(.compatibilityComposed)
        case "NFKD": self = .form(.compatibilityDecomposed)
        case "Lowercase": self = .lowercase
        case "StripAccents": self = .stripAccents
        case "Strip":
            self = .strip(
                left: try node.bool("strip_left", default: true), right: try node.bool("strip_right", default: true))
        case "Prepend": self = .prepend(Array(try node.required("prepend").string().utf8))
        case "Replace":
            self = .replace(
                try TextPattern(node.required("pattern")), with: Array(try node.required("content").string().utf8))
        case "BertNormalizer": self = .bert(try BertNormalization(node))
        case "Nmt": self = .nmt
        case "Precompiled": self = .precompiled(try PrecompiledMap(node.required("precompiled_charsmap")))
        case "ByteLevel": self = .byteLevel
        case "Sequence":
            var steps: [Normalizer] = []
            for element in try node.required("normalizers").elements() { steps.append(try Normalizer(element)) }
            self = .sequence(steps)
        case let other: throw node.unknownType(other)
        }
    }

    /// Changes the text.
    func apply(to text: inout NormalizedText) {
        guard !text.bytes.isEmpty else { return }
        switch self {
        case .form(let form): form.apply(to: &text)
        case .lowercase: Self.lowercase(&text)
        case .stripAccents:
            guard !text.isASCII else { return }
            text.rewrite { $0.filter { !LibraryUnicode.isMark($0) } }
        case .strip(let left, let right): Self.strip(&text, left, right)
        case .prepend(let prefix):
            text.rewrite { rewriter in
                let first = rewriter.next
                let scalars = UTF8Text.scalars(prefix[...])
                guard let head = scalars.first else { return rewriter.copy(to: rewriter.old.bytes.count) }
                rewriter.replace(head)
                for scalar in scalars.dropFirst() { rewriter.insert(scalar) }
                rewriter.insert(first.value)
                rewriter.copy(to: rewriter.old.bytes.count)
            }
        case .replace(let pattern, let content): Self.replace(&text, pattern, content)
        case .bert(let normalization): normalization.apply(to: &text)
        case .nmt: Self.nmt(&text)
        case .precompiled(let map): map.apply(to: &text)
        case .byteLevel:
            text.rewrite { rewriter in
                while !rewriter.isAtEnd {
                    let length = rewriter.next.length
                    let scalar = rewriter.old.bytes[rewriter.position..<rewriter.position + length]
                        .map { UInt32(ByteLevelAlphabet.scalars[Int($0)]) }
                    rewriter.replace(scalar[0])
                    for other in scalar.dropFirst() { rewriter.insert(other) }
                }
            }
        case .sequence(let steps): for step in steps { step.apply(to: &text) }
        }
    }

    /// The text changed, without its sources.
    func normalized(_ bytes: [UInt8]) -> [UInt8] {
        var text = NormalizedText(bytes: bytes, sources: [])
        apply(to: &text)
        return text.bytes
    }

    /// Every scalar's lowercase mapping, whatever stands around it.
    static func lowercase(_ text: inout NormalizedText) {
        if text.isASCII {
            for index in text.bytes.indices where text.bytes[index] &- 0x41 < 26 { text.bytes[index] |= 0x20 }
            return
        }
        text.rewrite { rewriter in
            while !rewriter.isAtEnd {
                let scalar = rewriter.next.value
                if scalar < 0x80 {
                    rewriter.replace(scalar &- 0x41 < 26 ? scalar | 0x20 : scalar)
                    continue
                }
                let lower = Unicode.Scalar(scalar)?.properties.lowercaseMapping.unicodeScalars.map(\.value) ?? [scalar]
                rewriter.replace(lower.first ?? scalar)
                for other in lower.dropFirst() { rewriter.insert(other) }
            }
        }
    }

    private static func strip(_ text: inout NormalizedText, _ left: Bool, _ right: Bool) {
        var (start, end) = (0, text.bytes.count)
        while left, start < end {
            let (scalar, length) = UTF8Text.scalar(text.bytes, start)
            guard ScalarClasses.isSpace(scalar) else { break }
            start += length
        }
        while right, end > start {
            let before = UTF8Text.previous(text.bytes, end, from: start)
            guard ScalarClasses.isSpace(UTF8Text.scalar(text.bytes, before).value) else { break }
            end = before
        }
        guard start > 0 || end < text.bytes.count else { return }
        text.rewrite { rewriter in
            rewriter.skip(to: start)
            rewriter.copy(to: end)
        }
    }

    private static func replace(_ text: inout NormalizedText, _ pattern: TextPattern, _ content: [UInt8]) {
        let scalars = UTF8Text.scalars(content[...])
        text.rewrite { rewriter in
            pattern.forEachMatch(rewriter.old.bytes, 0..<rewriter.old.bytes.count) { range, isMatch in
                guard isMatch else { return rewriter.copy(to: range.upperBound) }
                rewriter.skip(to: range.upperBound)
                for scalar in scalars { rewriter.insert(scalar) }
            }
        }
    }

    private static func nmt(_ text: inout NormalizedText) {
        text.rewrite { rewriter in
            rewriter.filter { scalar in
                switch scalar {
                case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: false
                default: true
                }
            }
        }
        guard !text.bytes.isEmpty else { return }
        text.rewrite { rewriter in
            while !rewriter.isAtEnd {
                switch rewriter.next.value {
                case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
                    rewriter.replace(0x20)
                case let scalar: rewriter.replace(scalar)
                }
            }
        }
    }
}
