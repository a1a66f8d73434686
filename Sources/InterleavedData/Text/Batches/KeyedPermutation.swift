/// A permutation of `0..<count` that is computed where it is asked for, with no table: a Feistel network of six rounds on
/// the next even number of bits, walked along its cycle until it comes back into the range.
package struct KeyedPermutation: Sendable {
    /// How many numbers are permuted.
    package let count: Int
    private let key: UInt64
    private let halfBits: UInt64

    /// The permutation of that key.
    package init(count: Int, key: UInt64) {
        precondition(count > 0, "a permutation of nothing")
        self.count = count
        self.key = key
        let bits = UInt64(UInt64.bitWidth - UInt64(count - 1).leadingZeroBitCount)
        halfBits = max(1, (bits + 1) / 2)
    }

    /// Where `index` goes.
    package subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count, "\(index) of \(count)")
        var value = UInt64(index)
        repeat { value = shuffled(value) } while value >= UInt64(count)
        return Int(value)
    }

    private func shuffled(_ value: UInt64) -> UInt64 {
        let mask = (1 << halfBits) - 1 as UInt64
        var (left, right) = (value >> halfBits, value & mask)
        for round in 0..<6 as Range<UInt64> {
            (left, right) = (right, left ^ (SplitMix.mixed(key &+ round, right) & mask))
        }
        return left << halfBits | right
    }
}
