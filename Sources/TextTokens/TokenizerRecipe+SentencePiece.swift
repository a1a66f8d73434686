extension TokenizerRecipe {
    /// The tokenizer of a SentencePiece file.
    mutating func sentencePiece(_ folder: TokenizerFolder) throws(TokenizerError) -> TokenizerPipeline {
        let names = family == .t5 ? ["spiece.model", "tokenizer.model"] : ["tokenizer.model", "spiece.model"]
        var found: (name: String, bytes: [UInt8])?
        for name in names where found == nil { found = try folder.bytes(name).map { (name, $0) } }
        guard let found else {
            throw .unreadableFile(file: folder.path(names[0]), reason: "no such file, nor tokenizer.json")
        }
        let file = folder.path(found.name)
        let source = try SentencePieceModel(found.bytes, file: file)
        var pipeline = try pipeline(source, file: file)
        let tokens = source.pieces.enumerated().compactMap { identifier, piece -> AddedToken? in
            // Without a class's rules, a piece of the user's is the model's own affair.
            let isOwn = family == .llama || family == .t5
            guard piece.kind == .control || (isOwn && piece.kind == .userDefined) else { return nil }
            return AddedToken(
                String(decoding: piece.text, as: UTF8.self), identifier: identifier, isNormalized: false,
                isSpecial: piece.kind == .control)
        }
        pipeline.add(tokens)
        return pipeline
    }

    private mutating func pipeline(
        _ source: SentencePieceModel, file: String
    ) throws(TokenizerError) -> TokenizerPipeline {
        switch family {
        case .llama:
            let hasPrefix = configuration.addsPrefixSpace ?? true
            let scheme: MetaspaceOptions.Scheme =
                hasPrefix ? (configuration.isLegacy == true ? .always : .first) : .never
            return TokenizerPipeline(
                normalizer: nil, preTokenizer: .metaspace(MetaspaceOptions(scheme: scheme, splits: false)),
                model: .bytePair(try Self.bytePair(source, unknown: nil, hasByteFallback: true, file: file)),
                postProcessor: nil, decoder: Self.decoder(hasByteFallback: true, strips: hasPrefix))
        case .t5:
            let extra = configuration.extraIdentifiers ?? 100
            configuration.extraSpecialTokens += (0..<extra).map { "<extra_id_\($0)>" }
                .filter { !configuration.extraSpecialTokens.contains($0) }
            return TokenizerPipeline(
                normalizer: try Self.map(source, file: file).map { .precompiled($0) },
                preTokenizer: .sequence([.whitespaceSplit, .metaspace(MetaspaceOptions())]),
                model: .unigram(
                    try Self.unigram(
                        source, unknown: 2, extra: extra, hasByteFallback: false,
                        file: file)),
                postProcessor: nil, decoder: .metaspace(replacement: 0x2581, hasPrefix: true))
        default:
            presumeTokens(of: source)
            return try asTrained(source, file: file)
        }
    }

    private mutating func presumeTokens(of source: SentencePieceModel) {
        if source.beginningIdentifier >= 0 {
            configuration.beginningOfSentence = configuration.beginningOfSentence ?? source.beginningPiece
        }
        if source.endIdentifier >= 0 { configuration.endOfSentence = configuration.endOfSentence ?? source.endPiece }
        if source.unknownIdentifier >= 0 { configuration.unknown = configuration.unknown ?? source.unknownPiece }
    }

    static func map(_ source: SentencePieceModel, file: String) throws(TokenizerError) -> PrecompiledMap? {
        guard !source.normalizationMap.isEmpty else { return nil }
        guard let map = PrecompiledMap(source.normalizationMap) else {
            throw .damagedModel(file: file, offset: 0, reason: "its character map is damaged")
        }
        return map
    }

    static func decoder(hasByteFallback: Bool, strips: Bool) -> TokenDecoder {
        let spaces = TokenDecoder.replace(TextPattern(literal: Array("▁".utf8)), with: [0x20])
        var steps = [spaces]
        if hasByteFallback { steps.append(.byteFallback) }
        if hasByteFallback || strips { steps.append(.fuse) }
        if strips { steps.append(.strip(content: 0x20, start: 1, stop: 0)) }
        return .sequence(steps)
    }

    static func unigram(
        _ source: SentencePieceModel, unknown: Int, extra: Int, hasByteFallback: Bool, file: String
    ) throws(TokenizerError) -> Unigram {
        guard source.pieces.indices.contains(unknown) else {
            throw .noUnknownToken(file: file, key: "unk_id", token: nil)
        }
        var vocabulary = Vocabulary(minimumCapacity: source.pieces.count + extra)
        var scores: [Double] = []
        for piece in source.pieces {
            vocabulary.append(piece.text)
            scores.append(Double(piece.score))
        }
        for index in stride(from: extra - 1, through: 0, by: -1) {
            vocabulary.append(Array("<extra_id_\(index)>".utf8))
            scores.append(0)
        }
        return Unigram(
            vocabulary: vocabulary, scores: scores, unknown: unknown,
            hasByteFallback: hasByteFallback)
    }

    /// The rules that make each piece of two others, shorter left parts first: in the order of the pieces, or by falling score and of
    /// ordinary pieces alone, as SentencePiece itself merges.
    static func bytePair(
        _ source: SentencePieceModel, unknown: String?, hasByteFallback: Bool, byScore: Bool = false, file: String
    ) throws(TokenizerError) -> BytePairEncoding {
        let pieces = source.pieces
        var vocabulary = Vocabulary(minimumCapacity: pieces.count)
        for piece in pieces { vocabulary.append(piece.text) }
        func isPart(_ identifier: Int32) -> Bool { !byScore || pieces[Int(identifier)].kind == .normal }
        var order = Array(pieces.indices)
        if byScore {
            order = order.filter { pieces[$0].kind == .normal }
                .sorted { (-pieces[$0].score, $0) < (-pieces[$1].score, $1) }
        }
        var merges = MergeTable(minimumCapacity: pieces.count * 2)
        var rank = 0
        for identifier in order {
            let text = pieces[identifier].text
            guard vocabulary.identifier(text, 0..<text.count) == Int32(identifier) else { continue }
            for cut in 1..<max(1, text.count) where text[cut] & 0xC0 != 0x80 {
                guard let left = vocabulary.identifier(text, 0..<cut), isPart(left),
                    let right = vocabulary.identifier(text, cut..<text.count), isPart(right)
                else { continue }
                merges.add(left: left, right: right, rank: rank, merged: Int32(identifier))
                rank += 1
            }
        }
        var options = BytePairEncoding.Options()
        options.unknownToken = unknown
        options.fusesUnknown = true
        options.hasByteFallback = hasByteFallback
        options.ignoresMerges = byScore && pieces.contains { $0.kind == .userDefined }
        return BytePairEncoding(vocabulary: vocabulary, merges: merges, options: options)
    }
}
