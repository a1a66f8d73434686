import JSONText

/// Reads `tokenizer.json`.
struct TokenizerFile {
    private let file: String
    private var components = [String: ConfigurationNode]()
    private var modelFields: [(key: String, value: JSONValue)] = []
    private var vocabulary: Vocabulary?
    /// The score of each token, where the vocabulary is a list of them.
    private var scores: [Double]?
    /// Texts of the merge rules, left and right, one after the other, and where each ends.
    private var merges = MergeTexts()

    /// The tokenizer that the file describes.
    static func pipeline(_ bytes: [UInt8], file: String) throws(TokenizerError) -> TokenizerPipeline {
        var reader = TokenizerFile(file: file)
        try reader.read(bytes)
        return try reader.pipeline()
    }

    private init(file: String) { self.file = file }

    // MARK: - Reading

    private mutating func read(_ bytes: [UInt8]) throws(TokenizerError) {
        var reader = JSONReader(bytes: bytes)
        do throws(JSONError) {
            guard try reader.kind() == .object else {
                throw JSONError(reason: .unexpectedByte(bytes[reader.offset]), offset: reader.offset)
            }
            try reader.enterObject()
        } catch { throw .notJSON(file: file, error: error) }
        while let key = try json({ reader throws(JSONError) in try reader.nextKey() }, &reader) {
            if key == "model" {
                try readModel(&reader)
            } else {
                let value = try json({ reader throws(JSONError) in try reader.value() }, &reader)
                if !value.isNull { components[key] = ConfigurationNode(file: file, path: key, value: value) }
            }
        }
        try json({ reader throws(JSONError) in try reader.finish() }, &reader)
    }

    private func json<Result>(
        _ read: (inout JSONReader) throws(JSONError) -> Result, _ reader: inout JSONReader
    ) throws(TokenizerError) -> Result {
        do throws(JSONError) { return try read(&reader) } catch { throw .notJSON(file: file, error: error) }
    }

    private mutating func readModel(_ reader: inout JSONReader) throws(TokenizerError) {
        guard try json({ reader throws(JSONError) in try reader.kind() }, &reader) == .object else {
            throw .wrongValue(file: file, key: "model", expected: "an object")
        }
        try json({ reader throws(JSONError) in try reader.enterObject() }, &reader)
        while let key = try json({ reader throws(JSONError) in try reader.nextKey() }, &reader) {
            let kind = try json({ reader throws(JSONError) in try reader.kind() }, &reader)
            switch (key, kind) {
            case ("vocab", .object): try readVocabulary(&reader)
            case ("vocab", .array): try readScores(&reader)
            case ("merges", .array): try readMerges(&reader)
            default:
                modelFields.append((key, try json({ reader throws(JSONError) in try reader.value() }, &reader)))
            }
        }
    }

    private mutating func readVocabulary(_ reader: inout JSONReader) throws(TokenizerError) {
        vocabulary = try VocabularyFile.vocabulary(&reader, file: file, key: "model.vocab")
    }

    private mutating func readScores(_ reader: inout JSONReader) throws(TokenizerError) {
        var vocabulary = Vocabulary(minimumCapacity: 32_768)
        var scores: [Double] = []
        var token: [UInt8] = []
        do throws(JSONError) {
            try reader.enterArray()
            while try reader.nextElement() {
                token.removeAll(keepingCapacity: true)
                let start = reader.offset
                try reader.enterArray()
                guard try reader.nextElement() else { throw JSONError(reason: .unexpectedByte(0x5D), offset: start) }
                try reader.string(appendingTo: &token)
                guard try reader.nextElement(), let score = LibraryNumber.double(try reader.numberText()),
                    try !reader.nextElement()
                else { throw JSONError(reason: .badNumber, offset: start) }
                vocabulary.append(token)
                scores.append(score)
            }
        } catch { throw .notJSON(file: file, error: error) }
        self.vocabulary = vocabulary
        self.scores = scores
    }

    private mutating func readMerges(_ reader: inout JSONReader) throws(TokenizerError) {
        var merges = MergeTexts()
        merges.markPresent()
        do throws(JSONError) {
            try reader.enterArray()
            while try reader.nextElement() {
                if try reader.kind() == .string {
                    try merges.appendLine(&reader)
                } else {
                    guard try reader.kind() == .array else {
                        merges.appendMalformed()
                        try reader.skipValue()
                        continue
                    }
                    try merges.appendPair(&reader)
                }
            }
        } catch { throw .notJSON(file: file, error: error) }
        self.merges = merges
    }

    // MARK: - Building

    private func pipeline() throws(TokenizerError) -> TokenizerPipeline {
        if let version = components["version"], try version.string() != "1.0" { throw version.wrong("1.0") }
        var normalizer: Normalizer?
        if let node = components["normalizer"] { normalizer = try Normalizer(node) }
        var preTokenizer: PreTokenizer?
        if let node = components["pre_tokenizer"] { preTokenizer = try PreTokenizer(node) }
        var postProcessor: PostProcessor?
        if let node = components["post_processor"] { postProcessor = try PostProcessor(node) }
        var decoder: TokenDecoder?
        if let node = components["decoder"] { decoder = try TokenDecoder(node) }
        var pipeline = TokenizerPipeline(
            normalizer: normalizer, preTokenizer: preTokenizer, model: try model(), postProcessor: postProcessor,
            decoder: decoder)
        try pipeline.checkCoverage(file: file)
        pipeline.add(try addedTokens())
        return pipeline
    }

    private func model() throws(TokenizerError) -> TokenModel {
        guard !modelFields.isEmpty || vocabulary != nil else { throw .missingKey(file: file, key: "model") }
        let node = ConfigurationNode(file: file, path: "model", value: .object(JSONObject(modelFields)))
        return try TokenModel(node, vocabulary: vocabulary, scores: scores, merges: merges)
    }

    private func addedTokens() throws(TokenizerError) -> [AddedToken] {
        guard let node = components["added_tokens"] else { return [] }
        var tokens: [AddedToken] = []
        var seen: [Int: String] = [:]
        for element in try node.elements() {
            let identifier = try element.required("id").integer(in: 0...Vocabulary.largestIdentifier)
            let token = try AddedToken(element, identifier: identifier)
            if let other = seen[identifier], other.utf8.elementsEqual(token.content.utf8) == false {
                throw .repeatedIdentifier(
                    file: file, key: "added_tokens", identifier: identifier, tokens: [other, token.content])
            }
            seen[identifier] = token.content
            tokens.append(token)
        }
        return tokens
    }
}

extension TokenizerPipeline {
    /// Refuses a tokenizer that has no token for some text.
    func checkCoverage(file: String) throws(TokenizerError) {
        switch model {
        case .bytePair(let model):
            // Without an unknown token the library leaves such text out; with one that is absent it fails.
            guard let unknown = model.options.unknownToken, !model.coversAllText else { return }
            if model.vocabulary.identifier(unknown) == nil {
                throw .noUnknownToken(file: file, key: "model.unk_token", token: unknown)
            }
        case .unigram, .wordPiece, .wordLevel: break
        }
    }
}
