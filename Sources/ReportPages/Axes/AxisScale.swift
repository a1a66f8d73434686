import Foundation

/// An axis with its ends settled: values to places and ticks.
struct AxisScale {
    let axis: ChartAxis
    let low: Double
    let high: Double

    /// A scale on which all `values` lie that the axis can show, or the axis's own range.
    ///
    /// - Parameter ticks: With a number, the ends move out to nice ticks, of which there will be about so many.
    init(_ axis: ChartAxis, values: [Double], looseTicks ticks: Int? = nil) {
        self.axis = axis
        if let range = axis.range, axis.canShow(range.lowerBound), axis.canShow(range.upperBound),
            range.lowerBound < range.upperBound
        {
            (low, high) = (range.lowerBound, range.upperBound)
            return
        }
        var shown = values.filter(axis.canShow)
        if axis.includesZero, axis.scale == .linear { shown.append(0) }
        var ends = Self.widened(shown.min() ?? 0, shown.max() ?? 0, axis.scale)
        if let ticks { ends = Self.loosened(ends, axis, ticks: ticks) }
        (low, high) = ends
    }

    /// The share of the axis's length at which `value` lies: 0 at the low end, 1 at the high one.
    func share(_ value: Double) -> Double {
        switch axis.scale {
        case .linear: (value - low) / (high - low)
        case .logarithmic: (log10(value) - log10(low)) / (log10(high) - log10(low))
        }
    }

    /// The axis's ticks, about `count` of them.
    func ticks(atMost count: Int) -> [NiceTicks.Tick] {
        switch axis.scale {
        case .linear: NiceTicks.linear(from: low, to: high, atMost: count, isWhole: axis.isWhole)
        case .logarithmic: NiceTicks.logarithmic(from: low, to: high, atMost: count)
        }
    }

    /// Whether `value` lies between the ends.
    func contains(_ value: Double) -> Bool { value >= low && value <= high }

    /// Ends that lie apart, also where all values are one, or as good as one.
    private static func widened(_ low: Double, _ high: Double, _ scale: ChartAxis.Scale) -> (Double, Double) {
        let largest = max(low.magnitude, high.magnitude)
        switch scale {
        case .linear:
            if largest < 1e-150 { return (0, 1) }
            if high - low > largest * 1e-9 { return (low, high) }
            return (low - largest / 10, high + largest / 10)
        case .logarithmic:
            if low <= 0 { return (0.1, 1) }
            return high > low * (1 + 1e-9) ? (low, high) : (low / 2, high * 2)
        }
    }

    private static func loosened(_ ends: (low: Double, high: Double), _ axis: ChartAxis, ticks: Int) -> (Double, Double)
    {
        switch axis.scale {
        case .linear:
            let step = NiceTicks.step(span: ends.high - ends.low, atMost: ticks, isWhole: axis.isWhole)
            let first = (ends.low / step.size + 1e-6).rounded(.down)
            let last = (ends.high / step.size - 1e-6).rounded(.up)
            return (step.multiple(first), step.multiple(last))
        case .logarithmic:
            return (niceBelow(ends.low), niceAbove(ends.high))
        }
    }

    /// The greatest of 1, 2, 5 times a power of ten that is not above `value`.
    private static func niceBelow(_ value: Double) -> Double {
        let exponent = Int(log10(value).rounded(.down))
        let digit = [5, 2, 1].first { NiceTicks.Step(mantissa: $0, exponent: exponent).size <= value * (1 + 1e-9) }
        return NiceTicks.Step(mantissa: digit ?? 1, exponent: exponent).size
    }

    /// The least of 1, 2, 5 times a power of ten that is not below `value`.
    private static func niceAbove(_ value: Double) -> Double {
        let exponent = Int(log10(value).rounded(.down))
        let digit = [1, 2, 5].first { NiceTicks.Step(mantissa: $0, exponent: exponent).size >= value * (1 - 1e-9) }
        return NiceTicks.Step(mantissa: digit ?? 10, exponent: exponent).size
    }
}
