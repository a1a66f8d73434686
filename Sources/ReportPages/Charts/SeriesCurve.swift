/// A series made ready to be drawn: what can be drawn, in unbroken pieces, smoothed where asked for.
package struct SeriesCurve {
    /// Unbroken pieces of the points themselves.
    private(set) var pieces: [[ChartPoint]] = []
    /// The same pieces smoothed; empty without smoothing.
    private(set) var smoothPieces: [[ChartPoint]] = []
    /// Where points stand that were left out, as far as they have a place along.
    private(set) var leftOut: [Double] = []
    /// How many points were left out.
    private(set) var leftOutCount = 0
    /// The band's intervals that can be drawn.
    let band: [ChartBand]

    init(_ series: ChartSeries, x: ChartAxis, y: ChartAxis) {
        band = series.band.filter { x.canShow($0.x) && y.canShow($0.low) && y.canShow($0.high) }
        let width = series.smoothingWidth
        let shown = series.points.filter { x.canShow($0.x) && y.canShow($0.y) }
        let means = width > 1 ? Self.means(shown.map(\.y), over: width) : []
        var piece: [ChartPoint] = []
        var smoothPiece: [ChartPoint] = []
        var index = 0
        for point in series.points {
            if x.canShow(point.x), y.canShow(point.y) {
                piece.append(point)
                if width > 1 { smoothPiece.append(ChartPoint(x: point.x, y: means[index])) }
                index += 1
            } else {
                leftOutCount += 1
                if x.canShow(point.x) { leftOut.append(point.x) }
                close(&piece, &smoothPiece)
            }
        }
        close(&piece, &smoothPiece)
    }

    private mutating func close(_ piece: inout [ChartPoint], _ smoothPiece: inout [ChartPoint]) {
        if !piece.isEmpty { pieces.append(piece) }
        if !smoothPiece.isEmpty { smoothPieces.append(smoothPiece) }
        piece = []
        smoothPiece = []
    }

    /// How many points can be drawn.
    var count: Int { pieces.reduce(0) { $0 + $1.count } }
    /// Everything's places along.
    var xValues: [Double] { pieces.flatMap { $0.map(\.x) } + band.map(\.x) }
    /// Everything's heights.
    var yValues: [Double] { pieces.flatMap { $0.map(\.y) } + band.flatMap { [$0.low, $0.high] } }

    /// At each place the mean over `width` neighbours, itself in the middle; near the ends over those that there are.
    package static func means(_ values: [Double], over width: Int) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(values.count + 1)
        for value in values { sums.append(sums[sums.count - 1] + value) }
        return values.indices.map { index in
            let first = max(index - width / 2, 0)
            let last = min(index + width / 2, values.count - 1)
            return (sums[last + 1] - sums[first]) / Double(last + 1 - first)
        }
    }

    /// At most four points for each pixel along: the first, the lowest, the highest and the last, in their order.
    ///
    /// What a screen can show stays; a million points become a few thousand. Points that run backwards stay as they are.
    package static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
        guard points.count > 2000, zip(points, points.dropFirst()).allSatisfy({ $0.x <= $1.x }) else { return points }
        var kept: [(x: Double, y: Double)] = []
        var start = 0
        while start < points.count {
            let column = points[start].x.rounded(.down)
            var end = start + 1
            while end < points.count, points[end].x.rounded(.down) == column { end += 1 }
            var lowest = start
            var highest = start
            for index in start..<end {
                if points[index].y < points[lowest].y { lowest = index }
                if points[index].y > points[highest].y { highest = index }
            }
            for index in Set([start, lowest, highest, end - 1]).sorted() { kept.append(points[index]) }
            start = end
        }
        return kept
    }
}
