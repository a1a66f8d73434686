import ImageFiles
import Imaging
import InterleavedData
import ReportPages
import TensorEngine
import VisionLanguage

/// Looks at rows that the first stage does not train on: their losses, how well texts are found by pictures and pictures by
/// texts, and whether matching tells a picture's text from the wrong one that looks most like it.
struct FirstStageDev: DevLooking {
    private let model: FirstStageModel
    private let settings: FirstStageSettings
    private let rows: [Row]
    private let answeredCount: Int
    private let shown: Int
    private let batch: Int
    private let seed: UInt64
    let unreadable: [(row: String, reason: String)]

    /// Texts among which matching chooses for an answered row: those that the comparison puts first.
    private static let choices = 16

    /// A row with its pixels, made once.
    private struct Row: Sendable {
        let sample: PairSample
        let pixels: PixelBatch
        let text: FirstStageRow

        /// Whether a statement is true of the picture.
        func isTrue(_ statement: String) -> Bool { statement == text.statement || text.known.contains(statement) }
    }

    init(
        _ folder: FirstStageFolder, _ texts: FirstStageTexts, records: [PairRecord], _ recipe: FinetuneRecipe
    ) throws(TrainingError) {
        model = folder.model
        settings = recipe.firstStage
        (shown, batch, seed) = (recipe.dev.shown, recipe.batch, UInt64(recipe.seed))
        let said = Dictionary(grouping: records, by: \.picture)
        var rows: [Row] = []
        var unreadable: [(row: String, reason: String)] = []
        for sample in PairSample.drawn(max(recipe.dev.rows, recipe.dev.answered), from: records, seed: seed) {
            do {
                let text = try texts.row(
                    sample.reference, question: sample.question, of: said[sample.picture] ?? [])
                rows.append(Row(sample: sample, pixels: try sample.picture.pixels(by: folder.processor), text: text))
            } catch { unreadable.append((sample.id, "\(error)")) }
        }
        self.rows = rows
        answeredCount = min(recipe.dev.answered, rows.count)
        self.unreadable = unreadable
    }

    var measuredCount: Int { rows.count }
    var isEmpty: Bool { rows.isEmpty }

    func picture(of row: String) -> PictureLocation? { rows.first { $0.sample.id == row }?.sample.picture }

    func look() -> DevFindings {
        guard let seen = view() else { return DevFindings() }
        let measured = losses(seen)
        let retrieval = Retrieval(seen.similarity, pictures: rows.count, isTrue: seen.isTrue)
        let answers = answers(seen)
        var findings = DevFindings()
        findings.loss = measured.total
        findings.facts = measured.facts + retrieval.facts
        if let accuracy = matchAccuracy(seen) { findings.facts.append(("dev_match_accuracy", accuracy)) }
        findings.recall = retrieval.firstHits
        findings.answered = answers.count
        findings.exactMatch =
            answers.isEmpty ? nil : Double(answers.count(where: \.isCorrect)) / Double(answers.count)
        if shown > 0, !answers.isEmpty {
            let count = min(shown, answers.count)
            findings.samples = (0..<count).map { answers[$0 * answers.count / count] }
        }
        return findings
    }

    func scores() -> [TrainingReport.Score] {
        guard let seen = view() else { return [] }
        let retrieval = Retrieval(seen.similarity, pictures: rows.count, isTrue: seen.isTrue)
        let chance = retrieval.chance
        var scores: [TrainingReport.Score] = [
            .init(
                "text found by its picture, first of \(seen.statements.count)", retrieval.texts(within: 1),
                baseline: ("chance", chance), examples: rows.count),
            .init(
                "picture found by a text of its, first of \(rows.count)", retrieval.pictures(within: 1),
                baseline: ("chance", chance), examples: seen.statements.count),
        ]
        if let accuracy = matchAccuracy(seen) {
            scores.append(
                .init(
                    "true text told from the nearest wrong one", accuracy, baseline: ("chance", 0.5),
                    examples: rows.count))
        }
        return scores
    }

    // MARK: - What the model sees

    private struct Seen {
        /// `[pictures, tokens, visionWidth]`
        let features: Tensor
        /// The distinct statements of the rows, and each as it is read.
        let statements: [String]
        let read: [[Int]]
        /// Whether a statement is true of a picture, `pictures·statements`.
        let isTrue: [Bool]
        /// Cosines, `pictures·statements`.
        let similarity: [Float]
    }

    private func view() -> Seen? {
        guard !rows.isEmpty else { return nil }
        var features: [Tensor] = []
        var vectors: [Tensor] = []
        for range in ranges(rows.count) {
            guard let pixels = PixelBatch(joining: rows[range].map(\.pixels)) else { return nil }
            let part = model.matching.features(of: pixels.tensor)
            features.append(part.tensor)
            vectors.append(model.matching.imageVectors(of: model.matching.queryTokens(of: part)))
        }
        var told: Set<String> = []
        let distinct = rows.map(\.text).filter { told.insert($0.statement).inserted }
        let (statements, read) = (distinct.map(\.statement), distinct.map(\.read))
        let textVectors = ranges(read.count).map { model.matching.textVectors(of: BridgeText(Array(read[$0]))) }
        let similarity = MatchingModel.similarity(images: .concatenated(vectors), texts: .concatenated(textVectors))
        return Seen(
            features: .concatenated(features), statements: statements, read: read,
            isTrue: rows.flatMap { row in statements.map { row.isTrue($0) } }, similarity: similarity.array)
    }

    private func ranges(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: batch).map { $0..<min(count, $0 + batch) }
    }

    /// The mean losses of the rows, batch by batch; a last batch that is not whole is compared by itself.
    private func losses(_ seen: Seen) -> (total: Double?, facts: [(key: String, value: Double)]) {
        var sums: [String: Double] = [:]
        var total = 0.0
        for range in ranges(rows.count) {
            let features = seen.features.slice(range)
            guard let pixels = PixelBatch(joining: rows[range].map(\.pixels)) else { return (nil, []) }
            let batch = FirstStageBatch(pixels: pixels.tensor, rows: rows[range].map(\.text))
            var generator = SeededGenerator(seed: seed, stream: "dev negatives \(range.lowerBound)")
            let losses = model.losses(
                batch, features: ImageFeatures(features), settings: settings, using: &generator)
            let share = Double(range.count) / Double(rows.count)
            total += Double(losses.total(settings).scalar) * share
            for (name, value) in losses.facts { sums["dev_" + name, default: 0] += value * share }
        }
        return (total, sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// Logits of matching for pairs of a picture and a statement: by how much yes is above no.
    private func margins(_ pairs: [(picture: Int, statement: Int)], _ seen: Seen) -> [Float] {
        ranges(pairs.count).flatMap { range -> [Float] in
            let features = ImageFeatures(seen.features.rows(pairs[range].map(\.picture)))
            let text = BridgeText(pairs[range].map { seen.read[$0.statement] })
            let logits = model.matching.matchLogits(of: features, with: text).array
            return range.indices.map { logits[2 * ($0 - range.lowerBound) + 1] - logits[2 * ($0 - range.lowerBound)] }
        }
    }

    /// The share of right decisions about each picture's own text and the wrong text that the comparison finds nearest; nil
    /// where every text is true of every picture.
    private func matchAccuracy(_ seen: Seen) -> Double? {
        let count = seen.statements.count
        var pairs: [(picture: Int, statement: Int)] = []
        for (picture, row) in rows.enumerated() {
            let wrong = (0..<count).filter { !seen.isTrue[picture * count + $0] }
            let nearest = wrong.max { seen.similarity[picture * count + $0] < seen.similarity[picture * count + $1] }
            guard let nearest, let own = seen.statements.firstIndex(of: row.text.statement) else { continue }
            pairs += [(picture, own), (picture, nearest)]
        }
        guard !pairs.isEmpty else { return nil }
        let right = margins(pairs, seen).enumerated().count { $0.offset.isMultiple(of: 2) == ($0.element > 0) }
        return Double(right) / Double(pairs.count)
    }

    /// For each answered picture the statement that matching finds best among those that the comparison puts first.
    private func answers(_ seen: Seen) -> [DevSample] {
        let count = seen.statements.count
        return (0..<answeredCount).compactMap { picture in
            let order = (0..<count).sorted {
                seen.similarity[picture * count + $0] > seen.similarity[picture * count + $1]
            }
            let choices = order.prefix(Self.choices).map { (picture: picture, statement: $0) }
            let margins = margins(choices, seen)
            guard let best = margins.indices.max(by: { margins[$0] < margins[$1] }) else { return nil }
            let chosen = choices[best].statement
            return DevSample(
                row: rows[picture].sample, output: seen.statements[chosen],
                isCorrect: seen.isTrue[picture * count + chosen])
        }
    }
}
