/// A set of UTF-16 code units as sorted, disjoint ranges.
///
/// Code units, not code points: the lexer that we reproduce was generated for Java's `char`.
struct CodeUnitSet: Hashable, Sendable {
    /// Ascending, disjoint, not touching.
    private(set) var ranges: [ClosedRange<UInt16>]

    /// The set of these ranges, which may come in any order and overlap.
    init(_ ranges: some Sequence<ClosedRange<UInt16>>) {
        var merged: [ClosedRange<UInt16>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    /// The set of the code units of `text`.
    init(_ text: String) { self.init(text.utf16.map { $0...$0 }) }

    /// Every code unit that is not in this set.
    var inverted: CodeUnitSet {
        var gaps: [ClosedRange<UInt16>] = []
        var next = 0
        for range in ranges {
            if Int(range.lowerBound) > next { gaps.append(UInt16(next)...(range.lowerBound - 1)) }
            next = Int(range.upperBound) + 1
        }
        if next <= 0xFFFF { gaps.append(UInt16(next)...0xFFFF) }
        return CodeUnitSet(gaps)
    }

    /// Both sets together.
    func union(_ other: CodeUnitSet) -> CodeUnitSet { CodeUnitSet(ranges + other.ranges) }

    /// This set without the units of `other`.
    func subtracting(_ other: CodeUnitSet) -> CodeUnitSet { inverted.union(other).inverted }

    /// Whether `unit` is in the set. O(log ranges).
    func contains(_ unit: UInt16) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < unit { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= unit
    }
}
