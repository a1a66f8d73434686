import TensorEngine
import VisionLanguage

/// How the three losses of the first stage are weighted and computed.
package struct FirstStageSettings: Codable, Sendable, Equatable {
    /// Weight of the comparison (ITC); where 0 it is still computed, since it finds the hard negatives.
    package var compare: Float = 1
    /// Weight of matching (ITM); 0 leaves it out.
    package var match: Float = 1
    /// Rows of a step whose picture and text are matched, with two wrong pairs each: matching is the dearest loss; 0 for all.
    package var matchRows = 0
    /// Weight of writing (ITG); 0 leaves it out.
    package var write: Float = 1
    /// Share of the target spread over all rows (comparison) and all words (writing).
    package var smoothing: Float = 0.1
    /// The text of a row's question and answer, which stand for `{question}` and `{answer}`.
    package var statement = "{question} {answer}"

    /// LAVIS's.
    package init() {}

    enum CodingKeys: String, CodingKey {
        case compare, match, write, smoothing, statement
        case matchRows = "match_rows"
    }
}

/// The losses of one batch, each a scalar.
package struct FirstStageLosses: Sendable {
    /// Image–text contrast (ITC).
    package let compare: Tensor
    /// Image–text matching (ITM); nil where it is left out.
    package let match: Tensor?
    /// Image-grounded writing (ITG); nil where it is left out.
    package let write: Tensor?

    /// The weighted sum: what is trained.
    package func total(_ settings: FirstStageSettings) -> Tensor {
        var sum = compare.scaled(by: settings.compare)
        if let match { sum = sum + match.scaled(by: settings.match) }
        if let write { sum = sum + write.scaled(by: settings.write) }
        return sum
    }
}

extension FirstStageModel {
    /// The three losses (Li et al. 2023, §3.2; BLIP2.md §2.3), equally weighted in BLIP-2.
    ///
    /// Pictures go through the vision encoder once, and the keys and values that the querying transformer sees of them are made
    /// once for all passes; writing goes on from the keys and values of the comparison's queries.
    ///
    /// - Parameters:
    ///   - features: of the batch's pictures, where they were made before.
    ///   - negatives: what matching is to refuse; drawn by the comparison where nil.
    ///   - generator: draws them.
    package func losses(
        _ batch: FirstStageBatch, features: ImageFeatures? = nil, settings: FirstStageSettings,
        negatives: HardNegatives? = nil, using generator: inout SeededGenerator
    ) -> FirstStageLosses {
        let features = features ?? matching.features(of: batch.pixels)
        let bridge = matching.queryTransformer
        let views = bridge.views(of: features.tensor)
        let (queries, memory) = bridge.remembering(queries: matching.starts(batch.count), views: views)
        let scores = scores(of: QueryTokens(queries), batch)  // [pictures, texts]
        let toTexts = scores.crossEntropy(targets: batch.targets(smoothing: settings.smoothing, ofTexts: false))
        let toPictures = scores.leadingAxesExchanged().crossEntropy(
            targets: batch.targets(smoothing: settings.smoothing, ofTexts: true))
        let compare = (toTexts + toPictures).scaled(by: 0.5)
        var match: Tensor?
        if settings.match > 0 {
            let negatives = negatives ?? HardNegatives(scores: scores.detached, of: batch, using: &generator)
            let count = settings.matchRows > 0 ? min(settings.matchRows, batch.count) : batch.count
            match = matchLoss(batch, views, negatives, rows: Array(0..<count))
        }
        let write = settings.write > 0 ? writeLoss(batch, memory, smoothing: settings.smoothing) : nil
        return FirstStageLosses(compare: compare, match: match, write: write)
    }

    /// Similarities of all pictures and texts of a batch over the temperature, `[pictures, texts]`: of a picture's queries the
    /// nearest counts.
    package func scores(of queries: QueryTokens, _ batch: FirstStageBatch) -> Tensor {
        // Many pictures share a text: each is read once.
        var places: [[Int]: Int] = [:]
        var distinct: [Int] = []
        let which = batch.read.ids.indices.map { row in
            let ids = Array(batch.read.ids[row].prefix(batch.read.lengths[row]))
            if let place = places[ids] { return place }
            places[ids] = distinct.count
            distinct.append(row)
            return distinct.count - 1
        }
        let texts = matching.textVectors(of: batch.read.elements(distinct)).rows(which)  // [texts, sharedWidth]
        return MatchingModel.similarity(images: matching.imageVectors(of: queries), texts: texts)
            .scaled(by: temperature.tensor.reciprocal())
    }

    /// Cross-entropy of matching over each of `rows` as it is, each text with a wrong picture, each picture with a wrong text.
    private func matchLoss(
        _ batch: FirstStageBatch, _ views: ImageViews, _ negatives: HardNegatives, rows: [Int]
    ) -> Tensor {
        let wrongPictures = rows.compactMap { text in negatives.pictures[text].map { (picture: $0, text: text) } }
        let wrongTexts = rows.compactMap { picture in negatives.texts[picture].map { (picture: picture, text: $0) } }
        let wrong = wrongPictures + wrongTexts
        let logits = matching.matchLogits(
            of: views.elements(rows + wrong.map(\.picture)), with: batch.read.elements(rows + wrong.map(\.text)))
        return logits.crossEntropy(labels: rows.map { _ in 1 } + wrong.map { _ in 0 })
    }

    /// Cross-entropy of each token of the texts after the queries and the tokens before it.
    private func writeLoss(_ batch: FirstStageBatch, _ memory: QueryMemory, smoothing: Float) -> Tensor {
        let hidden = matching.queryTransformer(text: batch.written, after: memory)  // [rows, length, width]
        let labels = batch.written.followingIDs
        let asked = labels.indices.filter { labels[$0] >= 0 }
        let width = hidden.shape[2]
        let logits = writingHead(hidden.reshaped([labels.count, width]).rows(asked))  // [asked, vocabulary]
        return logits.crossEntropy(labels: asked.map { labels[$0] }, smoothing: smoothing)
    }
}
