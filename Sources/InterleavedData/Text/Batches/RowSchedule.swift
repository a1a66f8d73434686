/// Which part of a mixture each row is taken from, and the how-many-eth row of that part it is: a function of the row's
/// number alone.
///
/// Of every `period` rows each part gets its share, rounded so that all are given out (largest remainders), in an order
/// drawn anew for every period.
package struct RowSchedule: Sendable, Equatable {
    /// Rows after which the counts repeat.
    package static let period = 256

    private let seed: UInt64
    /// Rows of each part in a period.
    package let counts: [Int]

    /// A schedule for parts of these shares, which count as parts of their sum.
    package init(shares: [Double], seed: UInt64) {
        self.seed = seed
        let total = shares.reduce(0, +)
        let exact = shares.map { $0 / total * Double(Self.period) }
        var counts = exact.map { Int($0) }
        let byRemainder = exact.indices.sorted {
            let (a, b) = (exact[$0] - Double(counts[$0]), exact[$1] - Double(counts[$1]))
            return a != b ? a > b : $0 < $1
        }
        for index in byRemainder.prefix(Self.period - counts.reduce(0, +)) { counts[index] += 1 }
        self.counts = counts
    }

    /// The part of the row of that number, and the row's number within the part.
    package func place(ofRow row: Int) -> (part: Int, index: Int) {
        let (period, slot) = row.quotientAndRemainder(dividingBy: Self.period)
        let order = KeyedPermutation(count: Self.period, key: SplitMix.mixed(seed, UInt64(period)))
        let part = self.part(ofSlot: order[slot])
        let earlier = (0..<slot).count { self.part(ofSlot: order[$0]) == part }
        return (part, period * counts[part] + earlier)
    }

    private func part(ofSlot slot: Int) -> Int {
        var rest = slot
        for (part, count) in counts.enumerated() {
            if rest < count { return part }
            rest -= count
        }
        return counts.count - 1
    }
}
