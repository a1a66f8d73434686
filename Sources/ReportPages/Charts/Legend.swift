/// What the marks of a chart mean, in rows above the plot, where no data can be hidden.
struct Legend {
    /// How an entry's sample looks.
    enum Sample {
        case line(color: Int, isDashed: Bool, hasBand: Bool, hasDots: Bool)
        case symbol(color: Int, shape: Int)
        case area(color: Int)
        case checkpoint
        case reference
        case leftOut
    }

    private static let rowHeight = 20.0
    private static let sampleWidth = 26.0
    private var entries: [(sample: Sample, text: String)] = []

    /// Appends an entry.
    mutating func add(_ sample: Sample, _ text: String) { entries.append((sample, text)) }

    /// Draws rows from `left` to `right`, the first one's upper edge at `top`; returns the last one's lower edge.
    func draw(on canvas: inout SVGCanvas, left: Double, right: Double, top: Double) -> Double {
        guard !entries.isEmpty else { return top }
        var x = left
        var row = top
        for entry in entries {
            let text = TextWidth.cut(entry.text, size: 12, limit: right - left - Self.sampleWidth - 6)
            let width = Self.sampleWidth + 6 + TextWidth.of(text, size: 12)
            if x > left, x + width > right {
                x = left
                row += Self.rowHeight
            }
            draw(entry.sample, on: &canvas, x: x, y: row + 9)
            canvas.text("chart-ink", text, x: x + Self.sampleWidth + 6, y: row + 13)
            x += width + 18
        }
        return row + Self.rowHeight + 2
    }

    private func draw(_ sample: Sample, on canvas: inout SVGCanvas, x: Double, y: Double) {
        let end = x + Self.sampleWidth
        let middle = x + Self.sampleWidth / 2
        switch sample {
        case .line(let color, let isDashed, let hasBand, let hasDots):
            if hasBand {
                canvas.rectangle("chart-area \(ChartStyle.fill(color))", x: x, y: y - 6, width: end - x, height: 12)
            }
            canvas.line(
                "chart-line \(ChartStyle.stroke(color))", fromX: x, y: y, toX: end, y: y,
                dash: isDashed ? "7 4" : ChartStyle.dash(color))
            if hasDots { canvas.circle("chart-dot \(ChartStyle.fill(color))", x: middle, y: y, radius: 3.5) }
        case .symbol(let color, let shape):
            canvas.symbol(shape, "chart-dot \(ChartStyle.fill(color))", x: middle, y: y, hint: nil)
        case .area(let color):
            canvas.rectangle(ChartStyle.fill(color), x: end - 16, y: y - 6, width: 14, height: 12, corner: 2)
        case .checkpoint: Self.drawTriangle(on: &canvas, x: middle, bottom: y + 4)
        case .reference: canvas.line("chart-reference", fromX: x, y: y, toX: end, y: y, dash: "5 4")
        case .leftOut: Self.drawCross("chart-axis", on: &canvas, x: middle, y: y)
        }
    }

    /// The mark of a checkpoint, standing on `bottom`.
    static func drawTriangle(on canvas: inout SVGCanvas, x: Double, bottom: Double) {
        canvas.path(
            "chart-ground chart-axis chart-mark", [(x - 4, bottom), (x + 4, bottom), (x, bottom - 8)], isClosed: true)
    }

    /// The mark of a value that was left out.
    static func drawCross(_ style: String, on canvas: inout SVGCanvas, x: Double, y: Double) {
        canvas.line(style, fromX: x - 3.5, y: y - 3.5, toX: x + 3.5, y: y + 3.5)
        canvas.line(style, fromX: x - 3.5, y: y + 3.5, toX: x + 3.5, y: y - 3.5)
    }
}
