/// A trie of byte strings, its edges in one hash table.
struct ByteTrie: Sendable {
    private var keys: [UInt64]
    private var targets: [Int32]
    private var mask: Int
    private var edgeCount = 0
    /// The value of the string that ends at each node, or -1.
    private var values: [Int32] = [-1]

    init(minimumCapacity: Int = 8) {
        var size = 16
        while size < minimumCapacity * 2 { size *= 2 }
        keys = [UInt64](repeating: .max, count: size)
        targets = [Int32](repeating: 0, count: size)
        mask = size - 1
    }

    /// The node that every search starts from.
    static let root: Int32 = 0

    /// Whether there is no string but the empty one.
    var isEmpty: Bool { edgeCount == 0 }

    /// Adds a string; an equal one gets the new value where `replacing`.
    mutating func add(_ string: ArraySlice<UInt8>, value: Int32, replacing: Bool = true) {
        var node = Self.root
        for byte in string {
            let target = child(node, byte)
            node = target >= 0 ? target : addEdge(node, byte)
        }
        if replacing || values[Int(node)] < 0 { values[Int(node)] = value }
    }

    /// The value of the string that ends at `node`, or -1.
    @inline(__always)
    func value(_ node: Int32) -> Int32 { values[Int(node)] }

    /// The node that `byte` leads to, or -1.
    @inline(__always)
    func child(_ node: Int32, _ byte: UInt8) -> Int32 {
        let key = UInt64(node) << 8 | UInt64(byte)
        var slot = Self.hash(key) & mask
        while true {
            let found = keys[slot]
            if found == key { return targets[slot] }
            if found == .max { return -1 }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private static func hash(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 28) }

    private mutating func addEdge(_ node: Int32, _ byte: UInt8) -> Int32 {
        if (edgeCount + 1) * 2 > keys.count { grow() }
        let key = UInt64(node) << 8 | UInt64(byte)
        var slot = Self.hash(key) & mask
        while keys[slot] != .max { slot = (slot + 1) & mask }
        let target = Int32(values.count)
        keys[slot] = key
        targets[slot] = target
        values.append(-1)
        edgeCount += 1
        return target
    }

    private mutating func grow() {
        let (oldKeys, oldTargets) = (keys, targets)
        let size = keys.count * 2
        keys = [UInt64](repeating: .max, count: size)
        targets = [Int32](repeating: 0, count: size)
        mask = size - 1
        for (key, target) in zip(oldKeys, oldTargets) where key != .max {
            var slot = Self.hash(key) & mask
            while keys[slot] != .max { slot = (slot + 1) & mask }
            keys[slot] = key
            targets[slot] = target
        }
    }
}
