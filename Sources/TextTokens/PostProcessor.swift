/// What is put around the ids of a text.
indirect enum PostProcessor: Sendable, Equatable {
    /// A part of a template: the text or the pair's second text, or ids of special tokens.
    enum Piece: Sendable, Equatable {
        case first
        case second
        case special([Int])
    }

    /// Nothing is added (byte-level: spans are trimmed).
    case byteLevel(trimsSpans: Bool, hasPrefixSpace: Bool)
    /// Pieces for one text and for a pair. Spans are trimmed first where that is asked for (RoBERTa).
    case template(single: [Piece], pair: [Piece], trimming: Trimming?)
    /// One after the other.
    case sequence([PostProcessor])

    /// How spans lose the white space at their ends.
    struct Trimming: Sendable, Equatable { var hasPrefixSpace: Bool }

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        switch try node.type() {
        case "ByteLevel":
            self = .byteLevel(
                trimsSpans: try node.bool("trim_offsets", default: true),
                hasPrefixSpace: try node.bool("add_prefix_space", default: true))
        case "TemplateProcessing":
            self = .template(
                single: try Self.pieces(node, "single"), pair: try Self.pieces(node, "pair"), trimming: nil)
        case "BertProcessing":
            let (separator, start) = try Self.separatorAndStart(node)
            self = .template(
                single: [.special([start]), .first, .special([separator])],
                pair: [.special([start]), .first, .special([separator]), .second, .special([separator])],
                trimming: nil)
        case "RobertaProcessing":
            let (separator, start) = try Self.separatorAndStart(node)
            let trims = try node.bool("trim_offsets", default: true)
            let prefix = try node.bool("add_prefix_space", default: true)
            self = .template(
                single: [.special([start]), .first, .special([separator])],
                pair: [.special([start]), .first, .special([separator, separator]), .second, .special([separator])],
                trimming: trims ? Trimming(hasPrefixSpace: prefix) : nil)
        case "Sequence":
            var processors: [PostProcessor] = []
            for element in try node.required("processors").elements() { processors.append(try PostProcessor(element)) }
            self = .sequence(processors)
        case let other: throw node.unknownType(other)
        }
    }

    /// The ids of one text with what belongs around them.
    func process(_ identifiers: [Int]) -> [Int] {
        switch self {
        case .byteLevel: identifiers
        case .template(let single, _, _): Self.fill(single, identifiers, [])
        case .sequence(let processors): processors.reduce(identifiers) { $1.process($0) }
        }
    }

    /// The ids of two texts with what belongs around and between them.
    func process(_ first: [Int], _ second: [Int]) -> [Int] {
        switch self {
        case .byteLevel: return first + second
        case .template(_, let pair, _): return Self.fill(pair, first, second)
        case .sequence(let processors):
            // A template makes one text of the two; what follows it sees only that.
            for (index, processor) in processors.enumerated() {
                if case .byteLevel = processor { continue }
                return PostProcessor.sequence(Array(processors[(index + 1)...]))
                    .process(processor.process(first, second))
            }
            return first + second
        }
    }

    /// How many ids are added to one text.
    var addedCount: Int { process([]).count }

    /// How many ids are added to a pair.
    var addedPairCount: Int { process([], []).count }

    private static func fill(_ pieces: [Piece], _ first: [Int], _ second: [Int]) -> [Int] {
        pieces.flatMap { piece in
            switch piece {
            case .first: first
            case .second: second
            case .special(let identifiers): identifiers
            }
        }
    }

    private static func pieces(_ node: ConfigurationNode, _ key: String) throws(TokenizerError) -> [Piece] {
        var pieces: [Piece] = []
        for element in try node.required(key).elements() {
            if let sequence = element.optional("Sequence") {
                switch try sequence.required("id").string() {
                case "A": pieces.append(.first)
                case "B": pieces.append(.second)
                default: throw sequence.wrong("sequence A or B")
                }
            } else {
                let name = try element.required("SpecialToken").required("id").string()
                let special = try node.required("special_tokens").required(name)
                var identifiers: [Int] = []
                for id in try special.required("ids").elements() {
                    identifiers.append(try id.integer(in: 0...Vocabulary.largestIdentifier))
                }
                pieces.append(.special(identifiers))
            }
        }
        return pieces
    }

    /// The ids of `sep` and `cls`, each written as `[token, id]`.
    private static func separatorAndStart(
        _ node: ConfigurationNode
    ) throws(TokenizerError) -> (separator: Int, start: Int) {
        func identifier(_ key: String) throws(TokenizerError) -> Int {
            let pair = try node.required(key).elements()
            guard pair.count == 2 else { throw try node.required(key).wrong("[token, id]") }
            return try pair[1].integer(in: 0...Vocabulary.largestIdentifier)
        }
        return (try identifier("sep"), try identifier("cls"))
    }
}
