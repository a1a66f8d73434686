/// Numbers 0, 1, 2 … for 64-bit keys, in the order of first sight.
///
/// Open addressing with linear probing: a look-up is a multiplication and, mostly, one line of memory. (A `Dictionary`'s
/// hash, safe against keys that were chosen to collide, costs several times as much.)
struct NumberTable: Sendable {
    private struct Slot {
        var key: UInt64 = 0
        /// −1 where nothing lies.
        var number: Int32 = -1
    }

    private var slots = Array(repeating: Slot(), count: 1 << 10)
    /// How many different keys were seen.
    private(set) var count = 0

    /// The number of `key`; a new key gets the next number.
    mutating func number(of key: UInt64) -> Int32 {
        let slot = place(of: key)
        if slots[slot].number >= 0 { return slots[slot].number }
        let number = Int32(count)
        slots[slot] = Slot(key: key, number: number)
        count += 1
        if 4 * count > 3 * slots.count { grow() }
        return number
    }

    /// The slot of `key`, or the free one where it belongs.
    private func place(of key: UInt64) -> Int {
        // Fibonacci hashing: the upper bits of key · 2⁶⁴/φ, of which all bits of the key decide.
        let mixed = (key ^ (key >> 32)) &* 0x9E37_79B9_7F4A_7C15
        var slot = Int(truncatingIfNeeded: mixed >> UInt64(64 - slots.count.trailingZeroBitCount))
        while slots[slot].number >= 0, slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: 2 * old.count)
        for entry in old where entry.number >= 0 { slots[place(of: entry.key)] = entry }
    }
}
