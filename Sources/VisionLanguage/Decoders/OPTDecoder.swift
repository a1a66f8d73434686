import NeuralLayers
import TensorEngine

/// The sizes and choices of an OPT language model (Zhang et al. 2022), as in transformers' `OPTConfig`.
package struct OPTConfiguration: Sendable, Equatable {
    package var vocabularySize = 50_272
    package var width = 768
    package var layers = 12
    package var hidden = 3_072
    package var heads = 12
    package var contextLength = 2_048
    /// Width of the embeddings; another width than the layers' is projected (opt-350m).
    package var embeddingWidth = 768
    package var activation = Activation.relu
    /// Norms before the sublayers (all but opt-350m) or after.
    package var normalisesBefore = true
    package var removesFinalNorm = false
    package var hasBias = true
    package var normsAreAffine = true
    package var tiesEmbeddings = true

    /// transformers' defaults.
    package init() {}
}

/// OPT: learned positions, pre-norm layers, ReLU feed-forwards, biases everywhere.
package struct OPTDecoder: TextDecoder {
    private let configuration: OPTConfiguration
    private let tokenTable: Parameter
    /// `[contextLength + 2, width]`: positions start at 2, as fairseq's did.
    private let positionTable: Parameter
    private let projectIn: Linear?
    private let projectOut: Linear?
    private let layers: [OPTLayer]
    private let finalNorm: LayerNorm?
    private let head: Parameter

    static let positionOffset = 2

    /// The model at `scope` (`model.decoder…`, `lm_head`).
    package init(_ configuration: OPTConfiguration, in scope: ParameterScope) {
        let decoder = scope / "model" / "decoder"
        let width = configuration.width
        self.configuration = configuration
        tokenTable = (decoder / "embed_tokens").parameter(
            "weight", [configuration.vocabularySize, configuration.embeddingWidth])
        positionTable = (decoder / "embed_positions").parameter(
            "weight", [configuration.contextLength + Self.positionOffset, width])
        let isProjected = configuration.embeddingWidth != width
        projectIn =
            isProjected ? Linear(configuration.embeddingWidth, width, bias: false, in: decoder / "project_in") : nil
        projectOut =
            isProjected ? Linear(width, configuration.embeddingWidth, bias: false, in: decoder / "project_out") : nil
        layers = (0..<configuration.layers).map { OPTLayer(configuration, in: decoder / "layers" / "\($0)") }
        finalNorm =
            configuration.normalisesBefore && !configuration.removesFinalNorm
            ? LayerNorm(
                width, epsilon: OPTLayer.epsilon, affine: configuration.normsAreAffine, in: decoder / "final_layer_norm"
            )
            : nil
        head =
            configuration.tiesEmbeddings
            ? tokenTable
            : (scope / "lm_head").parameter("weight", [configuration.vocabularySize, configuration.embeddingWidth])
    }

    package var embeddingWidth: Int { configuration.embeddingWidth }
    package var vocabularySize: Int { configuration.vocabularySize }
    package var contextLength: Int? { configuration.contextLength }
    package var stack: DecoderStack? { DecoderStack(layers: layers.count, width: configuration.width) }

    package func makeCache() -> KeyValueCache {
        KeyValueCache(layers: layers.map { _ in (configuration.width, configuration.width) })
    }

    package func embeddings(of ids: [Int]) -> Tensor { tokenTable.tensor.rows(ids) }

    package func hiddenStates(_ embeddings: Tensor, pass: inout DecoderPass) -> Tensor {
        var x = projectIn?(embeddings) ?? embeddings  // [batch, sequence, width]
        let positions = positionTable.tensor.rows(pass.positions.map { $0 + Self.positionOffset })
        x = x + positions.reshaped(x.shape)
        for (index, layer) in layers.enumerated() {
            pass.hiddenStates?.append(x)
            x = layer(x, index: index, pass: &pass)
        }
        x = finalNorm?(x) ?? x
        return projectOut?(x) ?? x
    }

    package func logits(_ hidden: Tensor) -> Tensor { hidden.linear(head.tensor) }
}

/// One layer of OPT.
struct OPTLayer: Sendable {
    static let epsilon = 1e-5
    private let shape: AttentionShape
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let attentionNorm: LayerNorm
    private let feedForward: FeedForward
    private let feedForwardNorm: LayerNorm
    private let normalisesBefore: Bool

    init(_ configuration: OPTConfiguration, in scope: ParameterScope) {
        let width = configuration.width
        let bias = configuration.hasBias
        let attention = scope / "self_attn"
        shape = AttentionShape(heads: configuration.heads, headWidth: width / configuration.heads)
        query = Linear(width, width, bias: bias, in: attention / "q_proj")
        key = Linear(width, width, bias: bias, in: attention / "k_proj")
        value = Linear(width, width, bias: bias, in: attention / "v_proj")
        output = Linear(width, width, bias: bias, in: attention / "out_proj")
        let affine = configuration.normsAreAffine
        attentionNorm = LayerNorm(width, epsilon: Self.epsilon, affine: affine, in: scope / "self_attn_layer_norm")
        feedForward = FeedForward(
            expand: Linear(width, configuration.hidden, bias: bias, in: scope / "fc1"),
            contract: Linear(configuration.hidden, width, bias: bias, in: scope / "fc2"),
            activation: configuration.activation)
        feedForwardNorm = LayerNorm(width, epsilon: Self.epsilon, affine: affine, in: scope / "final_layer_norm")
        normalisesBefore = configuration.normalisesBefore
    }

    func callAsFunction(_ x: Tensor, index: Int, pass: inout DecoderPass) -> Tensor {
        let x = pass.looked(x, before: index)
        let before = normalisesBefore ? attentionNorm(x) : x
        let made = output(
            pass.attend(queries: query(before), keys: key(before), values: value(before), shape: shape, layer: index))
        let attended = pass.adapted(made, behind: .attention, layer: index)
        let middle = normalisesBefore ? x + attended : attentionNorm(x + attended)
        let fed = pass.adapted(
            feedForward(normalisesBefore ? feedForwardNorm(middle) : middle), behind: .feedForward, layer: index)
        return normalisesBefore ? middle + fed : feedForwardNorm(middle + fed)
    }
}
