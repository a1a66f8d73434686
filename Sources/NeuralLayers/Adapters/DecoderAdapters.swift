import TensorEngine

/// The adapters inside a frozen decoder, layer by layer.
package struct DecoderAdapters: Sendable {
    /// What they are.
    package let design: AdapterDesign
    private let layers: [Layer]

    /// Those of one layer.
    private struct Layer: Sendable {
        let look: GatedCrossAttention?
        let attention: BottleneckAdapter?
        let feedForward: BottleneckAdapter?
    }

    /// Behind which half of a layer a bottleneck stands.
    package enum Sublayer: Sendable { case attention, feedForward }

    /// The adapters at `scope` (`layers.N.look`, `layers.N.attention`, `layers.N.feed_forward`).
    ///
    /// - Parameters:
    ///   - layers: of the decoder.
    ///   - width: of its tokens between the layers.
    ///   - mediaWidth: of image tokens, the decoder's embeddings.
    package init(_ design: AdapterDesign, layers: Int, width: Int, mediaWidth: Int, in scope: ParameterScope) {
        self.design = design
        self.layers = (0..<layers).map { index in
            let place = scope / "layers" / "\(index)"
            func bottleneck(_ name: String) -> BottleneckAdapter {
                BottleneckAdapter(width: width, hidden: max(1, width / design.reduction), in: place / name)
            }
            return Layer(
                look: design.looksAtPictures(before: index)
                    ? GatedCrossAttention(design, width: width, mediaWidth: mediaWidth, in: place / "look") : nil,
                attention: design.bottleneck == .both ? bottleneck("attention") : nil,
                feedForward: design.bottleneck == .none ? nil : bottleneck("feed_forward"))
        }
    }

    /// What the looks of all layers need of pictures.
    ///
    /// - Parameters:
    ///   - media: their image tokens, `[batch, pictures·tokensPerPicture, mediaWidth]`
    ///   - pictures: how many of each batch element.
    package func memory(of media: Tensor, pictures: Int) -> PictureMemory {
        let made = layers.map { $0.look?.keysAndValues(of: media) }
        return PictureMemory(
            pictures: pictures, tokensPerPicture: media.shape[1] / max(1, pictures), keys: made.map { $0?.keys },
            values: made.map { $0?.values })
    }

    func look(_ layer: Int) -> GatedCrossAttention? { layers[layer].look }

    func bottleneck(_ layer: Int, behind sublayer: Sublayer) -> BottleneckAdapter? {
        sublayer == .attention ? layers[layer].attention : layers[layer].feedForward
    }
}
