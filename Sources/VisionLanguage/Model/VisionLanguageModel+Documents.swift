import NeuralLayers
import TensorEngine

extension VisionLanguageModel {
    /// The logits at some positions of rows of packed documents, each of pictures and text in any order.
    ///
    /// Documents do not see each other, and positions restart in each; a document's logits are those that it has alone.
    ///
    /// - Parameters:
    ///   - rows: `[rows][sequence]`, all of one length, image tokens as `imageID`.
    ///   - documents: of each row; the rest of it is padding.
    ///   - images: `[pictures, queries, decoderWidth]` in the order of their tokens; nil where no row has a picture.
    ///   - positions: counted over the whole batch, `sequence` a row.
    /// - Returns: `[positions, vocabulary]`
    /// - Precondition: the language model is a decoder alone.
    package func logits(
        packed rows: [[Int]], documents: [[PackedDocument]], images: ImageEmbeddings?, at positions: [Int]
    ) -> Tensor {
        let flat = rows.flatMap(\.self)
        let slots = flat.indices.filter { flat[$0] == imageID }
        // Image ids may lie outside of the table: any row does, it is replaced.
        var embedded = decoder.embeddings(of: flat.map { $0 == imageID ? 0 : $0 })  // [rows·sequence, width]
        var view: PicturesInView?
        if let images {
            embedded = embedded.replacingRows(slots, with: images.tensor)
            view = self.view(of: rows, images, starts: documents.map(Self.starts))
        }
        let width = embedded.shape[1]
        let hidden = decoder.hiddenStates(
            packed: embedded.reshaped([rows.count, rows[0].count, width]), documents: documents, pictures: view)
        let decoderWidth = hidden.shape[2]
        return decoder.logits(hidden.reshaped([hidden.count / decoderWidth, decoderWidth]).rows(positions))
    }

    /// Where the documents of a row begin, and where its padding does.
    private static func starts(_ documents: [PackedDocument]) -> Set<Int> {
        var starts: Set<Int> = []
        var used = 0
        for document in documents {
            starts.insert(used)
            used += document.tokens
        }
        starts.insert(used)
        return starts
    }
}
