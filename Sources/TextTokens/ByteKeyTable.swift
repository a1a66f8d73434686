/// A hash table from byte strings to 32-bit integers.
///
/// Keys are compared byte by byte: Swift's `String` would take "é" and "e\u{301}" for one key, and a vocabulary holds
/// both. All keys lie in one buffer, so that a table of 50 000 tokens is built in a few milliseconds.
struct ByteKeyTable: Sendable {
    /// Every key, one after the other.
    private(set) var keyBytes: [UInt8] = []
    /// Where each key ends in `keyBytes`; key `i` begins where `i - 1` ends.
    private var keyEnds: [Int32] = []
    /// The value of each key, in the order of insertion.
    private(set) var values: [Int32] = []
    /// Index of a key plus one, or zero for an empty slot; a power of two of them, at most half in use.
    private var slots: [Int32]
    private var mask: Int

    init(minimumCapacity: Int = 16) {
        var size = 16
        while size < minimumCapacity * 2 { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
        mask = size - 1
    }

    /// How many keys there are.
    var count: Int { values.count }

    /// The bytes of the key that was inserted as the `index`-th.
    func keyRange(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(keyEnds[index - 1]))..<Int(keyEnds[index])
    }

    /// The key that was inserted as the `index`-th.
    func key(_ index: Int) -> ArraySlice<UInt8> { keyBytes[keyRange(index)] }

    /// The value of the key that equals those bytes.
    @inline(__always)
    func value(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
        index(bytes, range).map { values[$0] }
    }

    /// The value of that key.
    func value(_ key: [UInt8]) -> Int32? { value(key, 0..<key.count) }

    /// The position in the order of insertion of the key that equals those bytes.
    @inline(__always)
    func index(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var slot = Self.hash(bytes, range) & mask
        while true {
            let entry = Int(slots[slot]) - 1
            if entry < 0 { return nil }
            if equals(entry, bytes, range) { return entry }
            slot = (slot + 1) & mask
        }
    }

    /// Inserts a key, or gives the position of the one that is there.
    /// - Returns: the key's position, and whether it is new.
    @discardableResult
    mutating func insert(_ bytes: [UInt8], _ range: Range<Int>, value: Int32) -> (index: Int, isNew: Bool) {
        if (count + 1) * 2 > slots.count { grow() }
        var slot = Self.hash(bytes, range) & mask
        while slots[slot] != 0 {
            let entry = Int(slots[slot]) - 1
            if equals(entry, bytes, range) { return (entry, false) }
            slot = (slot + 1) & mask
        }
        keyBytes.append(contentsOf: bytes[range])
        keyEnds.append(Int32(keyBytes.count))
        values.append(value)
        slots[slot] = Int32(values.count)
        return (values.count - 1, true)
    }

    /// Changes the value of the key that was inserted as the `index`-th.
    mutating func setValue(_ value: Int32, at index: Int) { values[index] = value }

    /// Forgets every key; the space stays.
    mutating func removeAll() {
        keyBytes.removeAll(keepingCapacity: true)
        keyEnds.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = 0 }
    }

    @inline(__always)
    private func equals(_ entry: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = entry == 0 ? 0 : Int(keyEnds[entry - 1])
        guard Int(keyEnds[entry]) - start == range.count else { return false }
        var offset = 0
        while offset < range.count {
            if keyBytes[start &+ offset] != bytes[range.lowerBound &+ offset] { return false }
            offset &+= 1
        }
        return true
    }

    /// FNV-1a with a final mix, so that the low bits depend on every byte.
    @inline(__always)
    private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for position in range { state = (state ^ UInt64(bytes[position])) &* 0x100_0000_01B3 }
        state ^= state >> 29
        return Int(truncatingIfNeeded: (state &* 0x9E37_79B9_7F4A_7C15) >> 20)
    }

    private mutating func grow() {
        let size = slots.count * 2
        slots = [Int32](repeating: 0, count: size)
        mask = size - 1
        for entry in values.indices {
            var slot = Self.hash(keyBytes, keyRange(entry)) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(entry + 1)
        }
    }
}
