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

    /// The token that an encoder–decoder's answers start from; nil for a decoder alone.
    package var startID: Int? { if case .encoderDecoder(let model) = self { model.sizes.startID } else { nil } }

    /// What the head sees of whole sequences.
    ///
    /// - Parameters:
    ///   - embeddings: `[batch, sequence, embeddingWidth]`, images spliced in.
    ///   - lengths: tokens of each sequence that count, the rest being padding at the end; nil for all.
    ///   - answers: what an encoder–decoder's decoder reads, `[batch][answer]`, all of one length, the start token first; a
    ///     decoder alone does not look at them.
    ///   - recordsRouting: whether to return router logits.
    ///   - prefixes: tokens from the start of each sequence that pictures and prompt are; a prefix language model reads them
    ///     both ways, others do not look at them.
    ///   - pictures: which pictures the tokens have seen, for adapters; nil for texts alone.
    /// - Returns: `[batch, sequence, width]` (of an encoder–decoder `[batch, answer, width]`), and `[tokens, experts]` a
    ///   mixture layer.
    package func hiddenStates(
        _ embeddings: Tensor, lengths: [Int]? = nil, answers: [[Int]] = [], recordsRouting: Bool = false,
        prefixes: [Int]? = nil, pictures: PicturesInView? = nil
    ) -> (hidden: Tensor, routerLogits: [Tensor]) {
        switch self {
        case .decoder(let decoder):
            var pass = DecoderPass.whole(batch: embeddings.shape[0], sequence: embeddings.shape[1], lengths: lengths)
            if let prefixes, decoder.readsPrefixBothWays {
                let sequence = embeddings.shape[1]
                let documents = prefixes.enumerated().map { row, prefix in
                    [PackedDocument(tokens: lengths?[row] ?? sequence, prefix: prefix)]
                }
                pass = .documents(documents, sequence: sequence)
            }
            pass.routerLogits = recordsRouting ? [] : nil
            pass.pictures = pictures
            let hidden = decoder.hiddenStates(embeddings, pass: &pass)
            return (hidden, pass.routerLogits ?? [])
        case .encoderDecoder(let model):
            return model.hiddenStates(embeddings, lengths: lengths, answers: answers, recordsRouting: recordsRouting)
        }
    }

    /// What the head of a decoder alone sees of rows of packed documents, none of which sees another.
    ///
    /// - Parameters:
    ///   - embeddings: `[rows, sequence, embeddingWidth]`, images spliced in.
    ///   - documents: of each row, together at most `sequence` tokens; prefixes are read both ways.
    ///   - pictures: which pictures the tokens have seen, for adapters; nil for texts alone.
    /// - Returns: `[rows, sequence, width]`
    package func hiddenStates(
        packed embeddings: Tensor, documents: [[PackedDocument]], pictures: PicturesInView? = nil
    ) -> Tensor {
        guard case .decoder(let decoder) = self else {
            preconditionFailure("packed documents for an encoder with a decoder")
        }
        var pass = DecoderPass.documents(documents, sequence: embeddings.shape[1])
        pass.pictures = pictures
        return decoder.hiddenStates(embeddings, pass: &pass)
    }

    /// Whether prefixes are read both ways.
    package var readsPrefixBothWays: Bool {
        if case .decoder(let decoder) = self { decoder.readsPrefixBothWays } else { false }
    }

    /// - Parameter hidden: `[..., width]` from `hiddenStates`
    /// - Returns: `[..., vocabulary]`
    package func logits(_ hidden: Tensor) -> Tensor {
        switch self {
        case .decoder(let decoder): decoder.logits(hidden)
        case .encoderDecoder(let model): model.logits(hidden)
        }
    }

    /// The logits of whole sequences: `logits` of `hiddenStates`, with the same parameters.
    package func logits(
        _ embeddings: Tensor, lengths: [Int]? = nil, answers: [[Int]] = [], recordsRouting: Bool = false
    ) -> (logits: Tensor, routerLogits: [Tensor]) {
        let (hidden, routing) = hiddenStates(
            embeddings, lengths: lengths, answers: answers, recordsRouting: recordsRouting)
        return (logits(hidden), routing)
    }
}
