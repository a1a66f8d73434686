import Foundation

/// Positions and labels of the ticks of an axis.
package enum NiceTicks {
    /// A tick; those without a label only help the eye on a logarithmic axis.
    package struct Tick: Equatable, Sendable {
        /// Where it stands.
        package let value: Double
        /// What stands beside it.
        package let label: String?
    }

    /// 1, 2 or 5 times a power of ten: `mantissa` · 10^`exponent`.
    package struct Step: Equatable, Sendable {
        /// 1, 2 or 5.
        package let mantissa: Int
        /// The power of ten.
        package let exponent: Int

        /// The step's size.
        package var size: Double { multiple(1) }

        /// `index` times the step, rounded once: 3 · 0.1 is 0.3 here.
        package func multiple(_ index: Double) -> Double {
            let whole = index * Double(mantissa)
            return exponent >= 0 ? whole * NumberText.power(exponent) : whole / NumberText.power(-exponent)
        }
    }

    /// The least nice step of which `span` holds no more than `count`.
    package static func step(span: Double, atMost count: Int, isWhole: Bool = false) -> Step {
        let wanted = span / Double(max(count, 1))
        let exponent = Int(log10(wanted).rounded(.down))
        let share = wanted / NumberText.power(exponent)
        // A hair of tolerance: 0.30000000000000004 / 3 is to be 0.1.
        let mantissa = share <= 1 + 1e-9 ? 1 : share <= 2 + 1e-9 ? 2 : share <= 5 + 1e-9 ? 5 : 10
        let step =
            mantissa == 10 ? Step(mantissa: 1, exponent: exponent + 1) : Step(mantissa: mantissa, exponent: exponent)
        return isWhole && step.exponent < 0 ? Step(mantissa: 1, exponent: 0) : step
    }

    /// Ticks at the multiples of a nice step from `low` to `high`, `count` + 1 at most.
    package static func linear(from low: Double, to high: Double, atMost count: Int, isWhole: Bool = false) -> [Tick] {
        let step = step(span: high - low, atMost: count, isWhole: isWhole)
        let first = (low / step.size - 1e-6).rounded(.up)
        let last = (high / step.size + 1e-6).rounded(.down)
        guard last >= first, last - first <= Double(count) + 1 else { return [] }
        let largest = max(low.magnitude, high.magnitude)
        return (0...Int(last - first)).map { offset in
            let value = step.multiple(first + Double(offset))
            return Tick(value: value, label: label(value, step: step, largest: largest))
        }
    }

    /// Ticks of a logarithmic axis: decades, labelled; 2 to 9 between them; where there are few decades 2 and 5 bear
    /// labels too, and within less than one decade the ticks are those of a linear axis.
    package static func logarithmic(from low: Double, to high: Double, atMost count: Int) -> [Tick] {
        let decades = log10(high) - log10(low)
        if decades < 1 { return linear(from: low, to: high, atMost: count) }
        let first = Int(log10(low).rounded(.down))
        let last = Int(log10(high).rounded(.up))
        let stride = max(1, Int((decades / Double(max(count, 1))).rounded(.up)))
        var ticks: [Tick] = []
        for exponent in first...last {
            let isLabelled = exponent % stride == 0
            if stride > 1, !isLabelled { continue }
            for digit in 1...(stride > 1 ? 1 : 9) {
                let value = Step(mantissa: digit, exponent: exponent).size
                guard value >= low * (1 - 1e-9), value <= high * (1 + 1e-9) else { continue }
                let hasLabel = digit == 1 || (decades <= Double(count) / 3 && (digit == 2 || digit == 5))
                ticks.append(Tick(value: value, label: hasLabel ? decadeLabel(value) : nil))
            }
        }
        return ticks
    }

    private static func decadeLabel(_ value: Double) -> String {
        guard value >= 0.9e-3, value < 0.9e6 else { return NumberText.scientific(value, digits: 0) }
        return NumberText.fixed(value, digits: max(0, -Int((log10(value) + 1e-9).rounded(.down))))
    }

    /// A label with just the digits that tell one tick from the next.
    private static func label(_ value: Double, step: Step, largest: Double) -> String {
        if value == 0 { return "0" }
        if largest >= 1e6 || largest < 1e-3 {
            let digits = Int(log10(value.magnitude).rounded(.down)) - step.exponent
            return NumberText.scientific(value, digits: min(max(digits, 0), 12))
        }
        return NumberText.fixed(value, digits: max(-step.exponent, 0))
    }
}
