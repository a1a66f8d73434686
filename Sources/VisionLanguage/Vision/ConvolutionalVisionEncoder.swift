import Checkpoints
import NeuralLayers
import TensorEngine

/// A vision transformer of ours whose tokens come from convolutions (`ConvolutionalStem`): for encoders that are made new from
/// tens of thousands of pictures, not from hundreds of millions.
///
///     "vision_config": {
///         "model_type": "lorgnette_vision_model", "hidden_size": 192, "num_hidden_layers": 3, "patch_size": 8,
///         "stem_widths": [48, 96, 192], "stem_blocks": [0, 1, 1], …}
///
/// There is no class token. The last stage of the stem is as wide as the transformer, and `patch_size` is 2 to the power of the
/// number of stages.
package struct ConvolutionalVisionConfiguration: Sendable, Equatable {
    package var sizes = VisionSizes(patch: 8, epsilon: 1e-6)
    /// Channels after each halving of the sides.
    package var stemWidths: [Int]
    /// Residual blocks after each halving.
    package var stemBlocks: [Int]

    /// The encoder at `scope` (`stem`, `position_embedding`, `encoder.layers`, `post_layernorm`).
    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder {
        let width = sizes.width
        let stem = ConvolutionalStem(
            widths: stemWidths, blocks: stemBlocks, activation: sizes.activation, epsilon: sizes.epsilon,
            in: scope / "stem")
        let positions = PositionTable(
            scope.parameter("position_embedding", [1, sizes.side * sizes.side, width]), leading: 0, side: sizes.side,
            width: width)
        let layers = (0..<sizes.layers).map { index in
            VisionTransformerLayer(sizes, clipNamesIn: scope / "encoder" / "layers" / "\(index)") { scope in
                let attention = JoinedVisionAttention(width: width, heads: sizes.heads, bias: true, in: scope)
                return { attention($0) }
            }
        }
        return VisionTransformer(
            sizes: sizes, patches: stem, positions: positions, layers: layers,
            finalNorm: LayerNorm(width, epsilon: sizes.epsilon, in: scope / "post_layernorm"))
    }
}

extension ConvolutionalVisionConfiguration: VisionEncoderConfiguration {
    package static let modelTypes = ["lorgnette_vision_model"]

    package init(_ config: ConfigObject) throws(ConfigError) {
        var sizes = VisionSizes(patch: 8, epsilon: 1e-6)
        try sizes.read(config)
        let stages = sizes.patch.trailingZeroBitCount
        try config.require(sizes.patch == 1 << stages && stages > 0, "patch_size", "a power of 2")
        let widths = try config.optionalIntegers("stem_widths") ?? (0..<stages).map { sizes.width >> (stages - 1 - $0) }
        let blocks = try config.optionalIntegers("stem_blocks") ?? [Int](repeating: 1, count: stages)
        try config.require(
            widths.count == stages && widths.allSatisfy { $0 > 0 } && widths.last == sizes.width, "stem_widths",
            "\(stages) widths for patch_size \(sizes.patch), the last hidden_size \(sizes.width)")
        try config.require(
            blocks.count == stages && blocks.allSatisfy { $0 >= 0 }, "stem_blocks",
            "\(stages) numbers of blocks for patch_size \(sizes.patch)")
        self.sizes = sizes
        stemWidths = widths
        stemBlocks = blocks
    }

    package var leadingTokens: Int { 0 }

    package func rules(prefix: String) -> [CheckpointRule] { [] }
}
