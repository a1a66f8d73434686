import JSONText

extension TokenModel {
    /// The model that the fields of `tokenizer.json`'s `model` describe.
    ///
    /// - Parameters:
    ///   - node: the small fields.
    ///   - vocabulary: what `vocab` holds, with scores where it is a list of them.
    ///   - merges: what `merges` holds.
    init(
        _ node: ConfigurationNode, vocabulary: Vocabulary?, scores: [Double]?, merges: MergeTexts
    ) throws(TokenizerError) {
        guard let vocabulary else { throw .missingKey(file: node.file, key: "\(node.path).vocab") }
        // Files of the first years have no type.
        let guess =
            scores != nil
            ? "Unigram"
            : merges.isPresent ? "BPE" : node.optional("max_input_chars_per_word") != nil ? "WordPiece" : "WordLevel"
        let type = try node.string("type") ?? guess
        if (type == "Unigram") != (scores != nil), ["BPE", "Unigram", "WordPiece", "WordLevel"].contains(type) {
            throw .wrongValue(
                file: node.file, key: "\(node.path).vocab",
                expected: type == "Unigram" ? "a list of [token, score]" : "an object of tokens and ids")
        }
        switch type {
        case "BPE": self = .bytePair(try Self.bytePair(node, vocabulary, merges))
        case "Unigram": self = .unigram(try Self.unigram(node, vocabulary, scores ?? []))
        case "WordPiece":
            self = .wordPiece(
                WordPiece(
                    vocabulary: vocabulary, unknown: try Self.unknown(node, vocabulary, default: nil),
                    prefix: Array(try node.required("continuing_subword_prefix").string().utf8),
                    wordLimit: try node.required("max_input_chars_per_word").integer(in: 0...1_000_000_000)))
        case "WordLevel":
            self = .wordLevel(
                WordLevel(vocabulary: vocabulary, unknown: try Self.unknown(node, vocabulary, default: "<unk>")))
        default: throw .unknownType(file: node.file, key: node.path, found: type)
        }
    }

    private static func unknown(
        _ node: ConfigurationNode, _ vocabulary: Vocabulary, default value: String?
    ) throws(TokenizerError) -> Int32 {
        let token: String
        if let named = try node.string("unk_token") ?? value {
            token = named
        } else {
            throw .missingKey(file: node.file, key: "\(node.path).unk_token")
        }
        guard let identifier = vocabulary.identifier(token) else {
            throw .noUnknownToken(file: node.file, key: "\(node.path).unk_token", token: token)
        }
        return identifier
    }

    private static func unigram(
        _ node: ConfigurationNode, _ vocabulary: Vocabulary, _ scores: [Double]
    ) throws(TokenizerError) -> Unigram {
        guard let unknown = node.optional("unk_id") else {
            throw .noUnknownToken(file: node.file, key: "\(node.path).unk_id", token: nil)
        }
        guard !scores.isEmpty else {
            throw .wrongValue(file: node.file, key: "\(node.path).vocab", expected: "a list that is not empty")
        }
        return Unigram(
            vocabulary: vocabulary, scores: scores, unknown: try unknown.integer(in: 0...scores.count - 1),
            hasByteFallback: try node.bool("byte_fallback", default: false))
    }

    private static func bytePair(
        _ node: ConfigurationNode, _ vocabulary: Vocabulary, _ merges: MergeTexts
    ) throws(TokenizerError) -> BytePairEncoding {
        guard merges.isPresent else { throw .missingKey(file: node.file, key: "\(node.path).merges") }
        if let dropout = node.optional("dropout"), dropout.value.double != 0 {
            throw .unsupported(file: node.file, key: "\(node.path).dropout", what: "merging at random")
        }
        let options = BytePairEncoding.Options(
            unknownToken: try node.string("unk_token"),
            continuingPrefix: Array(try node.string("continuing_subword_prefix")?.utf8 ?? "".utf8),
            endSuffix: Array(try node.string("end_of_word_suffix")?.utf8 ?? "".utf8),
            fusesUnknown: try node.bool("fuse_unk", default: false),
            hasByteFallback: try node.bool("byte_fallback", default: false),
            ignoresMerges: try node.bool("ignore_merges", default: false))
        let table = try merges.table(
            vocabulary, prefixLength: options.continuingPrefix.count, file: node.file, key: "\(node.path).merges")
        return BytePairEncoding(vocabulary: vocabulary, merges: table, options: options)
    }
}
