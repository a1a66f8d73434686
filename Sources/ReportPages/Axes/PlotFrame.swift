/// The rectangle in which data are drawn, with its axes.
struct PlotFrame {
    let x: AxisScale
    let y: AxisScale
    let left: Double
    let top: Double
    let width: Double
    let height: Double
    /// Where the caption of the y axis stands.
    var captionX = 16.0

    /// Space below the rectangle for tick labels and the axis's caption.
    static let footHeight = 42.0
    /// Space to the right of the rectangle, for half a tick label.
    static let rightMargin = 28.0

    /// About how many ticks fit on a y axis so high.
    static func yTickCount(height: Double) -> Int { max(2, Int(height / 42)) }

    /// Space to the left of the rectangle for the labels of this scale and its caption.
    static func leftMargin(y: AxisScale, height: Double) -> Double {
        let labels = y.ticks(atMost: yTickCount(height: height)).compactMap(\.label)
        return (labels.map { TextWidth.of($0, size: 12) }.max() ?? 20) + 36
    }

    var right: Double { left + width }
    var bottom: Double { top + height }

    /// Where a pair of values lies.
    func place(_ point: ChartPoint) -> (x: Double, y: Double) { (placeX(point.x), placeY(point.y)) }
    func placeX(_ value: Double) -> Double { left + x.share(value) * width }
    func placeY(_ value: Double) -> Double { bottom - y.share(value) * height }

    /// Draws grid, axes, tick labels and captions; without `hasTicks` (no data) no numbers.
    func drawAxes(on canvas: inout SVGCanvas, hasTicks: Bool = true) {
        if hasTicks {
            drawYTicks(on: &canvas)
            drawXTicks(on: &canvas)
        }
        canvas.line("chart-axis", fromX: left, y: bottom, toX: right, y: bottom)
        canvas.line("chart-axis", fromX: left, y: top, toX: left, y: bottom)
        canvas.text("chart-faint", x.axis.caption, x: left + width / 2, y: bottom + 36, anchor: .middle)
        canvas.text(
            "chart-faint", TextWidth.cut(y.axis.caption, size: 12, limit: height + 40), x: captionX,
            y: top + height / 2,
            anchor: .middle, isUpright: true)
    }

    /// Draws the axis along alone.
    func drawXAxis(on canvas: inout SVGCanvas) {
        drawXTicks(on: &canvas)
        canvas.line("chart-axis", fromX: left, y: bottom, toX: right, y: bottom)
        canvas.text("chart-faint", x.axis.caption, x: left + width / 2, y: bottom + 36, anchor: .middle)
    }

    /// Draws the line of equal coordinates, as far as it lies within the rectangle.
    func drawDiagonal(on canvas: inout SVGCanvas) {
        let low = max(x.low, y.low)
        let high = min(x.high, y.high)
        guard low < high else { return }
        canvas.line(
            "chart-reference", fromX: placeX(low), y: placeY(low), toX: placeX(high), y: placeY(high), dash: "5 4")
    }

    /// Draws data; what lies outside of the rectangle does not show, but for the width of a dot.
    func drawInside(on canvas: inout SVGCanvas, _ draw: (inout SVGCanvas) -> Void) {
        canvas.clipped(x: left - 6, y: top - 6, width: width + 12, height: height + 12, draw)
    }

    private func drawYTicks(on canvas: inout SVGCanvas) {
        for tick in y.ticks(atMost: Self.yTickCount(height: height)) {
            let place = placeY(tick.value)
            canvas.line(
                tick.label == nil ? "chart-minor" : "chart-grid", fromX: left, y: place, toX: right, y: place)
            if let label = tick.label { canvas.text("chart-faint", label, x: left - 7, y: place + 4, anchor: .end) }
        }
    }

    private func drawXTicks(on canvas: inout SVGCanvas) {
        for tick in xTicks() {
            let place = placeX(tick.value)
            canvas.line(
                tick.label == nil ? "chart-minor" : "chart-grid", fromX: place, y: top, toX: place, y: bottom)
            if let label = tick.label {
                canvas.text("chart-faint", label, x: place, y: bottom + 17, anchor: .middle)
            }
        }
    }

    /// As many ticks as fit with their labels side by side.
    private func xTicks() -> [NiceTicks.Tick] {
        for count in stride(from: max(2, Int(width / 60)), through: 2, by: -1) {
            let ticks = x.ticks(atMost: count)
            let labelled = ticks.filter { $0.label != nil }
            let fits = zip(labelled, labelled.dropFirst()).allSatisfy { tick, next in
                let room = placeX(next.value) - placeX(tick.value)
                let half = TextWidth.of(tick.label ?? "", size: 12) + TextWidth.of(next.label ?? "", size: 12)
                return half / 2 + 10 <= room
            }
            if fits { return ticks }
        }
        return x.ticks(atMost: 1)
    }
}
