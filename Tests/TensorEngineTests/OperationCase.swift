import TensorEngine
import Testing

/// One row of the table of differentiable operations: inputs, and what is done with them.
struct OperationCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// The shape of each input.
    let shapes: [[Int]]
    /// Input values are drawn from −range…range.
    var range: Double = 1
    /// Relative error allowed against central differences in float32.
    var tolerance: Float = 2e-2
    let body: @Sendable ([Tensor]) -> Tensor

    var testDescription: String { name }

    static let causal = AttentionMask.causal(batch: 2, queries: 5, keys: 5)
    static let ragged = AttentionMask(
        first: [0, 0, 1, 2, 0, 0, 0, 3, 3, 3], end: [1, 2, 3, 3, 5, 5, 0, 4, 5, 5], queries: 5)

    static let all: [OperationCase] = elementwise + shaped + rows + products + losses + attentions

    static let elementwise: [OperationCase] =
        [
            OperationCase(name: "add", shapes: [[3, 7], [3, 7]]) { $0[0] + $0[1] },
            OperationCase(name: "subtract", shapes: [[3, 7], [3, 7]]) { $0[0] - $0[1] },
            OperationCase(name: "multiply", shapes: [[3, 7], [3, 7]]) { $0[0] * $0[1] },
            OperationCase(name: "square (one input twice)", shapes: [[9]]) { $0[0] * $0[0] },
            OperationCase(name: "scaled", shapes: [[5]]) { $0[0].scaled(by: -2.5) },
            OperationCase(name: "scaled by a trained scalar", shapes: [[5], [1]]) { $0[0].scaled(by: $0[1]) },
            OperationCase(name: "addingToRows", shapes: [[4, 9], [9]]) { $0[0].addingToRows($0[1]) },
            OperationCase(name: "scalingRows", shapes: [[4, 9], [4]]) { $0[0].scalingRows(by: $0[1]) },
            OperationCase(name: "clamped", shapes: [[31]]) { $0[0].clamped(to: 0.6) },
            OperationCase(name: "clamped above", shapes: [[31]]) { $0[0].clamped(above: 0.4) },
            OperationCase(name: "reciprocal", shapes: [[5]]) {
                ($0[0] * $0[0] + Tensor(repeating: 1, [5])).reciprocal()
            },
            OperationCase(name: "sigmoid", shapes: [[33]], range: 3) { $0[0].sigmoid() },
            OperationCase(name: "tanh", shapes: [[33]], range: 3) { $0[0].tanh() },
            OperationCase(name: "exponential", shapes: [[33]]) { $0[0].exponential() },
            OperationCase(name: "swiglu", shapes: [[33], [33]], range: 3) { Tensor.swiglu(gate: $0[0], up: $0[1]) },
        ]
        + Activation.allCases.map { activation in
            OperationCase(name: "activated \(activation)", shapes: [[65]], range: 3) { $0[0].activated(activation) }
        }

    static let shaped: [OperationCase] = [
        OperationCase(name: "reshaped", shapes: [[6, 2]]) { $0[0].reshaped([3, 4]) },
        OperationCase(name: "slice of the first axis", shapes: [[6, 2]]) { $0[0].slice(1..<4) },
        OperationCase(name: "slice of the last axis", shapes: [[3, 8]]) { $0[0].slice(2..<7, axis: 1) },
        OperationCase(name: "concatenated", shapes: [[2, 3, 2], [2, 1, 2]]) { .concatenated($0, axis: 1) },
        OperationCase(name: "leadingAxesExchanged", shapes: [[2, 3, 4]]) { $0[0].leadingAxesExchanged() },
        OperationCase(name: "repeated", shapes: [[2, 3]]) { $0[0].repeated(3) },
        OperationCase(name: "rows", shapes: [[5, 3]]) { $0[0].rows([4, 0, 4, 2]) },
        OperationCase(name: "scatteredRows", shapes: [[4, 3]]) { $0[0].scatteredRows(to: [1, 1, 0, 4], rows: 6) },
        OperationCase(name: "elements", shapes: [[3, 4]]) { $0[0].elements(at: [0, 5, 5, 11]) },
        OperationCase(name: "replacingRows", shapes: [[2, 3, 2], [3, 2]]) {
            $0[0].replacingRows([0, 2, 5], with: $0[1])
        },
    ]

    static let rows: [OperationCase] = [
        OperationCase(name: "sum", shapes: [[3, 4]]) { $0[0].sum() },
        OperationCase(name: "mean", shapes: [[3, 4]]) { $0[0].mean() },
        OperationCase(name: "sum of an axis", shapes: [[2, 3, 4]]) { $0[0].sum(axis: 1) },
        OperationCase(name: "mean of an axis", shapes: [[2, 3, 4]]) { $0[0].mean(axis: 2) },
        OperationCase(name: "maximumOverLastAxis", shapes: [[4, 5]]) { $0[0].maximumOverLastAxis() },
        OperationCase(name: "softmax", shapes: [[3, 9]], range: 2) { $0[0].softmax(scale: 0.7) },
        OperationCase(name: "logSumExp", shapes: [[3, 9]], range: 2) { $0[0].logSumExp() },
        OperationCase(name: "dividedByRowSums", shapes: [[3, 4]]) {
            let positive = $0[0] * $0[0] + Tensor(repeating: 0.5, [3, 4])
            return positive.scalingRows(by: positive.sum(axis: 1).reciprocal())
        },
        OperationCase(name: "unitLength", shapes: [[3, 9]]) { $0[0].unitLength() },
        OperationCase(name: "layerNormalized", shapes: [[5, 19], [19], [19]]) {
            $0[0].layerNormalized(gain: $0[1], bias: $0[2], epsilon: 1e-5)
        },
        OperationCase(name: "layerNormalized without parameters", shapes: [[5, 19]]) {
            $0[0].layerNormalized(gain: nil, bias: nil, epsilon: 1e-5)
        },
        OperationCase(name: "rmsNormalized", shapes: [[5, 19], [19]]) {
            $0[0].rmsNormalized(gain: $0[1], epsilon: 1e-5)
        },
        OperationCase(name: "rmsNormalized with offset", shapes: [[5, 19], [19]]) {
            $0[0].rmsNormalized(gain: $0[1], gainOffset: 1, epsilon: 1e-5)
        },
        OperationCase(name: "rotated halves", shapes: [[2, 3, 16]]) {
            $0[0].rotated(heads: 2, by: RotaryTable(positions: [0, 3, 7], frequencies: [1, 0.3, 0.1]))
        },
        OperationCase(name: "rotated pairs", shapes: [[1, 3, 16]]) {
            $0[0].rotated(
                heads: 2, by: RotaryTable(positions: [0, 3, 7], frequencies: [1, 0.5, 0.3, 0.1], interleaved: true))
        },
        OperationCase(name: "rotated and scaled pairs", shapes: [[1, 3, 8]]) {
            let scales: [[Double]] = [[1, 1], [0.7, 0.9], [1.4, 1.2]]
            return $0[0].rotated(
                heads: 2,
                by: RotaryTable(positions: [0, 3, 7], frequencies: [1, 0.3], interleaved: true) { scales[$0] })
        },
        OperationCase(name: "maskedUnits, soft", shapes: [[3, 12], [3, 12]]) {
            // Far from the corner at 0, which differences do not know.
            let away = Tensor((0..<36).map { $0 % 3 == 0 ? -1.5 : 1.5 }, [3, 12])
            return ($0[0] + away).maskedUnits(logits: $0[1], length: 4, choices: nil)
        },
        OperationCase(name: "chosenUnits", shapes: [[2, 6]]) {
            let away = Tensor((0..<12).map { $0 % 5 == 0 ? -1.5 : 1.5 }, [2, 6])
            return ($0[0] + away).chosenUnits(BlockChoices(rows: 2, blocks: 2, length: 3, indices: [0, 2, 1, 1]))
        },
    ]

    static let products: [OperationCase] = [
        OperationCase(name: "linear of few rows", shapes: [[3, 7], [5, 7], [5]]) { $0[0].linear($0[1], bias: $0[2]) },
        OperationCase(name: "linear of many rows", shapes: [[2, 11, 7], [5, 7], [5]]) {
            $0[0].linear($0[1], bias: $0[2])
        },
        OperationCase(name: "linear without bias", shapes: [[12, 7], [5, 7]]) { $0[0].linear($0[1]) },
        OperationCase(name: "linear through bf16", shapes: [[12, 32]]) { $0[0].linear(frozen(.bf16)) },
        OperationCase(name: "linear through f16", shapes: [[12, 32]]) { $0[0].linear(frozen(.f16)) },
        OperationCase(name: "linear through q8_0", shapes: [[12, 32]]) { $0[0].linear(frozen(.q8_0)) },
        OperationCase(name: "linear through q4_0", shapes: [[12, 32]]) { $0[0].linear(frozen(.q4_0)) },
        OperationCase(name: "convolved", shapes: [[3, 4, 5, 2], [3, 18], [3]]) {
            $0[0].convolved(by: $0[1], bias: $0[2], kernel: 3, stride: 1)
        },
        OperationCase(name: "convolved in strides of two", shapes: [[2, 5, 6, 3], [4, 27], [4]]) {
            $0[0].convolved(by: $0[1], bias: $0[2], kernel: 3, stride: 2)
        },
        OperationCase(name: "timesRows", shapes: [[2, 5, 7], [7, 6]]) { $0[0].timesRows($0[1]) },
        OperationCase(name: "timesRows of bf16", shapes: [[12, 16]]) { $0[0].timesRows(frozen(.bf16)) },
        OperationCase(name: "matrixProduct", shapes: [[3, 4], [4, 5]]) { $0[0].matrixProduct($0[1]) },
        OperationCase(
            name: "mixture", shapes: [[5, 6], [5, 2], [4, 6], [4, 6], [6, 4], [4, 6], [4, 6], [6, 4]], range: 0.8
        ) { inputs in
            .mixture(
                inputs[0], choices: [0, 2, 2, 0, 0, 1, 2, 1, 0, 2], weights: inputs[1],
                experts: [
                    GatedExpert(gate: inputs[2], up: inputs[3], down: inputs[4]),
                    GatedExpert(gate: frozen(.f32, 4, 6), up: frozen(.f32, 4, 6), down: frozen(.f32, 6, 4)),
                    GatedExpert(gate: inputs[5], up: inputs[6], down: inputs[7]),
                    GatedExpert(gate: frozen(.f32, 4, 6), up: frozen(.f32, 4, 6), down: frozen(.f32, 6, 4)),
                ])
        },
        OperationCase(name: "mixture through bf16", shapes: [[7, 32], [7, 2]], range: 0.5) { inputs in
            .mixture(
                inputs[0], choices: [0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0], weights: inputs[1],
                experts: (0..<2).map { _ in
                    GatedExpert(gate: frozen(.bf16), up: frozen(.bf16), down: frozen(.bf16, 32, 16))
                })
        },
        OperationCase(name: "segments", shapes: [[3, 4], [5, 4], [6, 4]]) { inputs in
            let parts = Tensor.segments([inputs[0], inputs[1]]) { _, x in x.linear(inputs[2]).activated(.silu) }
            return .concatenated(parts)
        },
    ]

    static let losses: [OperationCase] = [
        OperationCase(name: "crossEntropy", shapes: [[4, 7]]) { $0[0].crossEntropy(labels: [3, -100, 0, 6]) },
        OperationCase(name: "crossEntropy, weighted and smoothed", shapes: [[4, 7]]) {
            $0[0].crossEntropy(labels: [3, 1, 0, 6], weights: [1, 0.5, 2, 0], smoothing: 0.1)
        },
        OperationCase(name: "crossEntropy with targets", shapes: [[2, 3]]) {
            $0[0].crossEntropy(targets: Tensor([0.5, 0.3, 0.2, 0, 1, 0], [2, 3]))
        },
    ]

    static let attentions: [OperationCase] = [
        attention("attention", [2, 5, 12], keys: 6, shape: AttentionShape(heads: 3, headWidth: 4)),
        attention(
            "attention, causal", [2, 5, 12], keys: 5, shape: AttentionShape(heads: 3, headWidth: 4), mask: causal),
        attention(
            "attention, ragged, one query blind", [2, 5, 12], keys: 5, shape: AttentionShape(heads: 3, headWidth: 4),
            mask: ragged),
        attention(
            "attention, grouped, wide values", [2, 5, 16], keys: 5,
            shape: AttentionShape(heads: 4, keyValueHeads: 2, headWidth: 4, valueWidth: 3, scale: 0.3), mask: causal),
        attention("attention of many queries", [1, 130, 8], keys: 130, shape: AttentionShape(heads: 2, headWidth: 4)),
        OperationCase(name: "selfAttention of joined heads", shapes: [[2, 5, 36]]) {
            .selfAttention(joined: $0[0], shape: AttentionShape(heads: 3, headWidth: 4), mask: causal)
        },
        OperationCase(name: "selfAttention, grouped, wide values", shapes: [[1, 70, 20]]) {
            .selfAttention(
                joined: $0[0], shape: AttentionShape(heads: 2, keyValueHeads: 1, headWidth: 4, valueWidth: 8))
        },
        OperationCase(name: "attention with bias and sinks", shapes: [[1, 3, 8], [1, 4, 8], [1, 4, 8]]) {
            .attention(
                queries: $0[0], keys: $0[1], values: $0[2], shape: AttentionShape(heads: 2, headWidth: 4),
                bias: Tensor((0..<24).map { Float($0 % 5) * 0.2 }, [2, 3, 4]), sinks: Tensor([0.3, -0.2], [2]))
        },
    ]

    private static func attention(
        _ name: String, _ queries: [Int], keys: Int, shape: AttentionShape, mask: AttentionMask? = nil
    ) -> OperationCase {
        OperationCase(
            name: name,
            shapes: [
                queries, [queries[0], keys, shape.keyValueHeads * shape.headWidth],
                [queries[0], keys, shape.keyValueHeads * shape.valueWidth],
            ]
        ) { .attention(queries: $0[0], keys: $0[1], values: $0[2], shape: shape, mask: mask) }
    }

    private static func frozen(_ dtype: DType, _ rows: Int = 16, _ columns: Int = 32) -> Tensor {
        var generator = SeededGenerator(seed: 9)
        return Tensor.drawn([rows, columns], .normal(0.5), using: &generator).converted(to: dtype)
    }
}
