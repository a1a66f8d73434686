import Foundation

/// A table of numbers as coloured cells, such as the load of each expert in each layer.
///
/// The colours run from dark violet through green to yellow (viridis: equal steps look equal, also without colour sight and
/// on paper), and are explained by a scale beside the title.
package struct HeatMap: Sendable {
    /// Stands above the chart; `""` for none.
    package var title: String
    /// What the columns are: `expert`.
    package var columnCaption: String
    /// What the rows are: `layer`.
    package var rowCaption: String
    /// A name for each row, from top to bottom.
    package var rows: [String]
    /// A name for each column, from left to right.
    package var columns: [String]
    /// `[rows, columns]`; what is missing or not finite has a grey cell.
    package var values: [[Double]]
    /// Which values have the first and the last colour; `nil`: the least and the greatest.
    package var range: ClosedRange<Double>?
    /// Stand in small letters under the chart.
    package var notes: [String]

    /// A chart.
    package init(
        _ title: String, rowCaption: String, rows: [String], columnCaption: String, columns: [String],
        values: [[Double]], range: ClosedRange<Double>? = nil, notes: [String] = []
    ) {
        self.title = title
        self.rowCaption = rowCaption
        self.rows = rows
        self.columnCaption = columnCaption
        self.columns = columns
        self.values = values
        self.range = range
        self.notes = notes
    }
}

extension HeatMap: PanelDrawing {
    private static let stops: [(Double, Double, Double)] = [
        (68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37),
    ]

    var leftMargin: Double? { nil }

    func draw(on canvas: inout SVGCanvas, left: Double, top: Double, width: Double) -> Double {
        let scale = AxisScale(ChartAxis("", range: range), values: values.flatMap { $0 })
        var edge = PanelText.drawTitle(title, on: &canvas, top: top, width: width - 230)
        drawScale(scale, on: &canvas, right: width - PlotFrame.rightMargin, y: edge - 20)
        guard !rows.isEmpty, !columns.isEmpty else {
            canvas.text("chart-faint", "no data", x: 40, y: edge + 14)
            return PanelText.drawNotes(notes, on: &canvas, left: 16, top: edge + 22, width: width)
        }
        let start = 36 + min((rows.map { TextWidth.of($0, size: 12) }.max() ?? 0) + 8, width * 0.3)
        let cellWidth = min((width - start - PlotFrame.rightMargin) / Double(columns.count), 64)
        let cellHeight = rows.count > 30 ? 14.0 : 22.0
        edge += 6
        for row in rows.indices {
            let y = edge + Double(row) * cellHeight
            canvas.text(
                "chart-faint", TextWidth.cut(rows[row], size: 12, limit: start - 30), x: start - 8,
                y: y + cellHeight / 2 + 4, anchor: .end)
            for column in columns.indices {
                drawCell(
                    row, column, scale, on: &canvas, x: start + Double(column) * cellWidth, y: y,
                    size: (cellWidth, cellHeight))
            }
        }
        let bottom = edge + Double(rows.count) * cellHeight
        drawColumnNames(on: &canvas, left: start, cellWidth: cellWidth, y: bottom + 15)
        canvas.text(
            "chart-faint", columnCaption, x: start + cellWidth * Double(columns.count) / 2, y: bottom + 33,
            anchor: .middle)
        canvas.text("chart-faint", rowCaption, x: 18, y: (edge + bottom) / 2, anchor: .middle, isUpright: true)
        let missing = rows.indices.reduce(0) { sum, row in sum + columns.indices.count { value(row, $0) == nil } }
        let ownNotes = missing > 0 ? ["\(PanelText.count(missing, "value")) missing or not finite (grey)."] : []
        return PanelText.drawNotes(notes + ownNotes, on: &canvas, left: 16, top: bottom + 40, width: width)
    }

    private func value(_ row: Int, _ column: Int) -> Double? {
        guard row < values.count, column < values[row].count else { return nil }
        return ChartAxis("").canShow(values[row][column]) ? values[row][column] : nil
    }

    private func drawCell(
        _ row: Int, _ column: Int, _ scale: AxisScale, on canvas: inout SVGCanvas, x: Double, y: Double,
        size: (width: Double, height: Double)
    ) {
        let place = "\(rowCaption) \(rows[row]), \(columnCaption) \(columns[column])"
        let value = value(row, column)
        let text = value.map { NumberText.significant($0, digits: 2) } ?? "–"
        let share = value.map { min(max(scale.share($0), 0), 1) }
        canvas.rectangle(
            share == nil ? "chart-void" : "chart-cell", x: x + 0.5, y: y + 0.5, width: size.width - 1,
            height: size.height - 1, fill: share.map(Self.color), hint: "\(place): \(text)")
        guard size.height >= 18, TextWidth.of(text, size: 11) + 4 <= size.width else { return }
        let ink = (share ?? 0) > 0.55 ? "#000000" : "#ffffff"
        canvas.text(
            share == nil ? "chart-small" : "chart-cell-text", text, x: x + size.width / 2, y: y + size.height / 2 + 4,
            anchor: .middle, fill: share == nil ? nil : ink)
    }

    /// As many names as fit side by side.
    private func drawColumnNames(on canvas: inout SVGCanvas, left: Double, cellWidth: Double, y: Double) {
        let widest = (columns.map { TextWidth.of($0, size: 12) }.max() ?? 0) + 8
        let every = max(1, Int((widest / cellWidth).rounded(.up)))
        for column in stride(from: 0, to: columns.count, by: every) {
            canvas.text(
                "chart-faint", columns[column], x: left + (Double(column) + 0.5) * cellWidth, y: y, anchor: .middle)
        }
    }

    /// The colours from the low to the high end, with their values.
    private func drawScale(_ scale: AxisScale, on canvas: inout SVGCanvas, right: Double, y: Double) {
        let high = NumberText.significant(scale.high, digits: 3)
        let end = right - TextWidth.of(high, size: 12) - 6
        for step in 0..<30 {
            canvas.rectangle(
                "chart-cell", x: end - 120 + Double(step) * 4, y: y, width: 4.3, height: 12,
                fill: Self.color(Double(step) / 29))
        }
        canvas.text("chart-faint", high, x: end + 6, y: y + 10)
        canvas.text(
            "chart-faint", NumberText.significant(scale.low, digits: 3), x: end - 126, y: y + 10, anchor: .end)
    }

    /// The colour for a share from 0 to 1.
    static func color(_ share: Double) -> String {
        let place = share * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        let (low, high) = (stops[index], stops[index + 1])
        let part = place - Double(index)
        let parts = [(low.0, high.0), (low.1, high.1), (low.2, high.2)].map { Int(($0 + ($1 - $0) * part).rounded()) }
        return "#" + parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
