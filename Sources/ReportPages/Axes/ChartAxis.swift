/// What an axis shows, and how.
package struct ChartAxis: Sendable {
    /// How values lie along the axis.
    package enum Scale: Sendable { case linear, logarithmic }

    /// What is measured.
    package var label: String
    /// In what: `nats`, `s`; written in brackets behind the label.
    package var unit: String?
    /// How values lie along the axis.
    package var scale: Scale
    /// From where to where; `nil` for where the data lie. What lies outside is cut off and said so.
    package var range: ClosedRange<Double>?
    /// Whether 0 is shown even where no value is near it (linear axes only).
    package var includesZero: Bool
    /// Whether only whole numbers bear ticks, as for steps.
    package var isWhole: Bool

    /// An axis.
    package init(
        _ label: String, unit: String? = nil, scale: Scale = .linear, range: ClosedRange<Double>? = nil,
        includesZero: Bool = false, isWhole: Bool = false
    ) {
        self.label = label
        self.unit = unit
        self.scale = scale
        self.range = range
        self.includesZero = includesZero
        self.isWhole = isWhole
    }

    /// Steps of training.
    package static var steps: ChartAxis { ChartAxis("step", isWhole: true) }

    /// Label and unit.
    var caption: String { unit.map { "\(label) (\($0))" } ?? label }

    /// Whether a value has a place on the axis. Beyond 1e150 spans would overflow; on a logarithmic axis what is not
    /// positive has no place.
    func canShow(_ value: Double) -> Bool {
        value.isFinite && value.magnitude <= 1e150 && (scale == .linear || value >= 1e-150)
    }
}
