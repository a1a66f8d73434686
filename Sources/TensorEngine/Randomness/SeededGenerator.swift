/// A generator of random numbers whose whole state can be saved: xoshiro256** (Blackman & Vigna 2018), seeded through
/// SplitMix64.
package struct SeededGenerator: RandomNumberGenerator, Sendable, Equatable, Codable {
    private var state: [UInt64]

    /// The generator of this seed.
    package init(seed: UInt64) {
        var mixer = seed
        state = (0..<4).map { _ in
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var mixed = mixer
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// A generator of its own for something named, beside others of the same seed.
    package init(seed: UInt64, stream: String) {
        // FNV-1a of the name, mixed into the seed.
        let hash = stream.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        self.init(seed: seed ^ hash)
    }

    package mutating func next() -> UInt64 {
        let scrambled = (state[1] &* 5).rotated(left: 7) &* 9
        let shifted = state[1] << 17
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= shifted
        state[3] = state[3].rotated(left: 45)
        return scrambled
    }

    /// A number in `0..<1`, of 53 random bits.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// An integer in `0..<bound`.
    package mutating func integer(below bound: Int) -> Int { Int(next(upperBound: UInt64(bound))) }
}

extension UInt64 {
    fileprivate func rotated(left count: UInt64) -> UInt64 { self << count | self >> (64 - count) }
}
