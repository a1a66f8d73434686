/// A chart of any kind.
package enum ChartPanel: Sendable {
    case lines(LineChart)

    var drawing: any PanelDrawing {
        switch self {
        case .lines(let chart): chart
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
    package init(_ title: String = "", _ panels: [ChartPanel], width: Double = 900) {
        self.title = title
        self.panels = panels
        self.width = max(width, 320)
    }

    /// The drawing as the text of an SVG file.
    package var svg: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element }

    /// The drawing as an element, to stand within a page.
    package var element: String {
        var canvas = SVGCanvas()
        var top = 8.0
        if !title.isEmpty {
            canvas.text("chart-heading", TextWidth.cut(title, size: 18, limit: width - 32), x: 16, y: top + 20)
            top += 34
        }
        let left = panels.compactMap { $0.drawing.leftMargin }.max() ?? 60
        for panel in panels { top = panel.drawing.draw(on: &canvas, left: left, top: top, width: width) + 14 }
        if panels.isEmpty {
            canvas.text("chart-faint", "nothing to draw", x: 16, y: top + 14)
            top += 24
        }
        let size = "\(NumberText.coordinate(width)) \(NumberText.coordinate(top.rounded(.up)))"
        let sides = size.split(separator: " ")
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 \(size)\" width=\"\(sides[0])\""
            + " height=\"\(sides[1])\" role=\"img\" aria-label=\"\(MarkupText.escaped(spokenTitle))\""
            + " style=\"max-width:100%;height:auto\">\n" + ChartStyle.element
            + "<rect class=\"chart-ground\" width=\"100%\" height=\"100%\" rx=\"6\"/>\n" + canvas.elements + "</svg>\n"
    }

    /// What a screen reader says.
    private var spokenTitle: String {
        ([title] + panels.map(\.drawing.title)).filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
