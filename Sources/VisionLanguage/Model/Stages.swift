import TensorEngine

/// What the vision encoder makes of pictures.
package struct ImageFeatures: Sendable {
    /// `[batch, patches (+ 1), visionWidth]`, after the encoder's final norm.
    package let tensor: Tensor

    /// Features of this shape.
    package init(_ tensor: Tensor) { self.tensor = tensor }
}

/// What the bridge reads out of image features: a fixed number of vectors a picture.
package struct QueryTokens: Sendable {
    /// `[batch, queries, queryWidth]`
    package let tensor: Tensor

    /// Query tokens of this shape.
    package init(_ tensor: Tensor) { self.tensor = tensor }
}

/// Query tokens in the space of the decoder's embeddings: what stands where a picture's tokens stand.
package struct ImageEmbeddings: Sendable {
    /// `[batch, queries, decoderWidth]`
    package let tensor: Tensor

    /// Embeddings of this shape.
    package init(_ tensor: Tensor) { self.tensor = tensor }

    /// The embeddings of one picture, `[queries, decoderWidth]`.
    package subscript(image: Int) -> Tensor { tensor.element(image) }
}
