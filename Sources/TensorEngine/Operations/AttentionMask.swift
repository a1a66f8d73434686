/// Which keys each query may attend to, as one interval of keys a query.
///
/// Causal, padded, windowed, prefix and packed-document masks are all intervals, and so are the masks of the querying
/// transformer's training stages; intervals cost nothing to store and let attention skip what is hidden.
package struct AttentionMask: Sendable, Equatable {
    /// First visible key of each query, `[batch·queries]`.
    package let first: [Int32]
    /// One past the last visible key of each query, `[batch·queries]`.
    package let end: [Int32]
    /// Queries of one batch element.
    package let queries: Int

    /// A mask of these intervals, `[batch·queries]`, batch by batch. An empty interval gives a zero output.
    package init(first: [Int32], end: [Int32], queries: Int) {
        precondition(first.count == end.count && queries > 0 && first.count % queries == 0)
        self.first = first
        self.end = end
        self.queries = queries
    }

    /// Query `i` sees keys `0...i + keys − queries`: later queries see earlier tokens and what stands in the cache.
    package static func causal(batch: Int, queries: Int, keys: Int) -> AttentionMask {
        let ends = (0..<queries).map { Int32($0 + 1 + keys - queries) }
        return AttentionMask(
            first: Array(repeating: 0, count: batch * queries), end: Array(repeatElement(ends, count: batch).joined()),
            queries: queries)
    }

    /// Every query of batch element `b` sees keys `0..<lengths[b]`.
    package static func keys(lengths: [Int], queries: Int) -> AttentionMask {
        AttentionMask(
            first: Array(repeating: 0, count: lengths.count * queries),
            end: lengths.flatMap { Array(repeating: Int32($0), count: queries) }, queries: queries)
    }

    /// This mask, further cut to the last `window` keys up to each query's own end.
    package func limited(toLast window: Int) -> AttentionMask {
        AttentionMask(first: zip(first, end).map { max($0, $1 - Int32(window)) }, end: end, queries: queries)
    }

    /// The keys that any of the queries `range` of batch element `batch` sees, of `keys` in all.
    func span(batch: Int, queries range: Range<Int>, keys: Int) -> Range<Int> {
        var low = keys
        var high = 0
        for query in range {
            let index = batch * queries + query
            guard first[index] < end[index] else { continue }
            low = min(low, Int(first[index]))
            high = max(high, Int(end[index]))
        }
        return low < high ? low..<min(high, keys) : 0..<0
    }

    /// The keys that one query sees.
    func keys(batch: Int, query: Int) -> Range<Int> {
        let index = batch * queries + query
        return Int(first[index])..<max(Int(first[index]), Int(end[index]))
    }
}
