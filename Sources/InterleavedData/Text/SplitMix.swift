/// SplitMix64 (Steele, Lea & Flood 2014): numbers of a seed, and a mixing function in which every bit hangs on every other.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.finished(state)
    }

    /// The number, well mixed.
    static func mixed(_ value: UInt64) -> UInt64 { finished(value &+ 0x9E37_79B9_7F4A_7C15) }

    /// The numbers, mixed into one.
    static func mixed(_ values: UInt64...) -> UInt64 { values.reduce(0) { mixed($0 ^ $1) } }

    private static func finished(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
