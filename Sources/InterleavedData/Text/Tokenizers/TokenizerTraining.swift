import TensorEngine
import TextTokens

/// Trains a byte-level BPE tokenizer on files.
///
///     let training = TokenizerTraining(files: ["stories.txt"], vocabulary: 8192)
///     let trained = try training.run()
///     trained.files   // tokenizer.json, tokenizer_config.json
package struct TokenizerTraining: Sendable, Equatable {
    /// Files of text; every line with its line end is a text by itself, as in the `tokenizers` library.
    package var files: [String]
    /// Files of other layouts, whose documents are texts line by line.
    package var sources: [TextSource] = []
    /// Files of picture–text rows whose words are texts too, a line each.
    package var pairs: [String] = []
    /// How those words are put.
    package var template = PairTemplate()
    /// Rows of this split of `pairs` alone, of every split where it is nil.
    package var split: String? = "train"
    /// Ids in all, special tokens and sentinels among them.
    package var vocabulary = 8192
    /// Special tokens beside those of `ReservedTokens.leading`, after them.
    package var specialTokens: [String] = []
    /// Sentinels at the vocabulary's end.
    package var sentinels = ReservedTokens.defaultSentinels
    /// A pair that occurs more seldom is not merged.
    package var minimumFrequency = 0

    /// Training on those files, all else as it stands above.
    package init(files: [String], vocabulary: Int = 8192) {
        self.files = files
        self.vocabulary = vocabulary
    }

    /// A tokenizer, and what it was made of.
    package struct Trained: Sendable {
        /// The files of the tokenizer's folder.
        package var files: [(name: String, bytes: [UInt8])]
        /// The tokenizer.
        package var tokenizer: TextTokenizer
        /// Bytes of text that were read.
        package var bytes: Int
        /// Different words in it.
        package var words: Int
    }

    /// Bytes of whole lines that are counted at a time.
    private static let blockLength = 1 << 20

    /// Reads the files and finds the merges.
    /// - Parameter progress: told how many bytes were read.
    package func run(progress: (Int) -> Void = { _ in }) throws(TextDataError) -> Trained {
        let special = ReservedTokens.leading + specialTokens
        let trailing = ReservedTokens.sentinels(try checkedSentinels(below: special.count))
        var trainer: BytePairTrainer
        do throws(TokenizerError) {
            trainer = try BytePairTrainer(
                BytePairTrainer.Options(
                    vocabularySize: vocabulary - trailing.count, minimumFrequency: minimumFrequency,
                    specialTokens: special, trailingTokens: trailing, beginningToken: ReservedTokens.beginning))
        } catch { throw .tokenizer(error) }
        var bytes = 0
        for file in files { try feed(file, to: &trainer, counting: &bytes, progress) }
        for source in sources + pairs.map({ TextSource($0, .pairs(template, split: split)) }) {
            try feed(source, to: &trainer, counting: &bytes, progress)
        }
        guard bytes > 0 else { throw .noDocuments(files: files + sources.map(\.path) + pairs) }
        let json = trainer.tokenizerJSON()
        let configuration = TrainedTokenizerConfiguration(
            beginning: ReservedTokens.beginning, end: ReservedTokens.end, padding: ReservedTokens.padding,
            others: [ReservedTokens.image] + ReservedTokens.modes + specialTokens + trailing.reversed())
        do throws(TokenizerError) {
            return Trained(
                files: [("tokenizer.json", json), ("tokenizer_config.json", configuration.bytes())],
                tokenizer: try TextTokenizer(tokenizerJSON: json), bytes: bytes, words: trainer.wordCount)
        } catch { throw .tokenizer(error) }
    }

    private func checkedSentinels(below special: Int) throws(TextDataError) -> Int {
        guard (0...100_000).contains(sentinels) else {
            throw .badOption(name: "sentinels", reason: "\(sentinels) is not in 0...100000")
        }
        guard vocabulary >= special + 256 + sentinels else {
            throw .badOption(
                name: "vocabulary",
                reason: "\(vocabulary) is too small for 256 bytes, \(special) special tokens and \(sentinels) sentinels"
            )
        }
        return sentinels
    }

    private func feed(
        _ file: String, to trainer: inout BytePairTrainer, counting bytes: inout Int, _ progress: (Int) -> Void
    ) throws(TextDataError) {
        let map = try MappedFile.opened(file)
        var start = map.byteCount >= 3 && map.bytes(in: 0..<3) == [0xEF, 0xBB, 0xBF] ? 3 : 0
        var length = Self.blockLength
        while start < map.byteCount {
            var end = min(map.byteCount, start + length)
            var block = map.bytes(in: start..<end)
            if end < map.byteCount {
                // Only whole lines: a block without a line end is read again twice as long.
                guard let lineEnd = block.lastIndex(of: 0x0A) else {
                    length *= 2
                    continue
                }
                block.removeSubrange((lineEnd + 1)...)
                end = start + lineEnd + 1
            }
            if let bad = UTF8Check.firstBadByte(block) { throw .notUTF8(file: file, offset: start + bad) }
            trainer.feed(linesOf: block)
            map.releasePages(in: start..<end)
            bytes += block.count
            progress(bytes)
            start = end
            length = Self.blockLength
        }
    }

    private func feed(
        _ source: TextSource, to trainer: inout BytePairTrainer, counting bytes: inout Int, _ progress: (Int) -> Void
    ) throws(TextDataError) {
        var reader = try DocumentReader(source, limit: TextCorpus.defaultLineBytes)
        var block: [UInt8] = []
        while true {
            let document = try reader.next()
            if let document { block += document.bytes + [0x0A] }
            if document == nil || block.count >= Self.blockLength {
                trainer.feed(linesOf: block)
                bytes += block.count
                progress(bytes)
                block.removeAll(keepingCapacity: true)
            }
            if document == nil { return }
        }
    }
}
