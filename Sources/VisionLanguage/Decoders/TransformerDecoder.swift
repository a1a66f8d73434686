import NeuralLayers
import TensorEngine

/// A decoder of pre-norm layers between an embedding table and a head: what Llama, Mixtral and their kin have in common. The
/// architectures say what their layers are made of.
package struct TransformerDecoder: TextDecoder {
    /// What stands around the layers.
    package struct Frame: Sendable, Equatable {
        package var vocabularySize: Int
        package var width: Int
        /// Rows of a table of learned positions; nil where attention rotates instead.
        package var learnedPositions: Int?
        package var tiesEmbeddings = false
        /// Whether the head has a bias.
        package var hasHeadBias = false
        /// What embeddings are multiplied by before the first layer (Granite), those of pictures too.
        package var embeddingMultiplier = 1.0
        /// What logits are divided by (Granite).
        package var logitsDivisor = 1.0

        /// A plain frame: an own head without a bias.
        package init(vocabularySize: Int, width: Int, tiesEmbeddings: Bool) {
            self.vocabularySize = vocabularySize
            self.width = width
            self.tiesEmbeddings = tiesEmbeddings
        }
    }

    private let frame: Frame
    private let tokenTable: Parameter
    private let positionTable: Parameter?
    private let layers: [TransformerLayer]
    private let finalNorm: any Normalisation
    private let head: Linear

    /// The model at `scope`, under Llama's names: `model.embed_tokens`, `model.layers.N`, `model.norm`, `lm_head`.
    ///
    /// - Parameters:
    ///   - layers: how many.
    ///   - norm: makes the last norm.
    ///   - layer: makes a layer of its index at its place.
    package init(
        _ frame: Frame, layers: Int, in scope: ParameterScope, norm: (ParameterScope) -> any Normalisation,
        layer: (Int, ParameterScope) -> TransformerLayer
    ) {
        let model = scope / "model"
        self.frame = frame
        let tableShape = [frame.vocabularySize, frame.width]
        tokenTable = (model / "embed_tokens").parameter("weight", tableShape)
        positionTable = frame.learnedPositions.map {
            (model / "embed_positions").parameter("weight", [$0, frame.width])
        }
        self.layers = (0..<layers).map { layer($0, model / "layers" / "\($0)") }
        finalNorm = norm(model / "norm")
        let own = scope / "lm_head"
        head = Linear(
            weight: frame.tiesEmbeddings ? tokenTable : own.parameter("weight", tableShape),
            bias: frame.hasHeadBias ? own.parameter("bias", [frame.vocabularySize], .zeros) : nil)
    }

    package var embeddingWidth: Int { frame.width }
    package var vocabularySize: Int { frame.vocabularySize }
    package var contextLength: Int? { frame.learnedPositions }
    package var stack: DecoderStack? { DecoderStack(layers: layers.count, width: frame.width) }

    package func makeCache() -> KeyValueCache { KeyValueCache(layers: layers.map(\.attention.cacheWidths)) }

    package func embeddings(of ids: [Int]) -> Tensor { tokenTable.tensor.rows(ids) }

    package func hiddenStates(_ embeddings: Tensor, pass: inout DecoderPass) -> Tensor {
        var x = embeddings  // [batch, sequence, width]
        if frame.embeddingMultiplier != 1 { x = x.scaled(by: Float(frame.embeddingMultiplier)) }
        if let positionTable { x = x + positionTable.tensor.rows(pass.positions).reshaped(x.shape) }
        for (index, layer) in layers.enumerated() {
            pass.hiddenStates?.append(x)
            x = layer(x, index: index, pass: &pass)
        }
        return finalNorm(x)
    }

    package func logits(_ hidden: Tensor) -> Tensor {
        let logits = head(hidden)
        return frame.logitsDivisor == 1 ? logits : logits.scaled(by: Float(1 / frame.logitsDivisor))
    }
}
