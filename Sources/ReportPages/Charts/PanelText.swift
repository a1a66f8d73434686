/// The texts above and below a plot.
enum PanelText {
    /// Draws a chart's title, its upper edge at `top`; returns the lower edge.
    static func drawTitle(_ title: String, on canvas: inout SVGCanvas, top: Double, width: Double) -> Double {
        guard !title.isEmpty else { return top + 4 }
        canvas.text("chart-title", TextWidth.cut(title, size: 15, limit: width - 32), x: 16, y: top + 17)
        return top + 28
    }

    /// Draws notes in small letters, broken into lines; returns the lower edge.
    static func drawNotes(
        _ notes: [String], on canvas: inout SVGCanvas, left: Double, top: Double, width: Double
    ) -> Double {
        var y = top
        for line in notes.flatMap({ TextWidth.lines($0, size: 11, limit: width - left - 16) }) {
            canvas.text("chart-small", line, x: left, y: y + 12)
            y += 15
        }
        return y
    }

    /// `1 value`, `2 values`.
    static func count(_ count: Int, _ noun: String) -> String {
        "\(NumberText.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }
}
