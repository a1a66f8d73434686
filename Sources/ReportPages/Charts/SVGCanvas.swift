/// Elements of an SVG drawing, one after another; every text that comes in is escaped here.
///
/// Colours and fonts come from classes, which `ChartStyle` has rules for.
struct SVGCanvas {
    /// Where a text stands as against its point.
    enum Anchor: String { case start, middle, end }

    /// What was drawn.
    private(set) var elements = ""

    mutating func line(
        _ style: String, fromX x1: Double, y y1: Double, toX x2: Double, y y2: Double, dash: String? = nil
    ) {
        let ends = attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2)
        elements += "<line class=\"\(style)\"\(ends)\(dashAttribute(dash))/>\n"
    }

    mutating func rectangle(
        _ style: String, x: Double, y: Double, width: Double, height: Double, fill: String? = nil,
        corner: Double = 0, hint: String? = nil
    ) {
        var text = "<rect class=\"\(style)\"" + attribute("x", x) + attribute("y", y)
        text += attribute("width", max(width, 0)) + attribute("height", max(height, 0))
        if corner > 0 { text += attribute("rx", corner) }
        if let fill { text += " fill=\"\(fill)\"" }
        elements += text + closing("rect", hint: hint)
    }

    mutating func circle(_ style: String, x: Double, y: Double, radius: Double, hint: String? = nil) {
        elements += "<circle class=\"\(style)\"" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius)
        elements += closing("circle", hint: hint)
    }

    /// A path through these points; with `isClosed` an area.
    mutating func path(
        _ style: String, _ points: [(x: Double, y: Double)], isClosed: Bool = false, dash: String? = nil,
        hint: String? = nil
    ) {
        guard !points.isEmpty else { return }
        var data = ""
        for (index, point) in points.enumerated() {
            data += index == 0 ? "M" : index == 1 ? "L" : " "
            data += NumberText.coordinate(point.x) + "," + NumberText.coordinate(point.y)
        }
        if isClosed { data += "Z" }
        elements += "<path class=\"\(style)\" d=\"\(data)\"\(dashAttribute(dash))" + closing("path", hint: hint)
    }

    /// A text; with `isUpright` it is turned to read from bottom to top.
    mutating func text(
        _ style: String, _ text: String, x: Double, y: Double, anchor: Anchor = .start, isUpright: Bool = false,
        fill: String? = nil
    ) {
        var tag = "<text class=\"\(style)\"" + attribute("x", x) + attribute("y", y)
        if anchor != .start { tag += " text-anchor=\"\(anchor.rawValue)\"" }
        if isUpright {
            tag += " transform=\"rotate(-90 \(NumberText.coordinate(x)) \(NumberText.coordinate(y)))\""
        }
        if let fill { tag += " fill=\"\(fill)\"" }
        elements += tag + ">" + MarkupText.escaped(text) + "</text>\n"
    }

    /// Draws within a rectangle, beyond which nothing shows; coordinates stay those of the whole drawing.
    mutating func clipped(
        x: Double, y: Double, width: Double, height: Double, _ draw: (inout SVGCanvas) -> Void
    ) {
        let box = [x, y, width, height].map(NumberText.coordinate).joined(separator: " ")
        elements += "<svg" + attribute("x", x) + attribute("y", y) + attribute("width", width)
        elements += attribute("height", height) + " viewBox=\"\(box)\">\n"
        draw(&self)
        elements += "</svg>\n"
    }

    private func attribute(_ name: String, _ value: Double) -> String { " \(name)=\"\(NumberText.coordinate(value))\"" }

    private func dashAttribute(_ dash: String?) -> String { dash.map { " stroke-dasharray=\"\($0)\"" } ?? "" }

    /// The end of a tag, with a text that shows where the pointer rests.
    private func closing(_ tag: String, hint: String?) -> String {
        hint.map { "><title>\(MarkupText.escaped($0))</title></\(tag)>\n" } ?? "/>\n"
    }
}
