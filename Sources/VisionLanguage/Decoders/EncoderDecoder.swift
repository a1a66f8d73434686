import NeuralLayers
import TensorEngine

/// The sizes and choices of an encoder with a decoder in T5's shape (Raffel et al. 2020).
package struct EncoderDecoderSizes: Sendable, Equatable {
    package var vocabularySize = 32_128
    package var width = 512
    package var headWidth = 64
    package var heads = 8
    package var hidden = 2_048
    package var encoderLayers = 6
    package var decoderLayers = 6
    /// Rows of the tables of relative positions.
    package var buckets = 32
    /// Distances from here on share a row.
    package var greatestDistance = 128
    package var epsilon = 1e-6
    package var activation = Activation.relu
    /// Whether the head is the embedding table.
    package var tiesEmbeddings = true
    /// Whether the decoder's output is divided by √width before the head.
    package var scalesOutput = true
    /// The token that the decoder starts from.
    package var startID = 0

    /// T5-small's.
    package init() {}

    /// Attention without scaling: T5 folds it into the weights.
    var attention: AttentionShape { AttentionShape(heads: heads, headWidth: headWidth, scale: 1) }

    func norm(in scope: ParameterScope) -> RMSNorm { RMSNorm(width, epsilon: epsilon, in: scope) }
}

/// Keys and values that the layers of a decoder made of an encoder's output, once for as many answers as are written.
package struct EncodedContext: Sendable {
    /// A layer: `[batch, tokens, heads·headWidth]`
    let keys: [Tensor]
    let values: [Tensor]
    /// Which tokens of each batch element count; nil for all.
    let lengths: [Int]?

    /// How many sequences were encoded.
    var batch: Int { keys.first?.shape[0] ?? 0 }
}

/// An encoder that reads pictures and prompt in both directions, and a decoder that writes the answer looking at it: T5,
/// FLAN-T5 and Switch Transformers, which differ in their feed-forwards alone.
package struct EncoderDecoder: Sendable {
    package let sizes: EncoderDecoderSizes
    private let table: Parameter
    private let head: Parameter
    private let encoder: [EncoderLayer]
    private let encoderBias: RelativePositionBias
    private let encoderNorm: RMSNorm
    private let decoder: [DecoderLayer]
    private let decoderBias: RelativePositionBias
    private let decoderNorm: RMSNorm

    /// Which of the two stacks a layer is in.
    package enum Stack: Sendable { case encoder, decoder }

    /// The model at `scope`, under T5's names (`shared`, `encoder.block`, `decoder.block`, `lm_head`).
    ///
    /// - Parameter feedForward: makes the feed-forward of a layer of a stack.
    package init(
        _ sizes: EncoderDecoderSizes, in scope: ParameterScope,
        feedForward: (Stack, Int, ParameterScope) -> any TokenFeedForward
    ) {
        self.sizes = sizes
        let tableShape = [sizes.vocabularySize, sizes.width]
        table = (scope / "shared").parameter("weight", tableShape)
        // Files whose config says that the head is its own may still leave it out.
        let own = scope / "lm_head"
        head = !sizes.tiesEmbeddings && own.contains("weight") ? own.parameter("weight", tableShape) : table
        let (reading, writing) = (scope / "encoder", scope / "decoder")
        encoder = (0..<sizes.encoderLayers).map { index in
            let block = reading / "block" / "\(index)" / "layer"
            return EncoderLayer(
                sizes, in: block, feedForward: feedForward(.encoder, index, block / "1"))
        }
        decoder = (0..<sizes.decoderLayers).map { index in
            let block = writing / "block" / "\(index)" / "layer"
            return DecoderLayer(
                sizes, in: block, feedForward: feedForward(.decoder, index, block / "2"))
        }
        func bias(in scope: ParameterScope, isBidirectional: Bool) -> RelativePositionBias {
            RelativePositionBias(
                heads: sizes.heads, buckets: sizes.buckets, greatestDistance: sizes.greatestDistance,
                isBidirectional: isBidirectional, in: scope / "block" / "0" / "layer" / "0" / "SelfAttention")
        }
        encoderBias = bias(in: reading, isBidirectional: true)
        decoderBias = bias(in: writing, isBidirectional: false)
        encoderNorm = sizes.norm(in: reading / "final_layer_norm")
        decoderNorm = sizes.norm(in: writing / "final_layer_norm")
    }

    package var embeddingWidth: Int { sizes.width }
    package var vocabularySize: Int { sizes.vocabularySize }

    /// An empty cache for the answer of one sequence.
    package func makeCache() -> KeyValueCache {
        let width = sizes.heads * sizes.headWidth
        return KeyValueCache(layers: decoder.map { _ in (width, width) })
    }

    /// - Parameter ids: `[tokens]`
    /// - Returns: `[tokens, width]`
    package func embeddings(of ids: [Int]) -> Tensor { table.tensor.rows(ids) }

    /// Reads whole inputs.
    ///
    /// - Parameters:
    ///   - embeddings: `[batch, sequence, width]`
    ///   - lengths: tokens of each sequence that count, the rest being padding at the end; nil for all.
    ///   - pass: collects hidden states and router logits where asked for.
    /// - Returns: `[batch, sequence, width]`
    package func encoded(_ embeddings: Tensor, lengths: [Int]? = nil, pass recorder: inout DecoderPass) -> Tensor {
        let (batch, sequence) = (embeddings.shape[0], embeddings.shape[1])
        let lengths = lengths ?? Array(repeating: sequence, count: batch)
        var pass = DecoderPass(
            positions: Array(repeatElement(Array(0..<sequence), count: batch).joined()),
            mask: .keys(lengths: lengths, queries: sequence))
        pass.hiddenStates = recorder.hiddenStates
        pass.routerLogits = recorder.routerLogits
        pass.expertChoices = recorder.expertChoices
        var x = embeddings
        for (index, layer) in encoder.enumerated() {
            pass.hiddenStates?.append(x)
            x = layer(x, index: index, bias: encoderBias, pass: &pass)
        }
        recorder.hiddenStates = pass.hiddenStates
        recorder.routerLogits = pass.routerLogits
        recorder.expertChoices = pass.expertChoices
        return encoderNorm(x)
    }

    /// What the decoder needs of an encoder's output `[batch, sequence, width]`.
    package func context(of encoded: Tensor, lengths: [Int]? = nil) -> EncodedContext {
        let made = decoder.map { $0.keysAndValues(of: encoded) }
        return EncodedContext(keys: made.map(\.keys), values: made.map(\.values), lengths: lengths)
    }

    /// The decoder's states after its last norm.
    ///
    /// - Parameters:
    ///   - embeddings: `[batch, answer, width]`
    ///   - contexts: one for the whole batch, or one of one sequence for each element.
    /// - Returns: `[batch, answer, width]`
    package func hiddenStates(_ embeddings: Tensor, contexts: [EncodedContext], pass: inout DecoderPass) -> Tensor {
        var x = embeddings
        for (index, layer) in decoder.enumerated() {
            pass.hiddenStates?.append(x)
            x = layer(x, index: index, bias: decoderBias, contexts: contexts, pass: &pass)
        }
        return decoderNorm(x)
    }

    /// - Parameter hidden: `[..., width]` from `hiddenStates`
    /// - Returns: `[..., vocabulary]`
    package func logits(_ hidden: Tensor) -> Tensor {
        let x = sizes.scalesOutput ? hidden.scaled(by: Float(1 / Double(sizes.width).squareRoot())) : hidden
        return x.linear(head.tensor)
    }

    /// The hidden states of whole inputs and answers.
    ///
    /// - Parameters:
    ///   - embeddings: what the encoder reads, `[batch, sequence, width]`
    ///   - lengths: tokens of each input that count; nil for all.
    ///   - answers: what the decoder reads, `[batch][answer]`, all of one length, the start token first.
    /// - Returns: `[batch, answer, width]`, and `[tokens, experts]` a mixture layer, the encoder's first.
    package func hiddenStates(
        _ embeddings: Tensor, lengths: [Int]? = nil, answers: [[Int]], recordsRouting: Bool = false
    ) -> (hidden: Tensor, routerLogits: [Tensor]) {
        precondition(answers.count == embeddings.shape[0], "\(answers.count) answers for \(embeddings.shape)")
        let length = answers[0].count
        var pass = DecoderPass.whole(batch: answers.count, sequence: length)
        pass.routerLogits = recordsRouting ? [] : nil
        let context = context(of: encoded(embeddings, lengths: lengths, pass: &pass), lengths: lengths)
        let start = self.embeddings(of: answers.flatMap(\.self)).reshaped([answers.count, length, sizes.width])
        return (hiddenStates(start, contexts: [context], pass: &pass), pass.routerLogits ?? [])
    }
}
