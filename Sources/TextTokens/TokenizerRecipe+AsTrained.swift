extension TokenizerRecipe {
    /// The tokenizer of a SentencePiece file that no class's rules are known for: it encodes by the file's own settings, as
    /// `SentencePieceProcessor` does and transformers from 5.24 on.
    ///
    /// The blank before a text is put before every part between special tokens, unless `legacy` is false: then before the first alone.
    func asTrained(_ source: SentencePieceModel, file: String) throws(TokenizerError) -> TokenizerPipeline {
        let isLegacy = configuration.isLegacy ?? true
        func pattern(_ regex: String) throws(TokenizerError) -> TextPattern {
            try TextPattern(regex: regex, file: file, key: "normalizer_spec")
        }
        let mark = Array("▁".utf8)
        var normalizers = [try Self.map(source, file: file).map { Normalizer.precompiled($0) }].compactMap { $0 }
        if source.removesExtraBlanks {
            normalizers.append(.replace(try pattern(#"\A +| +\z"#), with: []))
            normalizers.append(.replace(try pattern(" {2,}"), with: [0x20]))
        }
        if source.escapesBlanks { normalizers.append(.replace(TextPattern(literal: [0x20]), with: mark)) }
        if source.addsPrefix && isLegacy {
            // A text that begins with a blank gets another; the step below would leave it at one.
            normalizers.append(.replace(try pattern(#"\A▁"#), with: mark + mark))
        }
        var splitting: [PreTokenizer] = []
        if source.addsPrefix {
            splitting.append(.metaspace(MetaspaceOptions(scheme: isLegacy ? .always : .first, splits: false)))
        }
        if let own = try Self.userDefined(source, file: file) {
            splitting.append(.split(own, .isolated, isInverted: false))
        }
        let model: TokenModel =
            source.isUnigram
            ? .unigram(
                try Self.unigram(
                    source, unknown: source.unknownIdentifier, extra: 0, hasByteFallback: source.hasByteFallback,
                    file: file))
            : .bytePair(
                try Self.bytePair(
                    source, unknown: source.unknownPiece, hasByteFallback: source.hasByteFallback, byScore: true,
                    file: file))
        return TokenizerPipeline(
            normalizer: .sequence(normalizers), preTokenizer: splitting.isEmpty ? nil : .sequence(splitting),
            model: model, postProcessor: nil,
            decoder: Self.decoder(hasByteFallback: source.hasByteFallback, strips: source.addsPrefix))
    }

    /// What finds the pieces that the model's maker defined, the longest first; nil where there are none.
    private static func userDefined(
        _ source: SentencePieceModel, file: String
    ) throws(TokenizerError) -> TextPattern? {
        let texts = source.pieces.filter { $0.kind == .userDefined }.map { String(decoding: $0.text, as: UTF8.self) }
        guard !texts.isEmpty else { return nil }
        let longestFirst = texts.enumerated().sorted {
            ($1.element.unicodeScalars.count, $0.offset) < ($0.element.unicodeScalars.count, $1.offset)
        }
        let escaped = longestFirst.map { _, text in
            text.unicodeScalars.map { isPlain($0) ? String($0) : "\\\($0)" }.joined()
        }
        return try TextPattern(regex: escaped.joined(separator: "|"), file: file, key: "pieces")
    }

    /// Whether the scalar stands for itself in a pattern.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
