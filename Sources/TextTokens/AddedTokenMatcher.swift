/// Finds added tokens in a text: at the leftmost place where one stands, the longest that stands there.
struct AddedTokenMatcher: Sendable {
    private var edges: [Int64: Int32] = [:]
    /// Index of the token that ends at a node, or -1.
    private var accepted: [Int32] = [-1]
    private var isFirstByte = [Bool](repeating: false, count: 256)

    /// Whether there is nothing to find.
    var isEmpty: Bool { accepted.count == 1 }

    /// Adds a pattern; the first one stays where two are equal.
    mutating func add(_ pattern: [UInt8], index: Int) {
        guard let first = pattern.first else { return }
        isFirstByte[Int(first)] = true
        var node: Int32 = 0
        for byte in pattern {
            let edge = Int64(node) << 8 | Int64(byte)
            if let target = edges[edge] {
                node = target
            } else {
                let target = Int32(accepted.count)
                accepted.append(-1)
                edges[edge] = target
                node = target
            }
        }
        if accepted[Int(node)] < 0 { accepted[Int(node)] = Int32(index) }
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
        var node: Int32 = 0
        var best: (index: Int, range: Range<Int>)?
        var position = start
        while position < limit, let target = edges[Int64(node) << 8 | Int64(text[position])] {
            node = target
            position += 1
            if accepted[Int(node)] >= 0 { best = (Int(accepted[Int(node)]), start..<position) }
        }
        return best
    }
}
