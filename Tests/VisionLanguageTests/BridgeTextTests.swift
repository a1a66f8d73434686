import NeuralLayers
import TensorEngine
import Testing
import VisionLanguage

/// The text side of the querying transformer: who sees whom in each of the first stage's passes, seen by changing one position
/// and looking which outputs move.
@Suite struct BridgeTextTests {
    private let sizes: QueryTransformerConfiguration
    private let bridge: QueryTransformer
    private let queries: Tensor
    private let features: Tensor
    private let texts = BridgeText([[3, 14, 15, 9, 2], [6, 5, 3]])

    init() {
        var sizes = QueryTransformerConfiguration()
        (sizes.vocabularySize, sizes.width, sizes.layers, sizes.heads, sizes.hidden) = (20, 16, 3, 2, 24)
        (sizes.contextLength, sizes.featureWidth, sizes.hasText, sizes.readsText) = (8, 12, true, true)
        self.sizes = sizes
        bridge = QueryTransformer(sizes, in: ParameterScope(WideParameters()))
        queries = Self.drawn([2, 3, 16], "queries")
        features = Self.drawn([2, 4, 12], "features")
    }

    private static func drawn(_ shape: [Int], _ stream: String) -> Tensor {
        var generator = SeededGenerator(seed: 8, stream: stream)
        return .drawn(shape, .normal(1), using: &generator)
    }

    /// These texts with the token at `position` of the first one changed.
    private func changed(_ position: Int) -> BridgeText {
        var row = texts.ids[0]
        row[position] = (row[position] + 1) % sizes.vocabularySize
        return BridgeText([row, Array(texts.ids[1].prefix(texts.lengths[1]))])
    }

    /// The rows of the first batch element that differ.
    private func moved(_ a: Tensor, _ b: Tensor) -> [Int] {
        (0..<a.shape[1]).filter { a.element(0).element($0).array != b.element(0).element($0).array }
    }

    /// Queries with the one at `position` of the first batch element changed.
    private func changedQuery(_ position: Int) -> Tensor {
        let rows = queries.reshaped([6, 16])
        return rows.replacingRows([position], with: Self.drawn([1, 16], "other")).reshaped([2, 3, 16])
    }

    @Test func `matching: queries and text see each other both ways`() {
        let before = bridge(queries: queries, features: features, text: texts)

        for position in 0..<5 {
            let after = bridge(queries: queries, features: features, text: changed(position))
            #expect(moved(before.queries, after.queries) == [0, 1, 2], "token \(position)")
            #expect(moved(before.text, after.text) == [0, 1, 2, 3, 4], "token \(position)")
        }
        let after = bridge(queries: changedQuery(1), features: features, text: texts)
        #expect(moved(before.queries, after.queries) == [0, 1, 2] && moved(before.text, after.text).count == 5)
    }

    @Test func `contrastive: neither sees the other, in one pass or in two`() {
        let mask = AttentionMask.contrastive(queries: 3, text: texts)
        let before = bridge(queries: queries, features: features, text: texts, mask: mask)
        let otherText = bridge(queries: queries, features: features, text: changed(2), mask: mask)
        let otherQuery = bridge(queries: changedQuery(1), features: features, text: texts, mask: mask)

        #expect(moved(before.queries, otherText.queries).isEmpty && moved(before.text, otherText.text).count == 5)
        #expect(moved(before.text, otherQuery.text).isEmpty && moved(before.queries, otherQuery.queries).count == 3)
        let alone = bridge(queries: queries, features: features)
        #expect(near(before.queries, alone))
        #expect(near(before.text.slice(0..<1), bridge(text: texts).slice(0..<1)))
    }

    @Test func `writing: queries see no text, a token sees queries and the tokens before it`() {
        let mask = AttentionMask.generating(queries: 3, text: texts)
        let before = bridge(queries: queries, features: features, text: texts, mask: mask)

        for position in 0..<5 {
            let after = bridge(queries: queries, features: features, text: changed(position), mask: mask)
            #expect(moved(before.queries, after.queries).isEmpty)
            #expect(moved(before.text, after.text) == Array(position..<5), "token \(position)")
        }
        let after = bridge(queries: changedQuery(2), features: features, text: texts, mask: mask)
        #expect(moved(before.text, after.text) == [0, 1, 2, 3, 4])
    }

    @Test func `writing after what was remembered of the queries is the same`() {
        let mask = AttentionMask.generating(queries: 3, text: texts)
        let whole = bridge(queries: queries, features: features, text: texts, mask: mask)

        let (seen, memory) = bridge.remembering(queries: queries, features: features)
        let written = bridge(text: texts, after: memory)

        #expect(near(seen, whole.queries) && near(written, whole.text))
        #expect(seen.array == bridge(queries: queries, features: features).array)
    }

    @Test func `text never looks at the image but through the queries`() {
        let mask = AttentionMask.contrastive(queries: 3, text: texts)
        let other = Self.drawn([2, 4, 12], "other picture")
        let before = bridge(queries: queries, features: features, text: texts, mask: mask)
        let after = bridge(queries: queries, features: other, text: texts, mask: mask)

        #expect(moved(before.text, after.text).isEmpty && moved(before.queries, after.queries).count == 3)
        #expect(
            moved(
                bridge(queries: queries, features: features, text: texts).text,
                bridge(queries: queries, features: other, text: texts).text
            ).count == 5)
    }

    @Test func `padding is seen by nothing that counts`() {
        let padded = BridgeText([[6, 5, 3], [3, 14, 15, 9, 2]], padding: 0)
        let otherwise = BridgeText([[6, 5, 3], [3, 14, 15, 9, 2]], padding: 11)
        let (_, memory) = bridge.remembering(queries: queries, features: features)
        for (a, b) in [
            (
                bridge(queries: queries, features: features, text: padded).text,
                bridge(queries: queries, features: features, text: otherwise).text
            ),
            (bridge(text: padded), bridge(text: otherwise)),
            (bridge(text: padded, after: memory), bridge(text: otherwise, after: memory)),
        ] { #expect(moved(a, b).allSatisfy { $0 >= 3 }) }
    }

    @Test func `texts to write begin with their own token and are labelled with what follows`() {
        #expect(texts.beginning(with: 19).ids == [[19, 14, 15, 9, 2], [19, 5, 3, 0, 0]])
        #expect(texts.beginning(with: 19).lengths == [5, 3])
        #expect(texts.followingIDs == [14, 15, 9, 2, -1, 5, 3, -1, -1, -1])
    }

    @Test func `the loss of writing has gradients in text, queries and features, equal to differences`() throws {
        let scope = ParameterScope(WideParameters())
        let bridge = QueryTransformer(sizes, in: scope / "bridge")
        let head = TextPredictionHead(sizes, words: try #require(bridge.wordTable), in: scope / "cls")
        let learned = Parameter(name: "queries", value: queries)
        let seen = Parameter(name: "features", value: features)
        let tested =
            [learned, seen]
            + scope.parameters.filter {
                ["word_embeddings", "layer.0.attention.attention.key.w", "layer.1.output.dense.w", "transform.dense.w"]
                    .contains(where: $0.name.contains)
            }
        for parameter in tested { parameter.setTrainable(true) }
        func loss() -> Tensor {
            let (_, memory) = bridge.remembering(queries: learned.tensor, features: seen.tensor)
            let logits = head(bridge(text: texts.beginning(with: 19), after: memory))
            return logits.reshaped([10, 20]).crossEntropy(labels: texts.followingIDs, smoothing: 0.1)
        }

        let gradients = loss().gradients()

        #expect(tested.count >= 6)
        for parameter in tested {
            let gradient = try #require(gradients[parameter], "\(parameter.name)")
            let direction = Self.drawn(parameter.tensor.shape, parameter.name)
            let expected = zip(gradient.array, direction.array).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let start = parameter.tensor.detached
            func moved(_ step: Float) -> Double {
                parameter.set(start + direction.scaled(by: step))
                defer { parameter.set(start) }
                return Double(loss().scalar)
            }
            let slope = (moved(1e-2) - moved(-1e-2)) / 2e-2
            #expect(abs(slope - expected) <= 0.02 * max(abs(expected), 0.05), "\(parameter.name) \(slope) \(expected)")
        }
    }

    private func near(_ a: Tensor, _ b: Tensor) -> Bool {
        a.shape == b.shape && zip(a.array, b.array).allSatisfy { abs($0 - $1) <= 1e-5 }
    }
}

/// Weights wide enough that every path through the layers shows.
private struct WideParameters: ParameterSource {
    func contains(_ path: String) -> Bool { true }

    func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        if initialiser == .ones { return Tensor(repeating: 1, shape) }
        var generator = SeededGenerator(seed: 4, stream: path)
        return .drawn(shape, .normal(0.4), using: &generator)
    }
}
