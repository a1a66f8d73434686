/// What `tokenizer.json` describes: the library's `Tokenizer`.
struct TokenizerPipeline: Sendable {
    var normalizer: Normalizer?
    var preTokenizer: PreTokenizer?
    var model: TokenModel
    var postProcessor: PostProcessor?
    var decoder: TokenDecoder?
    private(set) var added = AddedVocabulary()
    private let pool = ScratchPool()
    /// Whether spans have to be kept even where nobody asks for them: a rule depends on them.
    private var needsSources = false

    init(
        normalizer: Normalizer?, preTokenizer: PreTokenizer?, model: TokenModel, postProcessor: PostProcessor?,
        decoder: TokenDecoder?
    ) {
        self.normalizer = normalizer
        self.preTokenizer = preTokenizer
        self.model = model
        self.postProcessor = postProcessor
        self.decoder = decoder
        let steps = preTokenizer?.steps ?? []
        if case .bytePair(var bytePair) = model, bytePair.allowsRawBytes, case .byteLevel? = steps.last,
            !steps.dropLast().contains(where: \.isByteLevel)
        {
            bytePair.takesRawBytes = true
            self.model = .bytePair(bytePair)
        }
        needsSources =
            normalizer != nil
            && steps.contains { if case .metaspace(let options) = $0 { options.scheme == .first } else { false } }
    }

    /// Adds tokens as the library's `add_tokens` does: one that the vocabulary holds keeps its id there, another gets
    /// the next free one.
    mutating func add(_ tokens: [AddedToken]) {
        var next = max(model.vocabulary.count, added.largestIdentifier + 1)
        for var token in tokens where !token.content.isEmpty {
            if let known = identifier(of: token.content) {
                token.identifier = known
            } else {
                token.identifier = next
                next += 1
            }
            added.add(token)
        }
        let normalizer = self.normalizer
        added.rebuild { bytes in normalizer?.normalized(bytes) ?? bytes }
    }

    /// The id of the token with that text.
    func identifier(of token: String) -> Int? {
        added.token(content: token)?.identifier ?? model.vocabulary.identifier(token).map { Int($0) }
    }

    /// The text of the token with that id.
    func token(of identifier: Int) -> [UInt8]? {
        added.decodedContent(identifier: identifier) ?? model.vocabulary.token(identifier).map { Array($0) }
    }

    // MARK: - Encoding

    /// The ids of a text, without what the post-processor adds.
    func encode(_ text: [UInt8], tracksSpans: Bool) -> TokenOutput {
        var scratch = pool.take()
        var output = TokenOutput(tracksSpans: tracksSpans)
        output.identifiers.reserveCapacity(text.count / 3)
        for section in added.rawSections(text) {
            if let identifier = section.identifier {
                output.append(identifier, section.range.lowerBound, section.range.upperBound)
            } else {
                encode(text, section.range, &scratch, &output)
            }
        }
        pool.give(scratch)
        return output
    }

    /// The ids of a text in which no added token is looked for.
    func encodeOrdinary(_ text: [UInt8]) -> [Int32] {
        guard !text.isEmpty else { return [] }
        var scratch = pool.take()
        var output = TokenOutput(tracksSpans: false)
        encode(text, 0..<text.count, &scratch, &output)
        pool.give(scratch)
        return output.identifiers
    }

    private func encode(
        _ text: [UInt8], _ section: Range<Int>, _ scratch: inout ModelScratch, _ output: inout TokenOutput
    ) {
        let bytes = section == 0..<text.count ? text : Array(text[section])
        let tracks = output.tracksSpans || needsSources
        guard normalizer != nil || added.hasNormalizedTokens else {
            let sources = tracks ? Self.ownSources(bytes, from: section.lowerBound) : []
            tokenize(
                PieceBuffer(
                    bytes: bytes, sources: sources, originalStart: section.lowerBound, pieces: [0..<bytes.count]),
                &scratch, &output)
            return
        }
        var normalized = NormalizedText(
            bytes: bytes, sources: tracks ? Self.ownSources(bytes, from: section.lowerBound) : [],
            originalStart: Int32(section.lowerBound))
        normalizer?.apply(to: &normalized)
        for part in added.normalizedSections(normalized.bytes) {
            if let identifier = part.identifier {
                let span = normalized.source(of: part.range)
                output.append(identifier, Int(span.start), Int(span.end))
                continue
            }
            let isWhole = part.range == 0..<normalized.bytes.count
            tokenize(
                PieceBuffer(
                    bytes: isWhole ? normalized.bytes : Array(normalized.bytes[part.range]),
                    sources: tracks ? Array(normalized.sources[part.range]) : [],
                    originalStart: section.lowerBound + part.range.lowerBound, pieces: [0..<part.range.count]),
                &scratch, &output)
        }
    }

    private func tokenize(_ buffer: PieceBuffer, _ scratch: inout ModelScratch, _ output: inout TokenOutput) {
        var buffer = buffer
        preTokenizer?.apply(to: &buffer, mapsBytes: !takesRawBytes)
        let first = output.spans.count
        model.tokenize(buffer.bytes, buffer.pieces, scratch: &scratch, output: &output)
        guard output.tracksSpans else { return }
        for index in first..<output.spans.count {
            let span = output.spans[index]
            guard span.start < span.end else {
                output.spans[index] = ByteSpan(start: 0, end: 0)
                continue
            }
            output.spans[index] = ByteSpan(
                start: buffer.sources[Int(span.start)].start, end: buffer.sources[Int(span.end) - 1].end)
        }
    }

    private var takesRawBytes: Bool {
        if case .bytePair(let model) = model { model.takesRawBytes } else { false }
    }

    /// For every byte the bytes of the scalar it belongs to.
    private static func ownSources(_ bytes: [UInt8], from start: Int) -> [ByteSpan] {
        var sources: [ByteSpan] = []
        sources.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            let length = UTF8Text.length(bytes[position])
            let span = ByteSpan(start: Int32(start + position), end: Int32(start + position + length))
            sources.append(contentsOf: repeatElement(span, count: length))
            position += length
        }
        return sources
    }

    // MARK: - Decoding

    /// The text of those ids, in UTF-8. Ids that no token has are left out.
    func decode(_ identifiers: [Int], skippingSpecialTokens: Bool) -> [UInt8] {
        if case .byteLevel? = decoder { return decodeByteLevel(identifiers, skippingSpecialTokens) }
        var tokens: [[UInt8]] = []
        tokens.reserveCapacity(identifiers.count)
        for identifier in identifiers {
            guard let token = token(of: identifier), !(skippingSpecialTokens && added.isSpecial(token)) else {
                continue
            }
            tokens.append(token)
        }
        guard let decoder else { return Array(tokens.joined(separator: [0x20])) }
        return Array(decoder.decode(tokens).joined())
    }

    /// The same for the byte-level decoder, whose tokens join without more ado.
    private func decodeByteLevel(_ identifiers: [Int], _ skipsSpecialTokens: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(identifiers.count * 5)
        for identifier in identifiers {
            if let token = added.decodedContent(identifier: identifier) {
                if !(skipsSpecialTokens && added.isSpecial(token)) {
                    ByteLevelAlphabet.decode(token[...], into: &bytes)
                }
            } else if let token = model.vocabulary.token(identifier) {
                ByteLevelAlphabet.decode(token, into: &bytes)
            }
        }
        return Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
}

extension PreTokenizer {
    /// Whether this writes byte-level scalars.
    var isByteLevel: Bool { if case .byteLevel = self { true } else { false } }
}
