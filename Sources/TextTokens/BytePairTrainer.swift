/// Makes a byte-level BPE tokenizer from text, with the merges that the `tokenizers` library's `BpeTrainer` finds.
///
///     var trainer = try BytePairTrainer(BytePairTrainer.Options(vocabularySize: 8000, specialTokens: ["<s>", "</s>"]))
///     for line in lines { trainer.feed(line) }
///     let tokenizer = try TextTokenizer(tokenizerJSON: trainer.tokenizerJSON())
///
/// The pair that occurs most often in all words is merged; of equals the one whose ids are smallest, the left one
/// first. Words are what the splitting rule makes of each fed text, counted.
public struct BytePairTrainer: Sendable {
    /// What is asked of the trainer; the defaults are the library's, but for the alphabet of all bytes.
    public struct Options: Sendable, Equatable {
        /// How many tokens there shall be, special ones included.
        public var vocabularySize = 30_000
        /// A pair that occurs more seldom is not merged.
        public var minimumFrequency = 0
        /// Tokens that come first and are found in the text as they stand.
        public var specialTokens: [String] = []
        /// Tokens that come after all others, beyond `vocabularySize`, and are found in the text as they stand: sentinels
        /// that are counted from the vocabulary's end, for one.
        public var trailingTokens: [String] = []
        /// Whether every byte is a token; else those that occur.
        public var includesAllBytes = true
        /// At most so many bytes are tokens: the most frequent, of equals those with the larger scalar. The library
        /// leaves the choice among equals to chance.
        public var alphabetLimit: Int?
        /// Pairs that would make a token of this many bytes or more are not counted once a merge brings them about;
        /// the library's `max_token_length`.
        public var maximumTokenLength: Int?
        /// Whether a space is put before a text that does not start with one.
        public var addsPrefixSpace = false
        /// A splitting rule in place of GPT-2's.
        public var splitPattern: String?
        /// The special token that is put before every text by `encode`.
        public var beginningToken: String?

        /// Options; each has a default.
        public init(
            vocabularySize: Int = 30_000, minimumFrequency: Int = 0, specialTokens: [String] = [],
            trailingTokens: [String] = [], includesAllBytes: Bool = true, alphabetLimit: Int? = nil,
            maximumTokenLength: Int? = nil,
            addsPrefixSpace: Bool = false, splitPattern: String? = nil, beginningToken: String? = nil
        ) {
            self.vocabularySize = vocabularySize
            self.minimumFrequency = minimumFrequency
            self.specialTokens = specialTokens
            self.trailingTokens = trailingTokens
            self.includesAllBytes = includesAllBytes
            self.alphabetLimit = alphabetLimit
            self.maximumTokenLength = maximumTokenLength
            self.addsPrefixSpace = addsPrefixSpace
            self.splitPattern = splitPattern
            self.beginningToken = beginningToken
        }
    }

    /// What was asked.
    public let options: Options
    private let preTokenizer: PreTokenizer
    /// Words and how often each was fed; the table's values are places in `counts`.
    private var words = ByteKeyTable(minimumCapacity: 1 << 16)
    private var counts: [Int] = []

    /// A trainer that has seen nothing.
    /// - Throws: `TokenizerError.badTrainingOption` or `.badPattern`.
    public init(_ options: Options) throws(TokenizerError) {
        guard (1...Vocabulary.largestIdentifier).contains(options.vocabularySize) else {
            throw .badTrainingOption(
                name: "vocabulary size",
                reason: "\(options.vocabularySize) is not in 1...\(Vocabulary.largestIdentifier)")
        }
        guard options.minimumFrequency >= 0 else {
            throw .badTrainingOption(name: "minimum frequency", reason: "\(options.minimumFrequency) is negative")
        }
        if let token = options.beginningToken, !options.specialTokens.contains(token) {
            throw .badTrainingOption(name: "beginning token", reason: "'\(token)' is none of the special tokens")
        }
        var named = Set(options.specialTokens.map { Array($0.utf8) })
        for token in options.trailingTokens where token.isEmpty || !named.insert(Array(token.utf8)).inserted {
            throw .badTrainingOption(name: "trailing token", reason: "'\(token)' is empty or named twice")
        }
        self.options = options
        if let pattern = options.splitPattern {
            preTokenizer = .sequence([
                .split(
                    try TextPattern(regex: pattern, file: "training options", key: "split pattern"), .isolated,
                    isInverted: false),
                .byteLevel(addsPrefixSpace: options.addsPrefixSpace, splits: false),
            ])
        } else {
            preTokenizer = .byteLevel(addsPrefixSpace: options.addsPrefixSpace, splits: true)
        }
    }

    /// How many different words were fed.
    public var wordCount: Int { words.count }

    /// Counts the words of a text. Texts are divided each by itself; of a file the library takes every line with its
    /// line end as a text (`feed(linesOf:)`).
    public mutating func feed(_ text: String) { feed(Array(text.utf8)) }

    /// Counts the words of every line of a file's text, each with its line end.
    public mutating func feed(linesOf text: String) { feed(linesOf: Array(text.utf8)) }

    /// Counts the words of every line of a part of a file, each with its line end.
    /// - Parameter bytes: whole lines in UTF-8; the last one may lack its line end.
    public mutating func feed(linesOf bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            if options.splitPattern == nil, !options.addsPrefixSpace {
                countWords(bytes, start..<end)
            } else {
                feed(Array(bytes[start..<end]))
            }
            start = end
        }
    }

    /// Counts the words of a text that nothing is added to and GPT-2's rule divides.
    private mutating func countWords(_ bytes: [UInt8], _ text: Range<Int>) {
        var position = text.lowerBound
        while position < text.upperBound {
            let end = GPT2Splitter.end(bytes, from: position, limit: text.upperBound)
            count(bytes, position..<end)
            position = end
        }
    }

    private mutating func feed(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        var buffer = PieceBuffer(bytes: bytes, sources: [], originalStart: 0, pieces: [0..<bytes.count])
        preTokenizer.apply(to: &buffer, mapsBytes: false)
        for piece in buffer.pieces { count(buffer.bytes, piece) }
    }

    @inline(__always)
    private mutating func count(_ bytes: [UInt8], _ word: Range<Int>) {
        let (index, isNew) = words.insert(bytes, word, value: Int32(counts.count))
        if isNew { counts.append(1) } else { counts[index] += 1 }
    }

    /// The tokenizer in the library's file format.
    public func tokenizerJSON() -> [UInt8] {
        var merging = PairMerging(options)
        merging.addAlphabet(alphabet())
        for index in counts.indices { merging.addWord(words.key(index), count: counts[index]) }
        merging.run()
        return TrainedTokenizerFile(options: options, merging: merging).bytes()
    }

    /// The bytes that are tokens, in the order of their scalars.
    private func alphabet() -> [UInt8] {
        var frequency = [Int](repeating: 0, count: 256)
        for index in counts.indices { for byte in words.key(index) { frequency[Int(byte)] += counts[index] } }
        var bytes = (0...255).map { UInt8($0) }
        if options.includesAllBytes {
            frequency = [Int](repeating: .max, count: 256)
        } else {
            bytes.removeAll { frequency[Int($0)] == 0 }
        }
        let scalar = { (byte: UInt8) in ByteLevelAlphabet.scalars[Int(byte)] }
        if let limit = options.alphabetLimit, bytes.count > limit {
            bytes.sort { (frequency[Int($0)], scalar($0)) < (frequency[Int($1)], scalar($1)) }
            bytes.removeFirst(bytes.count - max(0, limit))
        }
        return bytes.sorted { scalar($0) < scalar($1) }
    }
}
