extension LineChart: PanelDrawing {
    private var curves: [SeriesCurve] { series.map { SeriesCurve($0, x: x, y: y) } }

    private func yScale(_ curves: [SeriesCurve]) -> AxisScale {
        AxisScale(y, values: curves.flatMap(\.yValues), looseTicks: PlotFrame.yTickCount(height: height))
    }

    var leftMargin: Double? { PlotFrame.leftMargin(y: yScale(curves), height: height) }

    func draw(on canvas: inout SVGCanvas, left: Double, top: Double, width: Double) -> Double {
        let curves = curves
        let right = width - PlotFrame.rightMargin
        var edge = PanelText.drawTitle(title, on: &canvas, top: top, width: width)
        edge = legend(curves).draw(on: &canvas, left: left, right: right, top: edge)
        let xValues = curves.flatMap(\.xValues) + markers.map(\.x)
        let xScale = AxisScale(x, values: xValues)
        let labels = MarkerLabels(markers.filter { x.canShow($0.x) && xScale.contains($0.x) }) {
            left + xScale.share($0) * (right - left)
        }
        let frame = PlotFrame(
            x: xScale, y: yScale(curves), left: left, top: edge + labels.height(left: left, right: right) + 6,
            width: right - left, height: height)
        let isEmpty = curves.allSatisfy { $0.count == 0 && $0.band.isEmpty }
        frame.drawAxes(on: &canvas, hasTicks: !isEmpty)
        if isEmpty {
            canvas.text(
                "chart-faint", "no data", x: frame.left + frame.width / 2, y: frame.top + height / 2, anchor: .middle)
        }
        labels.draw(on: &canvas, frame: frame)
        frame.drawInside(on: &canvas) { inside in
            for (index, curve) in curves.enumerated() { drawBand(curve, index, frame, on: &inside) }
            for (index, curve) in curves.enumerated() { draw(curve, index, frame, on: &inside) }
        }
        return PanelText.drawNotes(
            notes + ownNotes(curves, frame), on: &canvas, left: left, top: frame.bottom + PlotFrame.footHeight,
            width: width)
    }

    private func color(_ index: Int) -> Int { max(series[index].color ?? index, 0) }

    private func hasDots(_ curve: SeriesCurve, _ index: Int) -> Bool { series[index].hasDots ?? (curve.count <= 40) }

    private func drawBand(_ curve: SeriesCurve, _ index: Int, _ frame: PlotFrame, on canvas: inout SVGCanvas) {
        guard !curve.band.isEmpty else { return }
        let upper = curve.band.map { frame.place(ChartPoint(x: $0.x, y: $0.high)) }
        let lower = curve.band.reversed().map { frame.place(ChartPoint(x: $0.x, y: $0.low)) }
        canvas.path("chart-area \(ChartStyle.fill(color(index)))", upper + lower, isClosed: true)
    }

    private func draw(_ curve: SeriesCurve, _ index: Int, _ frame: PlotFrame, on canvas: inout SVGCanvas) {
        let stroke = ChartStyle.stroke(color(index))
        let dash = series[index].isDashed ? "7 4" : ChartStyle.dash(color(index))
        let isSmoothed = !curve.smoothPieces.isEmpty
        for piece in curve.pieces {
            let places = SeriesCurve.thinned(piece.map(frame.place))
            canvas.path(
                isSmoothed ? "chart-pale \(stroke)" : "chart-line \(stroke)", places, dash: isSmoothed ? nil : dash)
        }
        for piece in curve.smoothPieces {
            canvas.path("chart-line \(stroke)", SeriesCurve.thinned(piece.map(frame.place)), dash: dash)
        }
        for piece in curve.pieces where piece.count == 1 || (hasDots(curve, index) && !isSmoothed) {
            for point in piece {
                let place = frame.place(point)
                canvas.circle(
                    "chart-dot \(ChartStyle.fill(color(index)))", x: place.x, y: place.y, radius: 3.5,
                    hint: hint(series[index].name, point))
            }
        }
        // A few hundred crosses say all that thousands would.
        for x in curve.leftOut.prefix(300) where frame.x.contains(x) {
            Legend.drawCross("chart-thin \(stroke)", on: &canvas, x: frame.placeX(x), y: frame.bottom - 5)
        }
    }

    private func hint(_ name: String, _ point: ChartPoint) -> String {
        "\(name): \(NumberText.significant(point.y)) at \(NumberText.significant(point.x, digits: 6))"
    }

    private func legend(_ curves: [SeriesCurve]) -> Legend {
        var legend = Legend()
        if series.count > 1 || series.contains(where: { !$0.name.isEmpty }) {
            for (index, one) in series.enumerated() {
                let dots = hasDots(curves[index], index) && curves[index].smoothPieces.isEmpty
                legend.add(
                    .line(
                        color: color(index), isDashed: one.isDashed, hasBand: !curves[index].band.isEmpty, hasDots: dots
                    ), one.name + (curves[index].count == 0 && curves[index].band.isEmpty ? " (no data)" : ""))
            }
        }
        if markers.contains(where: { $0.kind == .checkpoint }) { legend.add(.checkpoint, "checkpoint") }
        if curves.contains(where: { !$0.leftOut.isEmpty }) { legend.add(.leftOut, "left out") }
        return legend
    }

    /// What the drawing itself cannot show.
    private func ownNotes(_ curves: [SeriesCurve], _ frame: PlotFrame) -> [String] {
        var notes: [String] = []
        let widths = zip(series, curves).filter { !$0.1.smoothPieces.isEmpty }.map { one, _ in
            (series.count > 1 ? "\(one.name): " : "") + "mean over \(one.smoothingWidth) points"
        }
        if !widths.isEmpty { notes.append("Pale: as logged. Strong: " + widths.joined(separator: ", ") + ".") }
        for (one, curve) in zip(series, curves) where curve.leftOutCount > 0 {
            let reason =
                y.scale == .logarithmic || x.scale == .logarithmic ? "not finite or not positive" : "not finite"
            notes.append("\(one.name): \(PanelText.count(curve.leftOutCount, "value")) left out (\(reason)).")
        }
        for (one, curve) in zip(series, curves) {
            let outside = curve.pieces.joined().count { !frame.x.contains($0.x) || !frame.y.contains($0.y) }
            if outside > 0 { notes.append("\(one.name): \(PanelText.count(outside, "value")) beyond the axes.") }
        }
        return notes
    }
}
