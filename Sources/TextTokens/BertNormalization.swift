/// BERT's cleaning of a text (Devlin et al. 2018, `BasicTokenizer`), as the library does it.
struct BertNormalization: Sendable {
    /// Leaves out control characters and makes every white space a space.
    var cleansText = true
    /// Puts spaces around Chinese characters.
    var separatesChinese = true
    /// Leaves out nonspacing marks after decomposition.
    var stripsAccents = true
    /// Every scalar's lowercase mapping.
    var lowercases = true

    init(cleansText: Bool, separatesChinese: Bool, stripsAccents: Bool?, lowercases: Bool) {
        self.cleansText = cleansText
        self.separatesChinese = separatesChinese
        self.stripsAccents = stripsAccents ?? lowercases
        self.lowercases = lowercases
    }

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        let lowercases = try node.bool("lowercase", default: true)
        self.init(
            cleansText: try node.bool("clean_text", default: true),
            separatesChinese: try node.bool("handle_chinese_chars", default: true),
            stripsAccents: try node.optional("strip_accents")?.bool(), lowercases: lowercases)
    }

    /// Changes the text.
    func apply(to text: inout NormalizedText) {
        if cleansText { Self.clean(&text) }
        if separatesChinese, !text.isASCII { Self.separate(&text) }
        if stripsAccents, !text.isASCII {
            NormalizationForm.decomposed.apply(to: &text)
            text.rewrite { $0.filter { !LibraryUnicode.isNonspacingMark($0) } }
        }
        if lowercases { Normalizer.lowercase(&text) }
    }

    private static func clean(_ text: inout NormalizedText) {
        text.rewrite { rewriter in
            rewriter.filter { $0 != 0 && $0 != 0xFFFD && !isControl($0) }
        }
        guard !text.bytes.isEmpty else { return }
        text.rewrite { rewriter in
            while !rewriter.isAtEnd {
                let scalar = rewriter.next.value
                rewriter.replace(ScalarClasses.isSpace(scalar) ? 0x20 : scalar)
            }
        }
    }

    private static func isControl(_ scalar: UInt32) -> Bool {
        if scalar == 0x09 || scalar == 0x0A || scalar == 0x0D { return false }
        return LibraryUnicode.isControl(scalar)
    }

    private static func separate(_ text: inout NormalizedText) {
        text.rewrite { rewriter in
            while !rewriter.isAtEnd {
                let (scalar, length) = rewriter.next
                if isChinese(scalar) {
                    rewriter.replace(0x20)
                    rewriter.insert(scalar)
                    rewriter.insert(0x20)
                } else {
                    rewriter.copy(to: rewriter.position + length)
                }
            }
        }
    }

    private static func isChinese(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
