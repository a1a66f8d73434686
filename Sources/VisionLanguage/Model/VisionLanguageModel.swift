import Imaging
import NeuralLayers
import TensorEngine

/// A vision encoder, a bridge and a language model: pictures and text in, text out (Li et al. 2023, BLIP-2).
package struct VisionLanguageModel: Sendable {
    /// Pixels to features.
    package let visionEncoder: any VisionEncoder
    /// Features to query tokens, and these to decoder embeddings.
    package let bridge: any PictureBridge
    /// The language model: a decoder alone, or an encoder with a decoder.
    package let decoder: LanguageModel
    /// The id that stands for an image token in a sequence of ids, where there is one.
    package let imageTokenID: Int?
    /// Every parameter, in the order in which the layers took them.
    package let parameters: [Parameter]

    /// A model of parts made elsewhere.
    package init(
        visionEncoder: any VisionEncoder, bridge: any PictureBridge, decoder: LanguageModel, imageTokenID: Int?,
        parameters: [Parameter]
    ) {
        self.visionEncoder = visionEncoder
        self.bridge = bridge
        self.decoder = decoder
        self.imageTokenID = imageTokenID
        self.parameters = parameters
    }

    /// What stands for an image token in sequences given to `logits`: the checkpoint's own id, or one that no text has.
    package var imageID: Int { imageTokenID ?? -1 }

    /// Query tokens a picture.
    package var queries: Int { bridge.queries }

    /// The querying transformer, where the bridge is one.
    package var queryTransformer: QueryTransformer? { (bridge as? QueryTransformerBridge)?.transformer }

    /// - Parameter pixels: `[batch, 3, height, width]`
    package func features(of pixels: Tensor) -> ImageFeatures { ImageFeatures(visionEncoder(pixels)) }

    /// - Parameters:
    ///   - features: `[batch, tokens, visionWidth]`
    ///   - instruction: what the bridge reads beside the picture, one text a picture; nil for nothing, in a bridge that reads no
    ///     text always.
    package func queryTokens(of features: ImageFeatures, instruction: BridgeText? = nil) -> QueryTokens {
        QueryTokens(bridge.queryTokens(of: features.tensor, instruction: instruction))
    }

    /// - Parameter queries: `[batch, queries, queryWidth]`
    package func embeddings(of queries: QueryTokens) -> ImageEmbeddings {
        ImageEmbeddings(bridge.embeddings(of: queries.tensor))
    }

    /// The whole way from pixels to what the decoder sees, picture by picture, so that a picture's embeddings do not
    /// depend on the batch it came in.
    ///
    /// - Parameters:
    ///   - pixels: `[batch, 3, height, width]`
    ///   - instructions: what the bridge reads beside each picture, a single text each; none where it reads no text.
    /// - Returns: `[batch, queries, decoderWidth]`
    package func imageEmbeddings(of pixels: Tensor, instructions: [BridgeText] = []) -> ImageEmbeddings {
        precondition(instructions.isEmpty || instructions.count == pixels.shape[0], "an instruction a picture, or none")
        let each = (0..<pixels.shape[0]).map { index in
            let features = features(of: pixels.slice(index..<index + 1))
            let instruction = instructions.isEmpty ? nil : instructions[index]
            return embeddings(of: queryTokens(of: features, instruction: instruction)).tensor
        }
        return ImageEmbeddings(each.count == 1 ? each[0] : .concatenated(each))
    }

    /// The language model as something that writes after pictures and a prompt.
    package var textModel: any ConditionalTextModel { decoder.textModel }

    /// The logits at every position of whole sequences, image tokens spliced in: what training and parity look at.
    ///
    /// - Parameters:
    ///   - ids: `[batch][sequence]`, all of one length, image tokens as `imageID`.
    ///   - lengths: tokens of each sequence that count, the rest being padding at the end; nil for all.
    ///   - answers: of an encoder–decoder, what its decoder reads, `[batch][answer]`, the start token first.
    ///   - images: `[batch, queries, decoderWidth]`
    ///   - recordsRouting: whether to return router logits.
    /// - Returns: `[batch, sequence, vocabulary]` (of an encoder–decoder `[batch, answer, vocabulary]`), and
    ///   `[tokens, experts]` a mixture layer.
    package func logits(
        ids: [[Int]], lengths: [Int]? = nil, answers: [[Int]] = [], images: ImageEmbeddings,
        recordsRouting: Bool = false
    ) -> (logits: Tensor, routerLogits: [Tensor]) {
        let (hidden, routerLogits) = hiddenStates(
            ids: ids, lengths: lengths, answers: answers, images: images, recordsRouting: recordsRouting)
        return (decoder.logits(hidden), routerLogits)
    }

    /// The logits at some positions of whole sequences: what a loss needs where few positions have a label.
    ///
    /// - Parameters:
    ///   - ids, lengths, answers, images: as for all positions.
    ///   - positions: counted over the whole batch, `sequence` a row of `ids` (of an encoder–decoder, of `answers`).
    ///   - prefixes: see `LanguageModel.hiddenStates`.
    /// - Returns: `[positions, vocabulary]`
    package func logits(
        ids: [[Int]], lengths: [Int]? = nil, answers: [[Int]] = [], images: ImageEmbeddings, at positions: [Int],
        prefixes: [Int]? = nil
    ) -> Tensor {
        let hidden = hiddenStates(
            ids: ids, lengths: lengths, answers: answers, images: images, recordsRouting: false, prefixes: prefixes
        ).hidden
        let width = hidden.shape[2]
        return decoder.logits(hidden.reshaped([hidden.count / width, width]).rows(positions))
    }

    /// What the language model's head sees of whole sequences, `[batch, sequence, width]`.
    private func hiddenStates(
        ids: [[Int]], lengths: [Int]?, answers: [[Int]], images: ImageEmbeddings, recordsRouting: Bool,
        prefixes: [Int]? = nil
    ) -> (hidden: Tensor, routerLogits: [Tensor]) {
        let flat = ids.flatMap(\.self)
        let imagePositions = flat.indices.filter { flat[$0] == imageID }
        // Image ids may lie outside of the table: any row does, it is replaced.
        let text = decoder.embeddings(of: flat.map { $0 == imageID ? 0 : $0 })  // [batch·sequence, width]
        let spliced = text.replacingRows(imagePositions, with: images.tensor)
        return decoder.hiddenStates(
            spliced.reshaped([ids.count, ids[0].count, text.shape[1]]), lengths: lengths, answers: answers,
            recordsRouting: recordsRouting, prefixes: prefixes, pictures: view(of: ids, images))
    }
}

extension Parameter {
    /// Learned queries `[1, queries, width]` as float32, once a picture: `[batch, queries, width]`.
    func starts(_ batch: Int) -> Tensor {
        let learned = tensor.converted32()
        return learned.reshaped([learned.shape[1], learned.shape[2]]).repeated(batch)
    }
}

extension DecoderPass {
    /// Whole sequences of one length, causal, padded at the end after `lengths` tokens.
    package static func whole(batch: Int, sequence: Int, lengths: [Int]? = nil) -> DecoderPass {
        let causal = AttentionMask.causal(batch: batch, queries: sequence, keys: sequence)
        let positions = Array(repeatElement(Array(0..<sequence), count: batch).joined())
        guard let lengths else { return DecoderPass(positions: positions, mask: causal) }
        let ends = causal.end.enumerated().map { min($1, Int32(lengths[$0 / sequence])) }
        return DecoderPass(
            positions: positions, mask: AttentionMask(first: causal.first, end: ends, queries: sequence))
    }
}
