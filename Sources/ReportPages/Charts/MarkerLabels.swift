/// Markers along the x axis: their labels in lanes above the plot, so that they hide neither data nor each other.
struct MarkerLabels {
    private static let laneHeight = 15.0
    private let markers: [ChartMarker]
    private let placeX: (Double) -> Double

    /// - Parameter placeX: Where a value lies, in pixels.
    init(_ markers: [ChartMarker], placeX: @escaping (Double) -> Double) {
        self.markers = markers.sorted { $0.x < $1.x }
        self.placeX = placeX
    }

    private struct Label {
        let text: String
        let start: Double
        let end: Double
        let lane: Int
        let markerX: Double
    }

    /// How high the lanes are together.
    func height(left: Double, right: Double) -> Double {
        Double((labels(left: left, right: right).map(\.lane).max() ?? -1) + 1) * Self.laneHeight
    }

    /// Each label in the lowest lane where it overlaps none; moved along where it would leave the plot.
    private func labels(left: Double, right: Double) -> [Label] {
        var laneEnds: [Double] = []
        return markers.filter { $0.kind != .checkpoint && !$0.label.isEmpty }.map { marker in
            let text = TextWidth.cut(marker.label, size: 11, limit: right - left)
            let width = TextWidth.of(text, size: 11) + 6
            let x = placeX(marker.x)
            let start = max(left, min(x - width / 2, right - width))
            let lane = laneEnds.firstIndex { $0 <= start } ?? laneEnds.count
            if lane == laneEnds.count { laneEnds.append(0) }
            laneEnds[lane] = start + width
            return Label(text: text, start: start, end: start + width, lane: lane, markerX: x)
        }
    }

    /// Draws lines, labels and the triangles of checkpoints.
    func draw(on canvas: inout SVGCanvas, frame: PlotFrame) {
        let labels = labels(left: frame.left, right: frame.right)
        for marker in markers where marker.kind != .checkpoint {
            let x = placeX(marker.x)
            let dash = marker.kind == .best ? "6 4" : "2 4"
            canvas.line("chart-reference", fromX: x, y: frame.top, toX: x, y: frame.bottom, dash: dash)
        }
        func laneBottom(_ lane: Int) -> Double { frame.top - 4 - Double(lane) * Self.laneHeight }
        for label in labels where label.lane > 0 {
            canvas.line(
                "chart-grid", fromX: label.markerX, y: laneBottom(label.lane), toX: label.markerX, y: frame.top)
        }
        for label in labels {
            let bottom = laneBottom(label.lane)
            canvas.rectangle(
                "chart-ground", x: label.start, y: bottom - 12, width: label.end - label.start, height: 13)
            canvas.text("chart-small", label.text, x: (label.start + label.end) / 2, y: bottom - 2, anchor: .middle)
        }
        for marker in markers where marker.kind == .checkpoint {
            Legend.drawTriangle(on: &canvas, x: placeX(marker.x), bottom: frame.bottom)
        }
    }
}
