import Foundation
import ImageFiles
import Imaging
import InterleavedData
import ReportPages
import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// Looks at rows that are not trained on, with the weights that the run would keep.
package struct DevEvaluation: DevLooking {
    private let folder: ModelFolder
    private let texts: RowTexts
    private let measured: [Prepared]
    private let answered: [Prepared]
    private let batch: Int
    private let shown: Int
    private let options: GenerationOptions
    private let documents: DevDocuments?
    /// Rows that cannot be looked at, with the reason.
    package let unreadable: [(row: String, reason: String)]

    /// A row with its pixels, or its features where they are in a cache, made once.
    private struct Prepared: Sendable {
        let sample: PairSample
        let picture: Picture
        let tokens: TokenRow
    }

    private enum Picture: Sendable {
        case pixels(PixelBatch)
        /// `[1, tokens, width]`
        case features(Tensor)
    }

    /// The rows of `records` that `settings` asks for.
    ///
    /// - Parameters:
    ///   - frozen: where features may be found and kept.
    ///   - documents: interleaved ones that are looked at too.
    init(
        _ folder: ModelFolder, texts: RowTexts, records: [PairRecord], settings: FinetuneRecipe.DevSettings, batch: Int,
        seed: UInt64, frozen: FrozenFeatures? = nil, documents: DevDocuments? = nil
    ) throws(TrainingError) {
        self.folder = folder
        self.texts = texts
        self.batch = batch
        self.documents = documents
        shown = settings.shown
        do { options = try GenerationOptions(folder: folder.path, endTokens: folder.configuration.endIDs) } catch {
            throw .model(.config(error))
        }
        let count = max(settings.rows, settings.answered)
        var prepared: [Prepared] = []
        var unreadable: [(row: String, reason: String)] = []
        for sample in PairSample.drawn(count, from: records, seed: seed) {
            let tokens: TokenRow
            let (picture, made): (Picture, key: FeatureKey?)
            do {
                tokens = try texts.tokens(sample.reference, question: sample.question, row: sample.id)
                (picture, made) = try Self.picture(of: sample, folder, frozen)
            } catch {
                unreadable.append((sample.id, "\(error)"))
                continue
            }
            if let made, case .features(let features) = picture { try frozen?.keep(features, for: made) }
            prepared.append(Prepared(sample: sample, picture: picture, tokens: tokens))
        }
        measured = Array(prepared.prefix(settings.rows))
        answered = Array(prepared.prefix(settings.answered))
        self.unreadable = unreadable + (documents?.unreadable ?? [])
    }

    /// The picture of a row: its features where there is a cache, with the key to keep them by where they are new.
    private static func picture(
        of sample: PairSample, _ folder: ModelFolder, _ frozen: FrozenFeatures?
    ) throws(PictureError) -> (Picture, key: FeatureKey?) {
        guard let frozen, frozen.lookup != nil else {
            return (.pixels(try sample.picture.pixels(by: folder.processor)), nil)
        }
        let (features, key) = try frozen.features(of: sample.picture) { () throws(PictureError) in
            try sample.picture.pixels(by: folder.processor).tensor
        }
        return (.features(features), key)
    }

    /// Rows whose loss is measured.
    package var measuredCount: Int { measured.count }

    /// Whether there is anything to look at.
    package var isEmpty: Bool { measured.isEmpty && answered.isEmpty && documents == nil }

    /// The picture of a row that is looked at.
    package func picture(of row: String) -> PictureLocation? {
        answered.first { $0.sample.id == row }?.sample.picture
    }

    /// The mean loss of the measured rows' labelled tokens; nil without rows.
    ///
    /// - Parameter shuffled: whether each row is given the picture of another: a model that looks at its pictures is then worse.
    package func loss(shuffled: Bool = false) -> Double? {
        guard !measured.isEmpty else { return nil }
        var (total, labels) = (0.0, 0)
        for start in stride(from: 0, to: measured.count, by: batch) {
            let rows = measured[start..<min(measured.count, start + batch)]
            let pictures = rows.indices.map { picture(of: $0, among: measured, shuffled: shuffled) }
            guard let features = features(of: pictures) else { continue }
            let part = CaptioningBatch(.features(features), rows: rows.map(\.tokens), for: folder.model)
            total += Double(folder.model.loss(part).scalar) * Double(part.labelCount)
            labels += part.labelCount
        }
        return total / Double(max(1, labels))
    }

    /// A row's own picture, or that of the row half the list away.
    private func picture(of index: Int, among rows: [Prepared], shuffled: Bool) -> Picture {
        rows[shuffled ? (index + max(1, rows.count / 2)) % rows.count : index].picture
    }

    /// The features of pictures, `[pictures, tokens, width]`; nil where their sizes differ.
    private func features(of pictures: [Picture]) -> ImageFeatures? {
        var pixels: [PixelBatch] = []
        var found: [Tensor] = []
        for picture in pictures {
            switch picture {
            case .pixels(let made): pixels.append(made)
            case .features(let made): found.append(made)
            }
        }
        // All of one kind: with a cache or without.
        if pixels.isEmpty { return found.isEmpty ? nil : ImageFeatures(.concatenated(found)) }
        return PixelBatch(joining: pixels).map { folder.model.independentFeatures(of: $0.tensor) }
    }

    /// The greedy answers of the answered rows.
    package func answers(shuffled: Bool = false) -> [DevSample] {
        var options = options
        options.beams = 1
        options.samples = false
        options.sequences = 1
        let text = folder.model.textModel
        return answered.enumerated().map { index, row in
            let picture = picture(of: index, among: answered, shuffled: shuffled)
            let features =
                switch picture {
                case .pixels(let pixels): folder.model.features(of: pixels.tensor)
                case .features(let made): ImageFeatures(made)
                }
            let instruction = row.tokens.instruction.map { BridgeText([$0]) }
            let model = folder.model
            let embeddings = model.embeddings(of: model.queryTokens(of: features, instruction: instruction))[0]
            var limited = options
            let used = folder.model.queries + row.tokens.prompt.count
            if let room = folder.room(after: used) { limited.maxTokens = min(limited.maxTokens, max(0, room)) }
            var generator = SeededGenerator(seed: 0)
            let ids =
                TextGenerator(model: text, options: limited).generate(
                    after: text.prefix(of: [embeddings]), prompt: row.tokens.prompt, using: &generator
                ).first?.ids ?? []
            let output = folder.tokenizer.decode(ids, skippingSpecialTokens: true)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            return DevSample(row: row.sample, output: output, isCorrect: row.sample.isAnswered(by: output))
        }
    }

    package func look() -> DevFindings {
        let answers = self.answers()
        var findings = DevFindings()
        findings.loss = loss()
        findings.answered = answers.count
        findings.exactMatch = Self.share(answers)
        findings.samples = shown(of: answers)
        if let loss = documents?.loss() { findings.facts.append(("dev_interleaved_loss", loss)) }
        return findings
    }

    /// A last look, with the true pictures and with each row's picture given to another.
    package func scores() -> [TrainingReport.Score] {
        var scores: [TrainingReport.Score] = []
        if let loss = loss(), let shuffled = self.loss(shuffled: true) {
            scores.append(
                .init(
                    "dev loss, nats a token", loss, baseline: ("shuffled pictures", shuffled), isHigherBetter: false,
                    examples: measuredCount))
        }
        let (answers, others) = (self.answers(), self.answers(shuffled: true))
        if let share = Self.share(answers), let shuffled = Self.share(others) {
            scores.append(
                .init(
                    "dev answers exact", share, baseline: ("shuffled pictures", shuffled), examples: answers.count))
        }
        return scores
    }

    private static func share(_ answers: [DevSample]) -> Double? {
        answers.isEmpty ? nil : Double(answers.count(where: \.isCorrect)) / Double(answers.count)
    }

    /// The answers that are shown: spread over the rows.
    package func shown(of answers: [DevSample]) -> [DevSample] {
        guard shown > 0, !answers.isEmpty else { return [] }
        let count = min(shown, answers.count)
        return (0..<count).map { answers[$0 * answers.count / count] }
    }
}
