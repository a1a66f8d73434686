/// Which layers of their own a frozen decoder is given, as a recipe and a bridge folder spell it. Nothing unless said.
package struct AdapterDesign: Sendable, Equatable, Codable {
    /// Where bottlenecks stand (Eichenberg et al. 2022, MAGMA).
    package enum Place: String, Sendable, Codable, CaseIterable {
        /// Nowhere.
        case none
        /// Behind each feed-forward (MAGMA's first version).
        case feedForward = "feed_forward"
        /// Behind each feed-forward and each attention (its second).
        case both
    }

    /// Where bottlenecks stand.
    package var bottleneck = Place.none
    /// The decoder's width over that of a bottleneck; MAGMA takes 4 behind the feed-forward, 8 behind both.
    package var reduction = 4
    /// A gated look at the pictures before every n-th layer (Alayrac et al. 2022, Flamingo); 0 for none.
    package var crossAttentionEvery = 0
    /// Heads of that look.
    package var heads = 8
    package var headWidth = 64
    /// Hidden units of its feed-forward over the decoder's width.
    package var expansion = 4
    /// Whether adapters change tokens that have seen no picture too; if not, a text alone is read as without them, bit for bit.
    package var everywhere = false

    enum CodingKeys: String, CodingKey {
        case bottleneck, reduction, heads, expansion, everywhere
        case crossAttentionEvery = "cross_attention_every"
        case headWidth = "head_width"
    }

    /// None.
    package init() {}

    /// Whether there are any.
    package var isOn: Bool { bottleneck != .none || crossAttentionEvery > 0 }

    /// Whether layer `index` looks at the pictures first.
    func looksAtPictures(before index: Int) -> Bool { crossAttentionEvery > 0 && index % crossAttentionEvery == 0 }
}
