/// The merge rules of a byte-pair encoding: pair of ids → rank and id of the merged token.
struct MergeTable: Sendable {
    private var keys: [UInt64]
    private var rules: [UInt64]
    private var mask: Int
    private(set) var count = 0

    init(minimumCapacity: Int) {
        var size = 16
        while size < minimumCapacity * 2 { size *= 2 }
        keys = [UInt64](repeating: .max, count: size)
        rules = [UInt64](repeating: 0, count: size)
        mask = size - 1
    }

    /// A rule as one number: the rank above, the merged token's id below. A smaller one comes first.
    typealias Rule = UInt64

    /// No rule; larger than every rule.
    static let none: Rule = .max

    /// Adds a rule; one for the same pair is replaced, as the library has it.
    mutating func add(left: Int32, right: Int32, rank: Int, merged: Int32) {
        if (count + 1) * 2 > keys.count { grow() }
        let key = Self.key(left, right)
        var slot = Self.hash(key) & mask
        while keys[slot] != .max, keys[slot] != key { slot = (slot + 1) & mask }
        if keys[slot] == .max { count += 1 }
        keys[slot] = key
        rules[slot] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merged))
    }

    /// The rule for a pair, or `none`.
    @inline(__always)
    func rule(_ left: Int32, _ right: Int32) -> Rule {
        let key = Self.key(left, right)
        var slot = Self.hash(key) & mask
        while true {
            let found = keys[slot]
            if found == key { return rules[slot] }
            if found == .max { return Self.none }
            slot = (slot &+ 1) & mask
        }
    }

    /// The merged token's id of a rule.
    @inline(__always)
    static func merged(_ rule: Rule) -> Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: rule)) }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private static func hash(_ key: UInt64) -> Int {
        let mixed = (key ^ (key >> 31)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 24)
    }

    private mutating func grow() {
        let (oldKeys, oldRules) = (keys, rules)
        let size = keys.count * 2
        keys = [UInt64](repeating: .max, count: size)
        rules = [UInt64](repeating: 0, count: size)
        mask = size - 1
        for (key, rule) in zip(oldKeys, oldRules) where key != .max {
            var slot = Self.hash(key) & mask
            while keys[slot] != .max { slot = (slot + 1) & mask }
            keys[slot] = key
            rules[slot] = rule
        }
    }
}
