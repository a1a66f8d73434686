import NeuralLayers
import TensorEngine

/// A language model of either kind: what stands behind the bridge.
package enum LanguageModel: Sendable {
    /// Pictures, prompt and answer are one sequence.
    case decoder(any TextDecoder)
    /// Pictures and prompt are read by an encoder, the answer is written by a decoder that looks at what it made of them.
    case encoderDecoder(EncoderDecoder)

    /// Width of token embeddings, which image tokens are projected to.
    package var embeddingWidth: Int {
        switch self {
        case .decoder(let decoder): decoder.embeddingWidth
        case .encoderDecoder(let model): model.embeddingWidth
        }
    }

    /// Rows of the embedding table: ids below this have an embedding.
    package var vocabularySize: Int {
        switch self {
        case .decoder(let decoder): decoder.vocabularySize
        case .encoderDecoder(let model): model.vocabularySize
        }
    }

    /// Longest sequence the position embeddings reach; nil where there is no such limit.
    package var contextLength: Int? {
        switch self {
        case .decoder(let decoder): decoder.contextLength
        case .encoderDecoder: nil
        }
    }

    /// Whether it is an encoder with a decoder.
    package var isEncoderDecoder: Bool { if case .encoderDecoder = self { true } else { false } }

    /// - Parameter ids: `[tokens]`, each below `vocabularySize`
    /// - Returns: `[tokens, embeddingWidth]`
    package func embeddings(of ids: [Int]) -> Tensor {
        switch self {
        case .decoder(let decoder): decoder.embeddings(of: ids)
        case .encoderDecoder(let model): model.embeddings(of: ids)
        }
    }

    /// The model as something that writes after pictures and a prompt.
    package var textModel: any ConditionalTextModel {
        switch self {
        case .decoder(let decoder): DecoderOnlyModel(decoder)
        case .encoderDecoder(let model): model
        }
    }

    /// The logits of whole sequences.
    ///
    /// - Parameters:
    ///   - embeddings: `[batch, sequence, embeddingWidth]`, images spliced in.
    ///   - lengths: tokens of each sequence that count, the rest being padding at the end; nil for all.
    ///   - answers: what an encoder–decoder's decoder reads, `[batch][answer]`, all of one length, the start token first; a
    ///     decoder alone does not look at them.
    ///   - recordsRouting: whether to return router logits.
    /// - Returns: `[batch, sequence, vocabulary]` (of an encoder–decoder `[batch, answer, vocabulary]`), and
    ///   `[tokens, experts]` a mixture layer.
    package func logits(
        _ embeddings: Tensor, lengths: [Int]? = nil, answers: [[Int]] = [], recordsRouting: Bool = false
    ) -> (logits: Tensor, routerLogits: [Tensor]) {
        switch self {
        case .decoder(let decoder):
            var pass = DecoderPass.whole(batch: embeddings.shape[0], sequence: embeddings.shape[1], lengths: lengths)
            pass.routerLogits = recordsRouting ? [] : nil
            let hidden = decoder.hiddenStates(embeddings, pass: &pass)
            return (decoder.logits(hidden), pass.routerLogits ?? [])
        case .encoderDecoder(let model):
            return model.logits(embeddings, lengths: lengths, answers: answers, recordsRouting: recordsRouting)
        }
    }
}
