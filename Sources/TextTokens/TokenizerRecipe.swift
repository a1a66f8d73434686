import JSONText

/// The rules that transformers has for a folder without `tokenizer.json`, one family for each of its classes.
struct TokenizerRecipe {
    /// Classes that share their rules.
    enum Family { case gpt2, gptNeoX, qwen2, roberta, bert, llama, t5, sentencePiece }

    var configuration: TokenizerConfiguration
    let family: Family

    /// The tokenizer of the folder. The special tokens that the family presumes are noted in `configuration`.
    mutating func pipeline(_ folder: TokenizerFolder) throws(TokenizerError) -> TokenizerPipeline {
        presumeSpecialTokens()
        var pipeline: TokenizerPipeline
        switch family {
        case .gpt2, .gptNeoX, .qwen2, .roberta: pipeline = try byteLevel(folder)
        case .bert: pipeline = try bert(folder)
        case .llama, .t5, .sentencePiece: pipeline = try sentencePiece(folder)
        }
        TokenizerFolder.add(configuration, to: &pipeline)
        pipeline.postProcessor = postProcessor(pipeline)
        return pipeline
    }

    private mutating func presumeSpecialTokens() {
        func presume(_ token: inout String?, _ value: String) { token = token ?? value }
        switch family {
        case .gpt2, .gptNeoX:
            presume(&configuration.beginningOfSentence, "<|endoftext|>")
            presume(&configuration.endOfSentence, "<|endoftext|>")
            presume(&configuration.unknown, "<|endoftext|>")
            if family == .gptNeoX { presume(&configuration.padding, "<|padding|>") }
        case .qwen2:
            presume(&configuration.endOfSentence, "<|endoftext|>")
            presume(&configuration.unknown, "<|endoftext|>")
            presume(&configuration.padding, "<|endoftext|>")
        case .roberta:
            presume(&configuration.beginningOfSentence, "<s>")
            presume(&configuration.endOfSentence, "</s>")
            presume(&configuration.unknown, "<unk>")
            presume(&configuration.separator, "</s>")
            presume(&configuration.padding, "<pad>")
            presume(&configuration.classification, "<s>")
            presume(&configuration.mask, "<mask>")
        case .bert:
            presume(&configuration.unknown, "[UNK]")
            presume(&configuration.separator, "[SEP]")
            presume(&configuration.padding, "[PAD]")
            presume(&configuration.classification, "[CLS]")
            presume(&configuration.mask, "[MASK]")
        case .llama:
            presume(&configuration.beginningOfSentence, "<s>")
            presume(&configuration.endOfSentence, "</s>")
            presume(&configuration.unknown, "<unk>")
        case .t5:
            presume(&configuration.endOfSentence, "</s>")
            presume(&configuration.unknown, "<unk>")
            presume(&configuration.padding, "<pad>")
        case .sentencePiece: break
        }
    }

    private func postProcessor(_ pipeline: TokenizerPipeline) -> PostProcessor {
        func special(_ token: String?) -> [PostProcessor.Piece] {
            token.flatMap { pipeline.identifier(of: $0) }.map { [.special([$0])] } ?? []
        }
        switch family {
        case .bert, .roberta:
            let (start, separator) = (special(configuration.classification), special(configuration.separator))
            let between = family == .roberta ? separator + separator : separator
            return .template(
                single: start + [.first] + separator, pair: start + [.first] + between + [.second] + separator,
                trimming: family == .roberta
                    ? PostProcessor.Trimming(hasPrefixSpace: configuration.addsPrefixSpace ?? false) : nil)
        case .t5:
            let end = special(configuration.endOfSentence)
            return .template(single: [.first] + end, pair: [.first] + end + [.second] + end, trimming: nil)
        case .gpt2, .gptNeoX, .qwen2, .llama, .sentencePiece:
            let start = configuration.addsBeginningOfSentence == true ? special(configuration.beginningOfSentence) : []
            let end = configuration.addsEndOfSentence == true ? special(configuration.endOfSentence) : []
            let (first, second): ([PostProcessor.Piece], [PostProcessor.Piece]) = ([.first], [.second])
            return .template(
                single: start + first + end, pair: start + first + end + start + second + end, trimming: nil)
        }
    }

    // MARK: - vocab.json and merges.txt

    private static let qwen2Pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
        + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#

    private func byteLevel(_ folder: TokenizerFolder) throws(TokenizerError) -> TokenizerPipeline {
        let file = folder.path("vocab.json")
        guard let bytes = try folder.bytes("vocab.json") else {
            throw .unreadableFile(file: file, reason: "no such file, nor tokenizer.json")
        }
        guard let lines = try folder.bytes("merges.txt") else {
            throw .unreadableFile(file: folder.path("merges.txt"), reason: "no such file, nor tokenizer.json")
        }
        var reader = JSONReader(bytes: bytes)
        let vocabulary = try VocabularyFile.vocabulary(&reader, file: file, key: "the file")
        do throws(JSONError) { try reader.finish() } catch { throw .notJSON(file: file, error: error) }
        var merges = MergeTexts()
        merges.markPresent()
        for line in lines.split(separator: 0x0A) {
            let line = line.last == 0x0D ? line.dropLast() : line
            if !line.isEmpty { merges.appendLine(line) }
        }
        let table = try merges.table(vocabulary, prefixLength: 0, file: folder.path("merges.txt"), key: "rule ")
        let model = BytePairEncoding(vocabulary: vocabulary, merges: table, options: BytePairEncoding.Options())
        let prefix = configuration.addsPrefixSpace ?? false
        var preTokenizer = PreTokenizer.byteLevel(addsPrefixSpace: prefix, splits: true)
        if family == .qwen2 {
            let pattern = try TextPattern(regex: Self.qwen2Pattern, file: file, key: "pattern")
            preTokenizer = .sequence([
                .split(pattern, .isolated, isInverted: false), .byteLevel(addsPrefixSpace: prefix, splits: false),
            ])
        }
        return TokenizerPipeline(
            normalizer: family == .qwen2 || family == .gptNeoX ? .form(.composed) : nil, preTokenizer: preTokenizer,
            model: .bytePair(model), postProcessor: nil, decoder: .byteLevel)
    }

    // MARK: - vocab.txt

    private func bert(_ folder: TokenizerFolder) throws(TokenizerError) -> TokenizerPipeline {
        let file = folder.path("vocab.txt")
        guard let bytes = try folder.bytes("vocab.txt") else {
            throw .unreadableFile(file: file, reason: "no such file, nor tokenizer.json")
        }
        var vocabulary = Vocabulary(minimumCapacity: 32_768)
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines {
            let token = line.last == 0x0D ? line.dropLast() : line
            guard String(validating: token, as: UTF8.self) != nil else {
                throw .wrongValue(file: file, key: "line \(vocabulary.count + 1)", expected: "UTF-8")
            }
            vocabulary.append(Array(token))
        }
        let unknown = configuration.unknown ?? "[UNK]"
        guard let identifier = vocabulary.identifier(unknown) else {
            throw .noUnknownToken(file: file, key: "unk_token", token: unknown)
        }
        let model = WordPiece(vocabulary: vocabulary, unknown: identifier, prefix: Array("##".utf8), wordLimit: 100)
        return TokenizerPipeline(
            normalizer: .bert(
                BertNormalization(
                    cleansText: true, separatesChinese: configuration.separatesChinese ?? true,
                    stripsAccents: configuration.stripsAccents, lowercases: configuration.lowercases ?? true)),
            preTokenizer: .bert, model: .wordPiece(model), postProcessor: nil,
            decoder: .wordPiece(prefix: Array("##".utf8), cleansUp: true))
    }
}
