import TensorEngine
import TextTokens

/// Training batches of text.
///
///     let sampler = try TextSampler(
///         parts: [TextSampler.Part(store.training, .ul2Small, share: 0.9), TextSampler.Part(words.training, .prompts, share: 0.1)],
///         tokenizer: tokenizer, rows: 16, length: 256, seed: 7)
///     let batch = try sampler.batch(step: 1200)
///
/// A row is a function of the seed and its number (`step · rows + row`) alone, so that a run goes on where it stopped
/// with nothing kept. Each part's stream of tokens is divided into windows of `length` tokens, which an epoch visits in an
/// order drawn for it, each once; where the first one begins is drawn for each epoch too. The pieces of documents in a
/// window are made into examples, each by a denoiser drawn for it, until the row is full: what a denoiser's sentinels
/// displace is left to other epochs.
package struct TextSampler: Sendable {
    /// A stream, how it is denoised, and its share of the rows.
    package struct Part: Sendable {
        /// Where documents come from.
        package var stream: TokenStream
        /// How they are denoised.
        package var mixture: DenoiserMixture
        /// The share of rows.
        package var share: Double

        /// A part.
        package init(_ stream: TokenStream, _ mixture: DenoiserMixture, share: Double = 1) {
            self.stream = stream
            self.mixture = mixture
            self.share = share
        }
    }

    /// Rows of a batch.
    package let rows: Int
    /// Tokens of a row.
    package let length: Int
    /// The seed.
    package let seed: UInt64
    /// The names of all parts' denoisers, which segments of batches point to; equal ones of several parts are one.
    package let denoisers: [String]
    private let parts: [ReadyPart]
    private let schedule: RowSchedule
    private let padding: Int

    private struct ReadyPart: Sendable {
        let part: Part
        let denoisers: [ReadyDenoiser]
        /// The place of each denoiser among the sampler's.
        let names: [Int]
        let windows: Int
    }

    /// A sampler.
    /// - Parameters:
    ///   - tokenizer: the one that the streams were made with.
    ///   - rows: rows of a batch.
    ///   - length: tokens of a row.
    /// - Throws: `TextDataError.missingToken`, `.tooFewSentinels`, `.badOption`, `.emptySplit`.
    package init(
        parts: [Part], tokenizer: TextTokenizer, rows: Int, length: Int, seed: UInt64
    ) throws(TextDataError) {
        guard rows > 0, rows <= 1 << 20, length >= 8, length <= 1 << 20 else {
            throw .badOption(name: "batch", reason: "\(rows) rows of \(length) tokens")
        }
        guard !parts.isEmpty, parts.allSatisfy({ $0.share > 0 && $0.share.isFinite }) else {
            throw .badOption(name: "parts", reason: "shares \(parts.map(\.share)) are not all above 0")
        }
        let vocabulary = try DenoisingVocabulary(tokenizer)
        var ready: [ReadyPart] = []
        var names: [String] = []
        for part in parts {
            try part.mixture.validate()
            guard part.stream.tokenCount > 0 else { throw .emptySplit(split: "sampled", documents: 0) }
            guard part.stream.vocabulary <= tokenizer.identifierEnd else {
                throw .badOption(
                    name: "tokenizer",
                    reason: "\(tokenizer.identifierEnd) ids where the stream was made with \(part.stream.vocabulary)")
            }
            var denoisers: [ReadyDenoiser] = []
            for denoiser in part.mixture.denoisers {
                denoisers.append(try ReadyDenoiser(denoiser, vocabulary: vocabulary, rowLength: length))
                if !names.contains(denoiser.name) { names.append(denoiser.name) }
            }
            ready.append(
                ReadyPart(
                    part: part, denoisers: denoisers,
                    names: part.mixture.denoisers.map { names.firstIndex(of: $0.name) ?? 0 },
                    windows: max(1, part.stream.tokenCount / length)))
        }
        self.rows = rows
        self.length = length
        self.seed = seed
        self.parts = ready
        denoisers = names
        padding = vocabulary.padding
        schedule = RowSchedule(shares: parts.map(\.share), seed: SplitMix.mixed(seed, 0x7061_7274))
    }

    /// Rows that visit every window of that part once.
    package func rowsPerEpoch(part: Int) -> Int { parts[part].windows }

    /// The batch of that step, from 0.
    package func batch(step: Int) throws(TextDataError) -> TextBatch {
        precondition(step >= 0, "step \(step)")
        return try batch(rows: step * rows..<(step + 1) * rows)
    }

    /// The rows of those numbers.
    package func batch(rows range: Range<Int>) throws(TextDataError) -> TextBatch {
        var writer = TextBatchWriter(length: length, padding: padding, denoisers: denoisers)
        for row in range {
            let (part, index) = schedule.place(ofRow: row)
            try write(row: index, ofPart: part, to: &writer)
        }
        return writer.batch()
    }

    // MARK: - Rows

    private func write(row: Int, ofPart index: Int, to writer: inout TextBatchWriter) throws(TextDataError) {
        let part = parts[index]
        let stream = part.part.stream
        let (epoch, place) = row.quotientAndRemainder(dividingBy: part.windows)
        let key = SplitMix.mixed(seed, UInt64(index), UInt64(epoch))
        let window = KeyedPermutation(count: part.windows, key: key)[place]
        var generator = SeededGenerator(seed: SplitMix.mixed(key, 1, UInt64(place)))
        // The windows lie around the stream as around a ring; where the first begins is drawn for each epoch.
        let phase = Int(SplitMix.mixed(key, 2) % UInt64(stream.tokenCount))
        var position = (phase + window * length) % stream.tokenCount
        var left = min(length, stream.tokenCount)
        var document = stream.documentIndex(at: position)
        while left > 0, writer.room > 3 {
            let stored = try stream.document(document)
            let drawn = part.part.mixture.draw(using: &generator)
            let denoiser = part.denoisers[drawn]
            let here = min(left, stored.range.upperBound - position)
            if let piece = try self.piece(of: stored, document, from: position, count: here, denoiser, stream),
                let example = denoiser.example(
                    of: piece, room: writer.room, isEmptyRow: writer.used == 0, using: &generator)
            {
                writer.add(
                    example, seesWholePrefix: denoiser.denoiser.seesWholePrefix, weight: denoiser.denoiser.lossWeight,
                    denoiser: part.names[drawn], part: index, document: document)
            }
            left -= here
            position = (position + here) % stream.tokenCount
            document = (document + 1) % stream.documentCount
        }
        writer.endRow()
    }

    /// The tokens of a document from `position` on; of prompts only whole documents, which belong to the window that
    /// they begin in.
    private func piece(
        of stored: StoredDocument, _ document: Int, from position: Int, count: Int, _ denoiser: ReadyDenoiser,
        _ stream: TokenStream
    ) throws(TextDataError) -> TextPiece? {
        let begins = position == stored.range.lowerBound
        var range = position..<position + count
        if denoiser.denoiser.task == .prompt {
            guard begins else { return nil }
            range = stored.range
        }
        let reachesEnd = range.upperBound == stored.range.upperBound && stored.endsText
        let ids = try stream.ids(in: range)
        return TextPiece(
            ids: reachesEnd ? Array(ids.dropLast()) : ids, prefixTokens: min(stored.prefixTokens, ids.count),
            beginsDocument: begins && !stored.continuesEarlier, endsText: reachesEnd, document: document)
    }
}
