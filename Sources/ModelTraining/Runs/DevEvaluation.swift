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
    /// Rows whose picture cannot be read, with the reason.
    package let unreadable: [(row: String, reason: String)]

    /// A row with its pixels, made once.
    private struct Prepared: Sendable {
        let sample: PairSample
        let pixels: PixelBatch
        let tokens: TokenRow
    }

    /// The rows of `records` that `settings` asks for.
    package init(
        _ folder: ModelFolder, texts: RowTexts, records: [PairRecord], settings: FinetuneRecipe.DevSettings, batch: Int,
        seed: UInt64
    ) throws(TrainingError) {
        self.folder = folder
        self.texts = texts
        self.batch = batch
        shown = settings.shown
        do { options = try GenerationOptions(folder: folder.path, endTokens: folder.configuration.endIDs) } catch {
            throw .model(.config(error))
        }
        let count = max(settings.rows, settings.answered)
        var prepared: [Prepared] = []
        var unreadable: [(row: String, reason: String)] = []
        for sample in PairSample.drawn(count, from: records, seed: seed) {
            let tokens = try texts.tokens(sample.reference, question: sample.question, row: sample.id)
            do {
                let pixels = try sample.picture.pixels(by: folder.processor)
                prepared.append(Prepared(sample: sample, pixels: pixels, tokens: tokens))
            } catch { unreadable.append((sample.id, error.description)) }
        }
        measured = Array(prepared.prefix(settings.rows))
        answered = Array(prepared.prefix(settings.answered))
        self.unreadable = unreadable
    }

    /// Rows whose loss is measured.
    package var measuredCount: Int { measured.count }

    /// Whether there is anything to look at.
    package var isEmpty: Bool { measured.isEmpty && answered.isEmpty }

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
            let pictures = rows.indices.map { pixels(of: $0, among: measured, shuffled: shuffled) }
            guard let pixels = PixelBatch(joining: pictures) else { continue }
            let part = CaptioningBatch(
                pixels: pixels.tensor, rows: rows.map(\.tokens), for: folder.model)
            total += Double(folder.model.loss(part).scalar) * Double(part.labelCount)
            labels += part.labelCount
        }
        return total / Double(max(1, labels))
    }

    /// A row's own picture, or that of the row half the list away.
    private func pixels(of index: Int, among rows: [Prepared], shuffled: Bool) -> PixelBatch {
        rows[shuffled ? (index + max(1, rows.count / 2)) % rows.count : index].pixels
    }

    /// The greedy answers of the answered rows.
    package func answers(shuffled: Bool = false) -> [DevSample] {
        var options = options
        options.beams = 1
        options.samples = false
        options.sequences = 1
        let text = folder.model.textModel
        return answered.enumerated().map { index, row in
            let pixels = pixels(of: index, among: answered, shuffled: shuffled)
            let instructions = row.tokens.instruction.map { [BridgeText([$0])] } ?? []
            let embeddings = folder.model.imageEmbeddings(of: pixels.tensor, instructions: instructions)[0]
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
