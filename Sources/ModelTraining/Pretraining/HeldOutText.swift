import Foundation
import InterleavedData
import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// Text that is not trained on, in the rows in which it is looked at; always the same ones.
package struct HeldOutText: Sendable {
    /// Rows of each denoiser.
    private let denoisers: [(name: String, batch: TextBatch)]
    /// Plain text in windows; nil where no denoiser reads on from a beginning.
    private let plain: PerplexityText?
    /// Beginnings to go on from, with what follows in the text.
    private let beginnings: [(prompt: [Int], rest: [Int])]
    private let byteLengths: [Int]
    /// What a bigram model of bytes that has read the training texts makes of the same plain text; nil without one.
    package let bigramBitsPerByte: Double?
    private let tokenizer: TextTokenizer
    private let rows: Int

    /// Tokens of a beginning, and of what is written after it.
    private static let shownTokens = (prompt: 24, answer: 40)

    /// The held-out texts of a run.
    package init(_ text: PretrainText, recipe: PretrainRecipe, seesPrefixes: Bool) throws(TrainingError) {
        tokenizer = text.tokenizer
        byteLengths = Self.byteLengths(text.tokenizer)
        rows = max(1, recipe.batch / recipe.accumulation)
        let seed = UInt64(bitPattern: Int64(recipe.seed)) &+ 0x6465_76
        do throws(TextDataError) {
            denoisers = try Self.denoisers(text, recipe, seed: seed, seesPrefixes: seesPrefixes)
            let readable = text.readableParts(.heldOut)
            var documents: [[UInt8]] = []
            var beginnings: [(prompt: [Int], rest: [Int])] = []
            var left = recipe.dev.tokens
            for (index, stream) in readable.enumerated() where recipe.dev.tokens > 0 {
                var share = left / (readable.count - index)
                for document in 0..<stream.documentCount where share > 0 {
                    let range = try stream.document(document).range
                    let cut = range.lowerBound..<min(range.upperBound, range.lowerBound + max(2, share))
                    let ids = try stream.ids(in: cut)
                    share -= ids.count
                    left -= ids.count
                    documents.append(Array(text.tokenizer.decode(ids, skippingSpecialTokens: true).utf8))
                    if beginnings.count < recipe.dev.shown, ids.count > 2 * Self.shownTokens.prompt {
                        beginnings.append(
                            (Array(ids[..<Self.shownTokens.prompt]), Array(ids[Self.shownTokens.prompt...])))
                    }
                }
            }
            bigramBitsPerByte = documents.allSatisfy(\.isEmpty) ? nil : try text.bigram.bitsPerByte(of: documents)
            let leading = text.readingTokens
            plain =
                documents.allSatisfy(\.isEmpty)
                ? nil
                : try PerplexityText(
                    texts: documents, tokenizer: text.tokenizer, length: recipe.length,
                    stride: max(1, recipe.length / 2), leading: leading, leadsEveryWindow: true)
            let ids = text.completionTokens(seesPrefixes: seesPrefixes).compactMap { text.tokenizer.id(of: $0) }
            self.beginnings = beginnings.map { (ids + $0.prompt, $0.rest) }
        } catch { throw .text(error) }
    }

    /// Whether there is anything to look at.
    package var isEmpty: Bool { denoisers.isEmpty && plain == nil }

    private static func denoisers(
        _ text: PretrainText, _ recipe: PretrainRecipe, seed: UInt64, seesPrefixes: Bool
    ) throws(TextDataError) -> [(name: String, batch: TextBatch)] {
        var parts: [(name: String, part: TextSampler.Part)] = []
        for (entry, store) in zip(text.entries, text.stores) where store.heldOut.tokenCount > 0 && recipe.dev.rows > 0 {
            let mixture = seesPrefixes ? entry.mixture : entry.mixture.withCausalPrefixes
            for index in mixture.denoisers.indices where mixture.rates[index] > 0 {
                let part = TextSampler.Part(
                    store.heldOut, mixture.only(index), share: entry.share * mixture.rates[index])
                parts.append((mixture.denoisers[index].name, part))
            }
        }
        var names: [String] = []
        for part in parts where !names.contains(part.name) { names.append(part.name) }
        var batches: [(name: String, batch: TextBatch)] = []
        for name in names {
            let own = parts.filter { $0.name == name }.map(\.part)
            let windows = own.reduce(0) { $0 + max(1, $1.stream.tokenCount / recipe.length) }
            let sampler = try TextSampler(
                parts: own, tokenizer: text.tokenizer, rows: min(recipe.dev.rows, max(4, windows)),
                length: recipe.length, seed: seed)
            batches.append((name, try sampler.batch(step: 0)))
        }
        return batches
    }

    /// Bytes of text that each id stands for; 0 for special tokens.
    private static func byteLengths(_ tokenizer: TextTokenizer) -> [Int] {
        let added = Set(tokenizer.addedTokens.compactMap { tokenizer.id(of: $0.content) })
        // "Ġ" is a blank in byte-level vocabularies, where every character of a token is one byte.
        let isByteLevel = tokenizer.id(of: "\u{120}") != nil
        return (0..<tokenizer.identifierEnd).map { id in
            guard !added.contains(id), let token = tokenizer.token(of: id) else { return 0 }
            return isByteLevel ? token.unicodeScalars.count : tokenizer.decode([id]).utf8.count
        }
    }

    // MARK: - Looking

    /// What a look finds: hard masks, no noise, nothing dropped.
    package func look(with decoder: LorgnetteDecoder, step: Int) -> HeldOutRecord {
        var record = HeldOutRecord(step: step)
        for (name, batch) in denoisers { record.denoisers.append(measure(name, batch, decoder)) }
        if let plain {
            var score = HeldOutRecord.Score(name: "text")
            for start in stride(from: 0, to: plain.windowCount, by: rows) {
                let part = measure("text", plain.batch(start..<min(plain.windowCount, start + rows)), decoder)
                score.nats += part.nats
            }
            (score.tokens, score.bytes) = (plain.tokens, plain.bytes)
            record.text = score
            record.bigramBitsPerByte = bigramBitsPerByte
        }
        return record
    }

    private func measure(_ name: String, _ batch: TextBatch, _ decoder: LorgnetteDecoder) -> HeldOutRecord.Score {
        var score = HeldOutRecord.Score(name: name)
        for start in stride(from: 0, to: batch.rows, by: rows) {
            let part = batch.rows(start..<min(batch.rows, start + rows))
            var pass = part.pass
            guard let loss = decoder.loss(part, pass: &pass) else { continue }
            for (cell, nats) in zip(loss.cells, loss.nats) {
                score.nats += Double(nats) / Double(part.weights[cell])
                score.tokens += 1
                score.bytes += byteLengths[part.labels[cell]]
            }
        }
        return score
    }

    /// What the model writes after beginnings of held-out documents.
    package func samples(from decoder: LorgnetteDecoder) -> [HeldOutRecord.Sample] {
        var options = GenerationOptions()
        options.maxTokens = Self.shownTokens.answer
        options.endTokens = Set([tokenizer.endOfSentence].compactMap(\.self))
        let generator = TextGenerator(model: DecoderOnlyModel(decoder), options: options)
        return beginnings.map { prompt, rest in
            var random = SeededGenerator(seed: 0)
            let prefix = generator.model.prefix(of: [])
            let ids = generator.generate(after: prefix, prompt: prompt, using: &random).first?.ids ?? []
            func text(_ ids: [Int]) -> String { tokenizer.decode(ids, skippingSpecialTokens: true) }
            return HeldOutRecord.Sample(
                prompt: text(prompt), reference: text(Array(rest.prefix(Self.shownTokens.answer))), written: text(ids))
        }
    }
}

extension PretrainText {
    /// What stands before a text that is read from left to right, as plain text is measured: `<s>` where the model learns to read
    /// so, else the mode token of the rest of a text.
    package var readingTokens: [String] { tokens(first: [.causal, .rest]) }

    /// What stands before a text that the model is to go on from: the mode token of the rest of a text, where it learns that,
    /// since a prefix mask reads the text both ways as that denoiser's inputs are.
    package func completionTokens(seesPrefixes: Bool) -> [String] {
        tokens(first: seesPrefixes ? [.rest, .causal] : [.causal, .rest])
    }

    private enum Kind { case causal, rest }

    private func tokens(first kinds: [Kind]) -> [String] {
        let denoisers = entries.flatMap(\.mixture.denoisers)
        for kind in kinds {
            for denoiser in denoisers {
                switch (denoiser.task, kind) {
                case (.causal, .causal), (.prefix, .rest): return denoiser.leadingTokens
                default: continue
                }
            }
        }
        return [ReservedTokens.beginning]
    }

    /// Bytes of training text that the bigram model reads of an entry.
    private static let bigramBytes = 1 << 21

    /// A bigram model of the entries' training texts.
    fileprivate var bigram: ByteBigram {
        get throws(TextDataError) {
            var bigram = ByteBigram()
            for stream in readableParts(.training) {
                var left = Self.bigramBytes
                for document in 0..<stream.documentCount where left > 0 {
                    let text = tokenizer.decode(
                        try stream.ids(in: stream.document(document).range), skippingSpecialTokens: true)
                    bigram.add(Array(text.utf8))
                    left -= text.utf8.count
                }
            }
            return bigram
        }
    }

    /// Streams of entries that are read as plain text.
    fileprivate func readableParts(_ split: TextSplit) -> [TokenStream] {
        let plain = zip(entries, stores).filter { entry, store in
            store.stream(split).tokenCount > 0
                && entry.mixture.denoisers.contains { denoiser in
                    switch denoiser.task {
                    case .causal, .prefix: true
                    case .spans, .prompt: false
                    }
                }
        }
        return plain.map { $0.1.stream(split) }
    }
}
