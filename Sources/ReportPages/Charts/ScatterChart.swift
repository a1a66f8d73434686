/// Groups of points in the plane, each group with its colour and shape.
package struct ScatterChart: Sendable {
    /// Stands above the chart; `""` for none.
    package var title: String
    /// The axis along.
    package var x: ChartAxis
    /// The axis up.
    package var y: ChartAxis
    /// The points; names, points and colours count, not bands or smoothing.
    package var groups: [ChartSeries]
    /// Whether the line of equal coordinates is drawn.
    package var hasDiagonal: Bool
    /// Stand in small letters under the chart.
    package var notes: [String]
    /// The plot's height in pixels.
    package var height: Double

    /// A chart.
    package init(
        _ title: String, x: ChartAxis, y: ChartAxis, _ groups: [ChartSeries], hasDiagonal: Bool = false,
        notes: [String] = [], height: Double = 320
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.groups = groups
        self.hasDiagonal = hasDiagonal
        self.notes = notes
        self.height = max(height, 40)
    }
}

extension ScatterChart: PanelDrawing {
    /// A drawing of more points than this is slow to show and no clearer.
    private static let pointLimit = 20_000

    private func yScale(_ curves: [SeriesCurve]) -> AxisScale {
        AxisScale(y, values: curves.flatMap(\.yValues), looseTicks: PlotFrame.yTickCount(height: height))
    }

    private var curves: [SeriesCurve] {
        groups.map { SeriesCurve(ChartSeries($0.name, $0.points), x: x, y: y) }
    }

    var leftMargin: Double? { PlotFrame.leftMargin(y: yScale(curves), height: height) }

    func draw(on canvas: inout SVGCanvas, left: Double, top: Double, width: Double) -> Double {
        let curves = curves
        let right = width - PlotFrame.rightMargin
        var legend = Legend()
        for (index, group) in groups.enumerated() where groups.count > 1 || !group.name.isEmpty {
            legend.add(
                .symbol(color: color(index), shape: index % 4),
                group.name + (curves[index].count == 0 ? " (no data)" : ""))
        }
        if hasDiagonal { legend.add(.reference, "equal") }
        var edge = PanelText.drawTitle(title, on: &canvas, top: top, width: width)
        edge = legend.draw(on: &canvas, left: left, right: right, top: edge)
        let frame = PlotFrame(
            x: AxisScale(x, values: curves.flatMap(\.xValues), looseTicks: 8), y: yScale(curves), left: left,
            top: edge + 6, width: right - left, height: height)
        let count = curves.reduce(0) { $0 + $1.count }
        frame.drawAxes(on: &canvas, hasTicks: count > 0)
        if count == 0 {
            canvas.text(
                "chart-faint", "no data", x: frame.left + frame.width / 2, y: frame.top + height / 2, anchor: .middle)
        }
        if hasDiagonal { frame.drawDiagonal(on: &canvas) }
        let every = max(1, (count + Self.pointLimit - 1) / Self.pointLimit)
        frame.drawInside(on: &canvas) { inside in
            for (index, curve) in curves.enumerated() {
                for (number, point) in curve.pieces.joined().enumerated() where number % every == 0 {
                    draw(point, group: index, hasHint: count <= 2000, on: &inside, frame: frame)
                }
            }
        }
        return PanelText.drawNotes(
            notes + ownNotes(curves, frame, every), on: &canvas, left: left, top: frame.bottom + PlotFrame.footHeight,
            width: width)
    }

    private func color(_ index: Int) -> Int { max(groups[index].color ?? index, 0) }

    private func draw(_ point: ChartPoint, group: Int, hasHint: Bool, on canvas: inout SVGCanvas, frame: PlotFrame) {
        let place = frame.place(point)
        let texts = [NumberText.significant(point.x), NumberText.significant(point.y)]
        canvas.symbol(
            group % 4, "chart-cloud \(ChartStyle.fill(color(group)))", x: place.x, y: place.y,
            hint: hasHint ? "\(groups[group].name): \(texts[0]), \(texts[1])" : nil)
    }

    private func ownNotes(_ curves: [SeriesCurve], _ frame: PlotFrame, _ every: Int) -> [String] {
        var notes: [String] = []
        for (group, curve) in zip(groups, curves) {
            if curve.leftOutCount > 0 {
                notes.append(
                    "\(group.name): \(PanelText.count(curve.leftOutCount, "point")) left out (cannot be drawn).")
            }
            let outside = curve.pieces.joined().count { !frame.x.contains($0.x) || !frame.y.contains($0.y) }
            if outside > 0 { notes.append("\(group.name): \(PanelText.count(outside, "point")) beyond the axes.") }
        }
        if every > 1 { notes.append("One of \(every) points is drawn.") }
        return notes
    }
}

extension SVGCanvas {
    /// A small shape around a point: 0 circle, 1 square, 2 triangle, 3 diamond, so that groups differ without colour.
    mutating func symbol(_ shape: Int, _ style: String, x: Double, y: Double, hint: String?) {
        switch shape {
        case 1: rectangle(style, x: x - 3.5, y: y - 3.5, width: 7, height: 7, hint: hint)
        case 2: path(style, [(x - 4.5, y + 3.5), (x + 4.5, y + 3.5), (x, y - 4.5)], isClosed: true, hint: hint)
        case 3: path(style, [(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)], isClosed: true, hint: hint)
        default: circle(style, x: x, y: y, radius: 4, hint: hint)
        }
    }
}
