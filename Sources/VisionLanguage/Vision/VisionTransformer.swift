import NeuralLayers
import TensorEngine

/// The sizes that every vision transformer has.
package struct VisionSizes: Sendable, Equatable {
    package var width = 768
    package var hidden = 3_072
    package var layers = 12
    package var heads = 12
    /// Side of the pictures it was trained on, in pixels.
    package var imageSize = 224
    /// Side of a patch, in pixels.
    package var patch: Int
    package var activation: Activation
    package var epsilon: Double

    /// ViT-B's, but for what architectures differ in.
    package init(patch: Int, activation: Activation = .gelu, epsilon: Double) {
        self.patch = patch
        self.activation = activation
        self.epsilon = epsilon
    }

    /// Patches along a side of the pictures it was trained on.
    package var side: Int { imageSize / patch }
}

/// A vision transformer (Dosovitskiy et al. 2021). Architectures differ in names, in the tokens before the patches' and in a few
/// layers; a norm after the last layer, which every token goes through, they all have.
package struct VisionTransformer: VisionEncoder {
    let sizes: VisionSizes
    let patches: any PictureTokens
    /// `width` elements, of the token before the patches'.
    var classToken: Parameter?
    /// `[1, registers, width]`: tokens without a place between the class token and the patches.
    var registers: Parameter?
    let positions: PositionTable
    /// Before the first layer.
    var firstNorm: LayerNorm?
    let layers: [VisionTransformerLayer]
    let finalNorm: LayerNorm

    package var width: Int { sizes.width }
    package var imageSize: Int { sizes.imageSize }

    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        let (grid, batch) = (patches.grid(of: pixels), pixels.shape[0])
        var x = patches(pixels)  // [batch, patches, width]
        if let classToken { x = .concatenated([tokens(classToken, batch), x], axis: 1) }
        x = x.addingToRows(positions(rows: grid.rows, columns: grid.columns))
        if let registers {
            // Registers have no position: they come in after it was added.
            let (first, rest) = (x.slice(0..<1, axis: 1), x.slice(1..<x.shape[1], axis: 1))
            x = .concatenated([first, tokens(registers, batch), rest], axis: 1)
        }
        if let firstNorm { x = firstNorm(x) }
        for layer in layers { x = layer(x) }
        return finalNorm(x)
    }

    /// Learned tokens before every picture of a batch, `[batch, tokens, width]`.
    private func tokens(_ parameter: Parameter, _ batch: Int) -> Tensor {
        let table = parameter.tensor.converted32()
        return table.reshaped([1, table.count]).repeated(batch).reshaped([batch, table.count / width, width])
    }
}
