import NeuralLayers
import TensorEngine

/// A frozen decoder with adapters inside. Its own weights are those of the decoder, untouched.
package struct AdaptedDecoder: TextDecoder {
    private let decoder: any TextDecoder
    private let inserted: DecoderAdapters

    /// `decoder` with `adapters` in its layers.
    package init(_ decoder: any TextDecoder, _ adapters: DecoderAdapters) {
        self.decoder = decoder
        inserted = adapters
    }

    package var embeddingWidth: Int { decoder.embeddingWidth }
    package var vocabularySize: Int { decoder.vocabularySize }
    package var contextLength: Int? { decoder.contextLength }
    package var readsPrefixBothWays: Bool { decoder.readsPrefixBothWays }
    package var stack: DecoderStack? { decoder.stack }
    package var adapters: DecoderAdapters? { inserted }

    package func makeCache() -> KeyValueCache { decoder.makeCache() }
    package func embeddings(of ids: [Int]) -> Tensor { decoder.embeddings(of: ids) }
    package func logits(_ hidden: Tensor) -> Tensor { decoder.logits(hidden) }

    package func hiddenStates(_ embeddings: Tensor, pass: inout DecoderPass) -> Tensor {
        pass.adapters = inserted
        return decoder.hiddenStates(embeddings, pass: &pass)
    }
}

extension LanguageModel {
    /// This model with the adapters of `design` inside, their parameters taken from `scope`.
    ///
    /// - Precondition: it is a decoder alone, of layers that let adapters in.
    func adapted(by design: AdapterDesign, in scope: ParameterScope) -> LanguageModel {
        guard design.isOn else { return self }
        guard case .decoder(let decoder) = self, let stack = decoder.stack else {
            preconditionFailure("adapters for a language model that takes none")
        }
        let adapters = DecoderAdapters(
            design, layers: stack.layers, width: stack.width, mediaWidth: decoder.embeddingWidth, in: scope)
        return .decoder(AdaptedDecoder(decoder, adapters))
    }

    /// Layers inside that are not its own.
    package var adapters: DecoderAdapters? { if case .decoder(let decoder) = self { decoder.adapters } else { nil } }
}
