import TensorEngine
import VisionLanguage

/// What image tokens are drawn to beside the language model's loss, as a recipe spells it.
///
///     alignment: {weight: 0.5, text: "<s>context: {caption}.\n"}
package struct AlignmentSettings: Codable, Sendable, Equatable {
    /// What the alignment's loss counts beside the language model's; 0 leaves it out.
    package var weight: Float = 0
    /// What the image tokens are to stand for, one token each from the first on, with `{caption}` in it; tokens that have no
    /// image token, and image tokens that have no token, are left alone. Added tokens may be written out.
    package var text = "{caption}"
    /// s of the loss: how steeply a token's probability falls with the distance of its embedding.
    package var sharpness: Float = 4

    /// None.
    package init() {}

    /// Whether there is anything to align.
    package var isOn: Bool { weight > 0 }
}

/// Draws each image token to the embedding of the token that it is to stand for, in the frozen language model's own table.
///
/// A language model that says what it has read need only be given something to read: the bridge becomes a reader whose words
/// stand where a passage would. The probability that image token x stands for token t falls with the distance of their
/// embeddings, `p(t) ∝ exp(−s/2·‖x − E_t‖²)`, and the loss is the mean of −log p of the tokens wanted. Up to a term that is
/// the same for all t the exponent is `s·x·E_t − s/2·‖E_t‖²`: a linear layer by the table.
package struct EmbeddingAlignment: Sendable {
    /// `E`, `[vocabulary, width]`
    private let table: Tensor
    /// `−s/2·‖E_t‖²`, `[vocabulary]`
    private let bias: Tensor
    private let sharpness: Float

    /// - Parameter table: the language model's embeddings of all tokens, `[vocabulary, width]`.
    package init(table: Tensor, sharpness: Float) {
        self.table = table.detached.converted32()
        self.sharpness = sharpness
        bias = (self.table * self.table).sum(axis: 1).scaled(by: -sharpness / 2)
    }

    /// The loss of image tokens `[batch, queries, width]`, a scalar; 0 where nothing is wanted of any.
    ///
    /// - Parameters:
    ///   - meanings: a row a picture, the ids that its first image tokens are to stand for.
    ///   - normaliser: what to divide the sum by, where it is not the number of ids (parts of one step share theirs).
    package func loss(of images: Tensor, meanings: [[Int]], normaliser: Int? = nil) -> Tensor {
        let (queries, width) = (images.shape[1], images.shape[2])
        var rows: [Int] = []
        for (picture, ids) in meanings.enumerated() {
            precondition(ids.count <= queries, "\(ids.count) ids for \(queries) image tokens")
            rows += ids.indices.map { picture * queries + $0 }
        }
        guard !rows.isEmpty else { return Tensor(scalar: 0) }
        let tokens = images.reshaped([images.shape[0] * queries, width]).rows(rows)
        return tokens.scaled(by: sharpness).linear(table, bias: bias)
            .crossEntropy(labels: meanings.flatMap(\.self), normaliser: normaliser.map { Float($0) })
    }
}
