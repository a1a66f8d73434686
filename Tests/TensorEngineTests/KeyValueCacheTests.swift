import TensorEngine
import Testing

/// The cache is a value: what one copy appends or drops, no other one sees.
@Suite struct KeyValueCacheTests {
    private static let widths = (keyWidth: 6, valueWidth: 4)

    /// Rows that tell where they come from: `stream`, token and channel.
    private func rows(_ tokens: Range<Int>, width: Int, stream: Int) -> Tensor {
        Tensor(
            tokens.flatMap { token in (0..<width).map { Float(stream * 10_000 + token * 10 + $0) } },
            [tokens.count, width])
    }

    private func append(_ tokens: Range<Int>, stream: Int, to cache: inout KeyValueCache) {
        for layer in 0..<2 {
            cache.append(
                keys: rows(tokens, width: Self.widths.keyWidth, stream: stream + layer),
                values: rows(tokens, width: Self.widths.valueWidth, stream: stream + layer + 5), layer: layer)
        }
    }

    private func cache() -> KeyValueCache { KeyValueCache(layers: [Self.widths, Self.widths]) }

    private func expectTokens(_ parts: [(tokens: Range<Int>, stream: Int)], in cache: KeyValueCache) {
        for layer in 0..<2 {
            let keys = parts.flatMap {
                rows($0.tokens, width: Self.widths.keyWidth, stream: $0.stream + layer).array
            }
            let values = parts.flatMap {
                rows($0.tokens, width: Self.widths.valueWidth, stream: $0.stream + layer + 5).array
            }
            #expect(cache[layer].keys.array == keys)
            #expect(cache[layer].values.array == values)
        }
    }

    @Test(arguments: [1, 31, 32, 33, 64, 100])
    func `holds what was appended, in whatever portions`(count: Int) {
        var whole = cache()
        var single = cache()

        append(0..<count, stream: 0, to: &whole)
        for token in 0..<count { append(token..<token + 1, stream: 0, to: &single) }

        #expect(whole.count == count && single.count == count)
        expectTokens([(0..<count, 0)], in: whole)
        expectTokens([(0..<count, 0)], in: single)
    }

    @Test(arguments: [0, 1, 31, 32, 33, 63])
    func `two continuations of one prefix do not disturb each other`(prefix: Int) {
        var shared = cache()
        append(0..<prefix, stream: 0, to: &shared)
        var first = shared
        var second = shared

        for token in prefix..<prefix + 40 {
            append(token..<token + 1, stream: 100, to: &first)
            append(token..<token + 1, stream: 200, to: &second)
        }

        expectTokens([(0..<prefix, 0), (prefix..<prefix + 40, 100)], in: first)
        expectTokens([(0..<prefix, 0), (prefix..<prefix + 40, 200)], in: second)
        expectTokens([(0..<prefix, 0)], in: shared)
    }

    @Test(arguments: [0, 1, 20, 32, 33, 50])
    func `what is dropped can be written anew while a copy keeps it`(kept: Int) {
        var cache = cache()
        append(0..<50, stream: 0, to: &cache)
        let copy = cache

        cache.truncate(to: kept)
        append(kept..<60, stream: 300, to: &cache)

        expectTokens([(0..<kept, 0), (kept..<60, 300)], in: cache)
        expectTokens([(0..<50, 0)], in: copy)
    }

    @Test func `grows by blocks`() {
        var cache = cache()
        let perToken = 2 * (Self.widths.keyWidth + Self.widths.valueWidth) * 4
        append(0..<1, stream: 0, to: &cache)
        let one = cache.byteCount

        append(1..<32, stream: 0, to: &cache)

        #expect(one == 32 * perToken && cache.byteCount == one)
        append(32..<33, stream: 0, to: &cache)
        #expect(cache.byteCount == 2 * one)
    }

    @Test func `truncating to more than there is changes nothing`() {
        var cache = cache()
        append(0..<5, stream: 0, to: &cache)

        cache.truncate(to: 9)

        #expect(cache.count == 5)
    }
}
