import TensorEngine

/// What the looks at pictures of one pass, or of a whole answer, need of the pictures: made once, used by every token.
package struct PictureMemory: Sendable {
    /// How many pictures a batch element has, at most.
    package let pictures: Int
    /// Image tokens of each.
    package let tokensPerPicture: Int
    /// A layer: `[batch, pictures·tokensPerPicture, inner]`; nil for a layer that does not look at them.
    let keys: [Tensor?]
    let values: [Tensor?]
}

/// Which pictures the tokens of a pass have seen.
package struct PicturesInView: Sendable {
    /// One for the whole batch, or one of one sequence for each batch element; nil for a sequence without pictures.
    let memories: [PictureMemory?]
    /// For each token, batch by batch, the picture of its batch element that it saw last; −1 where it has seen none.
    package let latest: [Int]
    /// The tokens that have seen a picture.
    let seeing: Rows

    /// Some tokens of a pass.
    enum Rows: Sendable {
        case none, all
        case some([Int])
    }

    /// The pictures of one batch.
    ///
    /// - Parameters:
    ///   - memories: one for the whole batch, or one of one sequence for each batch element.
    ///   - latest: for each token, batch by batch, the picture it saw last; −1 for none. An image token has seen its own.
    package init(_ memories: [PictureMemory?], latest: [Int]) {
        self.memories = memories
        self.latest = latest
        let indices = latest.indices.filter { latest[$0] >= 0 }
        seeing = indices.isEmpty ? .none : indices.count == latest.count ? .all : .some(indices)
    }

    /// The picture that each token of a sequence of ids saw last (`only_attend_immediate_media` of OpenFlamingo).
    ///
    /// - Parameters:
    ///   - ids: of one sequence.
    ///   - imageID: what stands for an image token.
    ///   - tokensPerPicture: image tokens of one picture.
    ///   - starts: where documents begin within the sequence; a token has not seen pictures of documents before its own.
    package static func latest(in ids: [Int], imageID: Int, tokensPerPicture: Int, starts: Set<Int> = []) -> [Int] {
        var tokens = 0
        var latest = -1
        return ids.enumerated().map { index, id in
            if starts.contains(index) { latest = -1 }
            if id == imageID {
                latest = tokens / tokensPerPicture
                tokens += 1
            }
            return latest
        }
    }

    /// The image tokens that each token sees: those of the picture it saw last.
    func mask(sequence: Int, memory: PictureMemory) -> AttentionMask {
        let length = Int32(memory.tokensPerPicture)
        return AttentionMask(
            first: latest.map { Int32(max(0, $0)) * length }, end: latest.map { Int32($0 + 1) * length },
            queries: sequence)
    }
}
