/// The keys and values of the tokens that a decoder has seen: one per layer, one row per token.
///
/// A value that is cheap to copy: tokens live in blocks that copies share until one of them appends. Beams and several
/// questions about one picture share the blocks of their common prefix.
package struct KeyValueCache: Sendable {
    /// Tokens a block holds.
    static let blockTokens = 32

    /// Keys and values of one layer.
    package struct Layer: Sendable {
        /// Width of a key row and of a value row.
        package let keyWidth: Int
        package let valueWidth: Int
        fileprivate(set) var blocks: [KeyValueBlock] = []
        /// Tokens held.
        package fileprivate(set) var count = 0

        init(keyWidth: Int, valueWidth: Int) {
            self.keyWidth = keyWidth
            self.valueWidth = valueWidth
        }
    }

    private var layers: [Layer]

    /// An empty cache for layers of these key and value widths.
    package init(layers: [(keyWidth: Int, valueWidth: Int)]) {
        self.layers = layers.map { Layer(keyWidth: $0.keyWidth, valueWidth: $0.valueWidth) }
    }

    /// Tokens that the first layer holds: the position of the next token.
    package var count: Int { layers.first?.count ?? 0 }

    /// The keys and values of one layer.
    package subscript(layer: Int) -> Layer { layers[layer] }

    /// Appends the keys `[tokens, keyWidth]` and values `[tokens, valueWidth]` of further tokens to one layer.
    package mutating func append(keys: Tensor, values: Tensor, layer index: Int) {
        layers[index].append(keys: keys.floats, values: values.floats)
    }

    /// Drops all but the first `count` tokens.
    package mutating func truncate(to count: Int) {
        for index in layers.indices { layers[index].truncate(to: count) }
    }

    /// Bytes held, blocks that are shared counted in full.
    package var byteCount: Int {
        layers.reduce(0) { $0 + $1.blocks.count * Self.blockTokens * ($1.keyWidth + $1.valueWidth) * 4 }
    }
}

/// Room for the keys and values of `KeyValueCache.blockTokens` tokens. Written only while a single cache refers to it.
final class KeyValueBlock: Sendable {
    let keys: MutableFloats
    let values: MutableFloats

    init(keyWidth: Int, valueWidth: Int) {
        keys = MutableFloats(scratch: KeyValueCache.blockTokens * keyWidth)
        values = MutableFloats(scratch: KeyValueCache.blockTokens * valueWidth)
    }

    convenience init(copying other: KeyValueBlock, tokens: Int, keyWidth: Int, valueWidth: Int) {
        self.init(keyWidth: keyWidth, valueWidth: valueWidth)
        keys[0..<tokens * keyWidth].copy(from: other.keys[0..<tokens * keyWidth].readable)
        values[0..<tokens * valueWidth].copy(from: other.values[0..<tokens * valueWidth].readable)
    }
}

extension KeyValueCache.Layer {
    fileprivate mutating func append(keys: Floats, values: Floats) {
        let tokens = keys.count / keyWidth
        precondition(keys.count == tokens * keyWidth && values.count == tokens * valueWidth, "keys and values differ")
        var done = 0
        while done < tokens {
            let used = count % KeyValueCache.blockTokens
            if used == 0 {
                blocks.append(KeyValueBlock(keyWidth: keyWidth, valueWidth: valueWidth))
            } else if !isKnownUniquelyReferenced(&blocks[blocks.count - 1]) {
                blocks[blocks.count - 1] = KeyValueBlock(
                    copying: blocks[blocks.count - 1], tokens: used, keyWidth: keyWidth, valueWidth: valueWidth)
            }
            let block = blocks[blocks.count - 1]
            let taken = min(tokens - done, KeyValueCache.blockTokens - used)
            block.keys[used * keyWidth..<(used + taken) * keyWidth].copy(
                from: keys[done * keyWidth..<(done + taken) * keyWidth])
            block.values[used * valueWidth..<(used + taken) * valueWidth].copy(
                from: values[done * valueWidth..<(done + taken) * valueWidth])
            count += taken
            done += taken
        }
    }

    fileprivate mutating func truncate(to newCount: Int) {
        guard newCount < count else { return }
        count = newCount
        blocks.removeLast(blocks.count - (newCount + KeyValueCache.blockTokens - 1) / KeyValueCache.blockTokens)
    }

    /// Number of tokens in block `index`.
    func tokens(inBlock index: Int) -> Int { min(KeyValueCache.blockTokens, count - index * KeyValueCache.blockTokens) }

    /// All keys, `[1, tokens, keyWidth]`, copied together.
    package var keys: Tensor { gathered(width: keyWidth) { $0.keys } }

    /// All values, `[1, tokens, valueWidth]`, copied together.
    package var values: Tensor { gathered(width: valueWidth) { $0.values } }

    private func gathered(width: Int, _ part: (KeyValueBlock) -> MutableFloats) -> Tensor {
        Tensor([1, count, width]) { output in
            for (index, block) in blocks.enumerated() {
                let start = index * KeyValueCache.blockTokens * width
                let elements = tokens(inBlock: index) * width
                output[start..<start + elements].copy(from: part(block)[0..<elements].readable)
            }
        }
    }
}
