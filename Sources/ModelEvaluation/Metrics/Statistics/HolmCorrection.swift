/// Holm's step-down correction (Holm 1979) for several tests at once.
package enum HolmCorrection {
    /// The adjusted p of each test, in the order given: with p ascending, max over j ≤ i of min(1, (m − j) · p_j),
    /// j from 0. A test is significant at α where its adjusted p is at most α.
    package static func adjusted(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var adjusted = values
        var highest = 0.0
        for (position, index) in order.enumerated() {
            highest = max(highest, min(1, Double(values.count - position) * values[index]))
            adjusted[index] = highest
        }
        return adjusted
    }
}
