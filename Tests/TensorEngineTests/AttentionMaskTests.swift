import TensorEngine
import Testing

@Suite struct AttentionMaskTests {
    /// The keys each query sees.
    private func seen(_ mask: AttentionMask) -> [Range<Int>] {
        zip(mask.first, mask.end).map { Int($0)..<max(Int($0), Int($1)) }
    }

    @Test func `a prefix is seen both ways and the rest causally`() {
        let mask = AttentionMask.prefix([3, 0], sequence: 5)

        #expect(seen(mask) == [0..<3, 0..<3, 0..<3, 0..<4, 0..<5, 0..<1, 0..<2, 0..<3, 0..<4, 0..<5])
    }

    @Test func `padding sees nothing and is not seen`() {
        let mask = AttentionMask.prefix([2], lengths: [3], sequence: 5)

        #expect(seen(mask) == [0..<2, 0..<2, 0..<3, 3..<3, 3..<3])
    }

    @Test func `packed documents do not see each other`() {
        let row = [PackedDocument(tokens: 2), PackedDocument(tokens: 3, prefix: 2)]
        let mask = AttentionMask.documents([row], sequence: 6)

        #expect(seen(mask) == [0..<1, 0..<2, 2..<4, 2..<4, 2..<5, 5..<5])
    }

    @Test func `blockwise attention sees its own block and the one before`() {
        let causal = AttentionMask.causal(batch: 1, queries: 9, keys: 9)
        let mask = causal.blockwise(3, positions: Array(0..<9))

        #expect(seen(mask) == [0..<1, 0..<2, 0..<3, 0..<4, 0..<5, 0..<6, 3..<7, 3..<8, 3..<9])
    }

    @Test func `up to two blocks blockwise attention is plain`() {
        let causal = AttentionMask.causal(batch: 2, queries: 8, keys: 8)

        #expect(causal.blockwise(4, positions: Array(0..<8) + Array(0..<8)) == causal)
    }

    @Test func `blocks are counted from the start of each document`() {
        let row = [PackedDocument(tokens: 2), PackedDocument(tokens: 5)]
        let mask = AttentionMask.documents([row], sequence: 7).blockwise(2, positions: [0, 1, 0, 1, 2, 3, 4])

        #expect(seen(mask) == [0..<1, 0..<2, 2..<3, 2..<4, 2..<5, 2..<6, 4..<7])
    }

    @Test func `later queries of a cache see the same keys as in the whole sequence`() {
        let whole = AttentionMask.causal(batch: 1, queries: 9, keys: 9).blockwise(2, positions: Array(0..<9))
        let part = AttentionMask.causal(batch: 1, queries: 4, keys: 9).blockwise(2, positions: [5, 6, 7, 8], offset: 5)

        #expect(seen(part) == Array(seen(whole).suffix(4)))
    }
}
