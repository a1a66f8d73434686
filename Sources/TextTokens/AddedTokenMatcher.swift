/// Finds added tokens in a text: at the leftmost place where one stands, the longest that stands there.
struct AddedTokenMatcher: Sendable {
    private var trie = ByteTrie()
    private var isFirstByte = [Bool](repeating: false, count: 256)

    /// Whether there is nothing to find.
    var isEmpty: Bool { trie.isEmpty }

    /// Adds a pattern; the first one stays where two are equal.
    mutating func add(_ pattern: [UInt8], index: Int) {
        guard let first = pattern.first else { return }
        isFirstByte[Int(first)] = true
        trie.add(pattern[...], value: Int32(index), replacing: false)
    }

    /// The next token at or after `start`: its index and its bytes.
    func next(_ text: [UInt8], from start: Int, limit: Int) -> (index: Int, range: Range<Int>)? {
        var position = start
        while position < limit {
            if isFirstByte[Int(text[position])], let found = longest(text, at: position, limit: limit) { return found }
            position += 1
        }
        return nil
    }

    private func longest(_ text: [UInt8], at start: Int, limit: Int) -> (index: Int, range: Range<Int>)? {
        var node = ByteTrie.root
        var best: (index: Int, range: Range<Int>)?
        var position = start
        while position < limit {
            node = trie.child(node, text[position])
            guard node >= 0 else { break }
            position += 1
            if trie.value(node) >= 0 { best = (Int(trie.value(node)), start..<position) }
        }
        return best
    }
}
