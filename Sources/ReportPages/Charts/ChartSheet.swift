/// A chart of any kind.
package enum ChartPanel: Sendable {
    case lines(LineChart)
    case bars(BarChart)
    case scatter(ScatterChart)
    case reliability(ReliabilityDiagram)
    case heat(HeatMap)

    var drawing: any PanelDrawing {
        switch self {
        case .lines(let chart): chart
        case .bars(let chart): chart
        case .scatter(let chart): chart
        case .reliability(let chart): chart
        case .heat(let chart): chart
        }
    }
}

/// What every kind of chart can do.
protocol PanelDrawing: Sendable {
    /// Stands above the chart; `""` for none.
    var title: String { get }

    /// The space to the left of the plot that the chart would take by itself; `nil` where it is not to be aligned with
    /// the plots above and below.
    var leftMargin: Double? { get }

    /// Draws from x = 0 to `width`, with the plot beginning at `left` or where the chart wants it; returns the lower
    /// edge.
    func draw(on canvas: inout SVGCanvas, left: Double, top: Double, width: Double) -> Double
}

/// Charts under each other in one SVG, their plots aligned.
///
///     let sheet = ChartSheet("Finetuning", [.lines(loss), .lines(learningRate)])
///     try WholeFile.write(sheet.svg, to: "run/curves.svg")
///
/// The file stands for itself: it has its colours, for light and for dark, and needs no script and no font of its own.
package struct ChartSheet: Sendable {
    /// Stands above all; `""` for none.
    package var title: String
    /// From top to bottom.
    package var panels: [ChartPanel]
    /// In pixels; a page shows the drawing smaller where there is less room.
    package var width: Double

    /// A sheet of these charts.
    package init(_ title: String, _ panels: [ChartPanel], width: Double = 900) {
        self.title = title
        self.panels = panels
        self.width = max(width, 320)
    }

    /// A sheet of these charts, without a title of its own.
    package init(_ panels: [ChartPanel], width: Double = 900) { self.init("", panels, width: width) }

    /// The drawing as an element, to stand within a page.
    package var element: String { Self.element(title, panels, width, left: left) }

    /// The drawing as the text of an SVG file.
    package var svg: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element }

    /// The charts as elements of a page, one each, so that a printer may turn the page between them; still aligned.
    var pageElements: [String] {
        if panels.isEmpty || !title.isEmpty { return [Self.element(title, panels, width, left: left)] }
        return panels.map { Self.element("", [$0], width, left: left) }
    }

    /// Where the plots begin.
    private var left: Double { panels.compactMap { $0.drawing.leftMargin }.max() ?? 60 }

    private static func element(_ title: String, _ panels: [ChartPanel], _ width: Double, left: Double) -> String {
        var canvas = SVGCanvas()
        var top = 8.0
        if !title.isEmpty {
            canvas.text("chart-heading", TextWidth.cut(title, size: 18, limit: width - 32), x: 16, y: top + 20)
            top += 34
        }
        for panel in panels { top = panel.drawing.draw(on: &canvas, left: left, top: top, width: width) + 14 }
        if panels.isEmpty {
            canvas.text("chart-faint", "nothing to draw", x: 16, y: top + 14)
            top += 24
        }
        // What a screen reader says.
        let spoken = ([title] + panels.map(\.drawing.title)).filter { !$0.isEmpty }.joined(separator: "; ")
        let (across, down) = (NumberText.coordinate(width), NumberText.coordinate(top.rounded(.up)))
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 \(across) \(down)\""
            + " width=\"\(across)\" height=\"\(down)\" role=\"img\" aria-label=\"\(MarkupText.escaped(spoken))\""
            + " style=\"max-width:100%;height:auto\">\n" + ChartStyle.element
            + "<rect class=\"chart-ground\" width=\"100%\" height=\"100%\"/>\n" + canvas.elements + "</svg>\n"
    }
}
