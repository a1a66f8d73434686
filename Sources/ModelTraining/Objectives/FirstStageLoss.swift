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
        let groups = LengthGroups.of(distinct.map { batch.read.lengths[$0] })
        let vectors = groups.map { matching.textVectors(of: batch.read.elements($0.map { distinct[$0] })) }
        var placed = [Int](repeating: 0, count: distinct.count)
        for (place, text) in groups.flatMap(\.self).enumerated() { placed[text] = place }
        let texts = Tensor.concatenated(vectors, axis: 0).rows(which.map { placed[$0] })  // [texts, sharedWidth]
        return MatchingModel.similarity(images: matching.imageVectors(of: queries), texts: texts)
            .scaled(by: temperature.tensor.reciprocal())
    }

    /// Cross-entropy of matching over each of `rows` as it is, each text with a wrong picture, each picture with a wrong text.
    private func matchLoss(
        _ batch: FirstStageBatch, _ views: ImageViews, _ negatives: HardNegatives, rows: [Int]
    ) -> Tensor {
        let wrongPictures = rows.compactMap { text in negatives.pictures[text].map { (picture: $0, text: text) } }
        let wrongTexts = rows.compactMap { picture in negatives.texts[picture].map { (picture: picture, text: $0) } }
        let pairs =
            rows.map { (picture: $0, text: $0, label: 1) }
            + (wrongPictures + wrongTexts).map { (picture: $0.picture, text: $0.text, label: 0) }
        let groups = LengthGroups.of(pairs.map { batch.read.lengths[$0.text] }).map { $0.map { pairs[$0] } }
        let logits = groups.map { group in
            matching.matchLogits(
                of: views.elements(group.map(\.picture)), with: batch.read.elements(group.map(\.text)))
        }
        return Tensor.concatenated(logits, axis: 0).crossEntropy(labels: groups.flatMap { $0.map(\.label) })
    }

    /// Cross-entropy of each token of the texts after the queries and the tokens before it.
    private func writeLoss(_ batch: FirstStageBatch, _ memory: QueryMemory, smoothing: Float) -> Tensor {
        var hidden: [Tensor] = []
        var labels: [Int] = []
        for group in LengthGroups.of(batch.written.lengths) {
            let texts = batch.written.elements(group)
            let following = texts.followingIDs
            let asked = following.indices.filter { following[$0] >= 0 }
            let seen = matching.queryTransformer(text: texts, after: memory.elements(group))  // [texts, length, width]
            hidden.append(seen.reshaped([following.count, seen.shape[2]]).rows(asked))
            labels += asked.map { following[$0] }
        }
        let logits = writingHead(Tensor.concatenated(hidden, axis: 0))  // [asked, vocabulary]
        return logits.crossEntropy(labels: labels, smoothing: smoothing)
    }
}
