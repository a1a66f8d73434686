/// Horizontal bars from 0, each with its name to the left and its value to the right, some with intervals.
///
///     BarChart("Exact match", axis: ChartAxis("share right", range: 0...1),
///         [BarChart.Bar("bridge", 0.62, interval: (0.58, 0.66)), BarChart.Bar("shuffled pictures", 0.21)],
///         references: [("blind", 0.2)])
package struct BarChart: Sendable {
    /// A bar.
    package struct Bar: Sendable {
        /// Stands to the left.
        package var label: String
        /// How long the bar is. Where it is not finite there is no bar, and the text says so.
        package var value: Double
        /// From where to where the true value lies, with whatever confidence the notes say.
        package var interval: (low: Double, high: Double)?
        /// What stands to the right; `nil`: the value with three or four digits.
        package var text: String?
        /// The number of its colour.
        package var color: Int

        /// A bar.
        package init(
            _ label: String, _ value: Double, interval: (low: Double, high: Double)? = nil, text: String? = nil,
            color: Int = 0
        ) {
            self.label = label
            self.value = value
            self.interval = interval
            self.text = text
            self.color = color
        }
    }

    /// Stands above the chart; `""` for none.
    package var title: String
    /// What the bars measure; always linear, always with 0.
    package var axis: ChartAxis
    /// From top to bottom.
    package var bars: [Bar]
    /// Dashed lines through all bars, such as a baseline's value.
    package var references: [(label: String, value: Double)]
    /// Stand in small letters under the chart.
    package var notes: [String]

    /// A chart.
    package init(
        _ title: String, axis: ChartAxis, _ bars: [Bar], references: [(label: String, value: Double)] = [],
        notes: [String] = []
    ) {
        self.title = title
        self.axis = axis
        self.bars = bars
        self.references = references
        self.notes = notes
        self.axis.scale = .linear
        self.axis.includesZero = true
        self.axis.isWhole = false
    }
}

extension BarChart: PanelDrawing {
    private static let rowHeight = 26.0

    var leftMargin: Double? { nil }

    func draw(on canvas: inout SVGCanvas, left: Double, top: Double, width: Double) -> Double {
        let labelWidth = min((bars.map { TextWidth.of($0.label, size: 12) }.max() ?? 0) + 10, width * 0.42)
        let valueWidth = (bars.map { TextWidth.of(text(of: $0), size: 12) }.max() ?? 0) + 12
        let start = 16 + labelWidth
        let plotWidth = max(width - start - max(valueWidth, PlotFrame.rightMargin), 40)
        let edge = PanelText.drawTitle(title, on: &canvas, top: top, width: width)
        let scale = AxisScale(axis, values: values, looseTicks: max(2, Int(plotWidth / 90)))
        let markers = references.filter { axis.canShow($0.value) && scale.contains($0.value) }.map {
            ChartMarker(.best, x: $0.value, label: "\($0.label) \(NumberText.significant($0.value, digits: 3))")
        }
        let labels = MarkerLabels(markers) { start + scale.share($0) * plotWidth }
        let plotTop = edge + labels.height(left: start, right: start + plotWidth) + 4
        let height = max(Double(bars.count) * Self.rowHeight, Self.rowHeight) + 6
        let frame = PlotFrame(
            x: scale, y: AxisScale(ChartAxis(""), values: [0, 1]), left: start, top: plotTop, width: plotWidth,
            height: height)
        frame.drawXAxis(on: &canvas)
        if bars.isEmpty { canvas.text("chart-faint", "no data", x: start + 10, y: plotTop + 20) }
        labels.draw(on: &canvas, frame: frame)
        for (row, bar) in bars.enumerated() {
            draw(bar, on: &canvas, frame: frame, middle: plotTop + 3 + (Double(row) + 0.5) * Self.rowHeight)
        }
        return PanelText.drawNotes(
            notes, on: &canvas, left: 16, top: frame.bottom + PlotFrame.footHeight, width: width)
    }

    private var values: [Double] {
        bars.flatMap { [$0.value] + ($0.interval.map { [$0.low, $0.high] } ?? []) } + references.map(\.value)
    }

    private func text(of bar: Bar) -> String {
        guard axis.canShow(bar.value) else { return "not finite" }
        return bar.text ?? NumberText.significant(bar.value, digits: 3)
    }

    private func draw(_ bar: Bar, on canvas: inout SVGCanvas, frame: PlotFrame, middle: Double) {
        let label = TextWidth.cut(bar.label, size: 12, limit: frame.left - 20)
        canvas.text("chart-ink", label, x: frame.left - 8, y: middle + 4, anchor: .end)
        var end = frame.left
        if axis.canShow(bar.value) {
            let inside = min(max(bar.value, frame.x.low), frame.x.high)
            let zero = frame.placeX(min(max(0, frame.x.low), frame.x.high))
            let place = frame.placeX(inside)
            end = max(place, zero)
            canvas.rectangle(
                "chart-bar \(ChartStyle.fill(max(bar.color, 0)))", x: min(zero, place), y: middle - 8,
                width: abs(place - zero), height: 16, corner: 1.5, hint: "\(bar.label): \(text(of: bar))")
        }
        if let interval = bar.interval, axis.canShow(interval.low), axis.canShow(interval.high) {
            let low = frame.placeX(min(max(interval.low, frame.x.low), frame.x.high))
            let high = frame.placeX(min(max(interval.high, frame.x.low), frame.x.high))
            canvas.line("chart-interval", fromX: low, y: middle, toX: high, y: middle)
            for x in [low, high] { canvas.line("chart-interval", fromX: x, y: middle - 4, toX: x, y: middle + 4) }
            end = max(end, high)
        }
        let value = text(of: bar)
        canvas.rectangle(
            "chart-ground", x: end + 4, y: middle - 8, width: TextWidth.of(value, size: 12), height: 16)
        canvas.text("chart-ink", value, x: end + 6, y: middle + 4)
    }
}
