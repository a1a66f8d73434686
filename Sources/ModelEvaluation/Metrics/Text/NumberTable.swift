/// Numbers 0, 1, 2 … for 64-bit keys, in the order of first sight.
///
/// Open addressing with linear probing: a look-up is a multiplication and, mostly, one line of memory. (A `Dictionary`'s
/// hash, safe against keys that were chosen to collide, costs several times as much.)
struct NumberTable: Sendable {
    /// `slots[i]` is a number, or −1 where nothing lies.
    private var slots: [Int32] = Array(repeating: -1, count: 1 << 10)
    private var keys: [UInt64] = []

    /// How many different keys were seen.
    var count: Int { keys.count }

    /// The number of `key`; a new key gets the next number.
    mutating func number(of key: UInt64) -> Int32 {
        var slot = Self.slot(of: key, among: slots.count)
        while slots[slot] >= 0 {
            if keys[Int(slots[slot])] == key { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = Int32(keys.count)
        slots[slot] = number
        keys.append(key)
        if 2 * keys.count > slots.count { grow() }
        return number
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: 4 * slots.count)
        for (number, key) in keys.enumerated() {
            var slot = Self.slot(of: key, among: slots.count)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number)
        }
    }

    /// Fibonacci hashing: the upper bits of key · 2⁶⁴/φ, of which all bits of the key decide.
    private static func slot(of key: UInt64, among count: Int) -> Int {
        let mixed = (key ^ (key >> 32)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> UInt64(64 - count.trailingZeroBitCount))
    }
}
