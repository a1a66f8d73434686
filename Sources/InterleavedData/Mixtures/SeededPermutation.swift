import TensorEngine

/// A random order of `0..<count` of which any element is had without the others: nothing is stored, so the order of an
/// epoch over millions of rows costs nothing to resume.
///
/// A Feistel network of six rounds over the smallest even number of bits that holds `count`; what falls outside of the
/// range is sent through again ("cycle walking", Black and Rogaway 2002), fewer than four times on average.
package struct SeededPermutation: Sendable {
    /// How many elements there are.
    package let count: Int
    private let halfBits: UInt64
    private let keys: [UInt64]

    /// The order of that seed and stream.
    package init(count: Int, seed: UInt64, stream: String) {
        precondition(count > 0, "a permutation of nothing")
        self.count = count
        let bits = Int.bitWidth - (count - 1).leadingZeroBitCount
        halfBits = UInt64(max(1, (bits + 1) / 2))
        var generator = SeededGenerator(seed: seed, stream: stream)
        keys = (0..<6).map { _ in generator.next() }
    }

    /// The element at a position.
    package subscript(_ position: Int) -> Int {
        precondition(position >= 0 && position < count, "position \(position) of \(count)")
        var value = UInt64(position)
        repeat { value = rounds(value) } while value >= UInt64(count)
        return Int(value)
    }

    private func rounds(_ value: UInt64) -> UInt64 {
        let mask = (UInt64(1) << halfBits) - 1
        var (left, right) = (value >> halfBits, value & mask)
        for key in keys { (left, right) = (right, left ^ (Self.mixed(right ^ key) & mask)) }
        return left << halfBits | right
    }

    /// SplitMix64's finaliser: every bit of the result depends on every bit of the input.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
