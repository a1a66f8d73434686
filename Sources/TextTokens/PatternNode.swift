/// A regular expression as a tree.
indirect enum PatternNode: Sendable {
    case empty
    case set(ScalarSet)
    case sequence([PatternNode])
    case alternation([PatternNode])
    case repetition(PatternNode, minimum: Int, maximum: Int?, mode: RepetitionMode)
    /// What stands here, or before here, has to match or must not.
    case look(PatternNode, isBehind: Bool, isNegative: Bool)
    /// Once matched, not tried in another way.
    case atomic(PatternNode)
    case assertion(PatternAssertion)
}

/// How often a repetition is tried first.
enum RepetitionMode: Sendable { case greedy, lazy, possessive }

/// Places in a text.
enum PatternAssertion: Int32, Sendable {
    case lineStart, lineEnd, textStart, textEnd, textEndOrLastNewline, wordBoundary, notWordBoundary
}

extension PatternNode {
    /// How many scalars this matches, where that is one number.
    var fixedWidth: Int? {
        switch self {
        case .empty, .assertion, .look: return 0
        case .set: return 1
        case .sequence(let nodes):
            var sum = 0
            for node in nodes {
                guard let width = node.fixedWidth else { return nil }
                sum += width
            }
            return sum
        case .alternation(let nodes):
            guard let first = nodes.first?.fixedWidth, nodes.allSatisfy({ $0.fixedWidth == first }) else { return nil }
            return first
        case .repetition(let node, let minimum, let maximum, _):
            guard minimum == maximum, let width = node.fixedWidth else { return nil }
            return width * minimum
        case .atomic(let node): return node.fixedWidth
        }
    }

    /// Which first bytes a match can have: a bit for each ASCII byte, and whether others can come, and whether a match
    /// can be empty or depends on more than its first byte.
    func first() -> (low: UInt64, high: UInt64, others: Bool, nullable: Bool) {
        switch self {
        case .empty, .assertion, .look: return (0, 0, false, true)
        case .set(let set):
            var (low, high): (UInt64, UInt64) = (0, 0)
            for byte in 0..<64 where set.contains(UInt32(byte)) { low |= 1 << UInt64(byte) }
            for byte in 64..<128 where set.contains(UInt32(byte)) { high |= 1 << UInt64(byte - 64) }
            return (low, high, true, false)
        case .sequence(let nodes):
            var result: (low: UInt64, high: UInt64, others: Bool, nullable: Bool) = (0, 0, false, true)
            for node in nodes {
                let next = node.first()
                result = (result.low | next.low, result.high | next.high, result.others || next.others, next.nullable)
                if !next.nullable { return result }
            }
            return result
        case .alternation(let nodes):
            return nodes.map { $0.first() }.reduce((0, 0, false, false)) {
                ($0.0 | $1.low, $0.1 | $1.high, $0.2 || $1.others, $0.3 || $1.nullable)
            }
        case .repetition(let node, let minimum, _, _):
            let inner = node.first()
            return (inner.low, inner.high, inner.others, inner.nullable || minimum == 0)
        case .atomic(let node): return node.first()
        }
    }
}
