/// Text to ids and back, as the `tokenizers` library does it for the same files.
///
///     let tokenizer = try TextTokenizer(folder: URL(filePath: "blip2-opt-2.7b"))
///     tokenizer.encode("a photo of")                                     // [2, 102, 1345, 9]
///     tokenizer.decode([2, 102, 1345, 9], skippingSpecialTokens: true)   // "a photo of"
///
/// Offsets count UTF-8 bytes. One tokenizer may be used from several threads at once.
public struct TextTokenizer: Sendable {
    let pipeline: TokenizerPipeline
    /// What the folder's `tokenizer_config.json` says.
    public let configuration: TokenizerConfiguration

    /// The tokenizer that the bytes of a `tokenizer.json` describe.
    /// - Parameter file: the name that errors give it.
    /// - Throws: `TokenizerError`, naming file and key.
    public init(tokenizerJSON: [UInt8], file: String = "tokenizer.json") throws(TokenizerError) {
        self.init(
            pipeline: try TokenizerFile.pipeline(tokenizerJSON, file: file), configuration: TokenizerConfiguration())
    }

    init(pipeline: TokenizerPipeline, configuration: TokenizerConfiguration) {
        self.pipeline = pipeline
        self.configuration = configuration
    }

    // MARK: - Encoding

    /// The ids of a text.
    /// - Parameters:
    ///   - addingSpecialTokens: whether what the post-processor adds comes with them (start, end).
    ///   - truncation: how many ids there may be at most.
    public func encode(_ text: String, addingSpecialTokens: Bool = true, truncation: Truncation? = nil) -> [Int] {
        var identifiers = plainIdentifiers(text)
        let processor = addingSpecialTokens ? pipeline.postProcessor : nil
        if let truncation { identifiers = truncation.apply(identifiers, added: processor?.addedCount ?? 0) }
        return processor?.process(identifiers) ?? identifiers
    }

    /// The ids of a pair of texts, as the post-processor puts them together.
    public func encode(_ first: String, _ second: String, addingSpecialTokens: Bool = true) -> [Int] {
        let (first, second) = (plainIdentifiers(first), plainIdentifiers(second))
        guard let processor = pipeline.postProcessor else { return first + second }
        return addingSpecialTokens
            ? processor.process(first, second) : processor.withoutSpecialTokens.process(first, second)
    }

    /// The ids of a text without special tokens, each with the bytes of the text that it stands for.
    public func encodeWithRanges(_ text: String) -> [(id: Int, range: Range<Int>)] {
        let bytes = Array(text.utf8)
        let output = pipeline.encode(bytes, tracksSpans: true)
        return zip(output.identifiers, output.spans).map { identifier, span in
            let token = pipeline.token(of: Int(identifier)) ?? []
            let trimmed = pipeline.postProcessor?.trim(span, token: token, text: bytes) ?? span
            return (Int(identifier), Int(trimmed.start)..<Int(max(trimmed.start, trimmed.end)))
        }
    }

    /// The ids of a text as it stands: what looks like a special token is text like any other, and nothing is added.
    ///
    /// For text that nobody has looked over, a corpus for one: no `</s>` in it may end a document.
    /// - Parameter text: in UTF-8.
    package func encodeOrdinary(_ text: [UInt8]) -> [Int32] { pipeline.encodeOrdinary(text) }

    private func plainIdentifiers(_ text: String) -> [Int] {
        pipeline.encode(Array(text.utf8), tracksSpans: false).identifiers.map { Int($0) }
    }

    // MARK: - Decoding

    /// The text of ids. Ids that no token has are left out; bytes that are not UTF-8 become U+FFFD.
    public func decode(_ identifiers: [Int], skippingSpecialTokens: Bool = false) -> String {
        var bytes = pipeline.decode(identifiers, skippingSpecialTokens: skippingSpecialTokens)
        if configuration.cleansUpSpaces {
            // transformers ignores the setting for BPE, where the spaces are the text's own.
            if case .bytePair = pipeline.model {} else { bytes = TextCleanUp.wholeText(bytes) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - The vocabulary

    /// How many tokens there are, added ones included.
    public var vocabularySize: Int {
        let added = pipeline.added.tokens.count { pipeline.model.vocabulary.identifier($0.content) == nil }
        return pipeline.model.vocabulary.count + added
    }

    /// One more than the largest id.
    public var identifierEnd: Int {
        max(pipeline.model.vocabulary.identifierEnd, pipeline.added.largestIdentifier + 1)
    }

    /// The id of the token with that text, byte for byte.
    public func id(of token: String) -> Int? { pipeline.identifier(of: token) }

    /// The text of the token with that id, as the vocabulary has it.
    public func token(of id: Int) -> String? { pipeline.token(of: id).map { String(decoding: $0, as: UTF8.self) } }

    /// The tokens that are looked for in the text before it is divided.
    public var addedTokens: [AddedToken] { pipeline.added.tokens }

    /// The id of the token that begins a text.
    public var beginningOfSentence: Int? { configuration.beginningOfSentence.flatMap { id(of: $0) } }
    /// The id of the token that ends a text.
    public var endOfSentence: Int? { configuration.endOfSentence.flatMap { id(of: $0) } }
    /// The id of the token that fills up a batch.
    public var padding: Int? { configuration.padding.flatMap { id(of: $0) } }
    /// The id of the token that stands for what has no token.
    public var unknown: Int? { configuration.unknown.flatMap { id(of: $0) } }
}
