import ReportPages
import Testing

@Suite struct SeriesCurveTests {
    @Test(
        arguments: [
            ([1, 2, 3, 4, 5], 3, [1.5, 2, 3, 4, 4.5]), ([0, 3, 0, 3, 0], 3, [1.5, 1, 2, 1, 1.5]),
            ([0, 0, 15, 0, 0], 5, [5, 3.75, 3, 3.75, 5]), ([4], 9, [4]), ([], 3, []),
        ] as [([Double], Int, [Double])])
    func `means over neighbours, fewer at the ends`(values: [Double], width: Int, means: [Double]) {
        #expect(SeriesCurve.means(values, over: width) == means)
    }

    @Test func `thinning keeps first, lowest, highest and last of each pixel, in order`() {
        let points = (0..<3000).map { (x: Double($0) / 1000, y: Double(($0 * 7919) % 3001)) }

        let thinned = SeriesCurve.thinned(points)

        #expect(thinned.count <= 12)
        #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
        for column in 0..<3 {
            let inside = points[(column * 1000)..<((column + 1) * 1000)]
            let kept = thinned.filter { Int($0.x) == column }
            #expect(kept.map(\.y).max() == inside.map(\.y).max() && kept.map(\.y).min() == inside.map(\.y).min())
            #expect(kept.first?.x == inside.first?.x && kept.last?.x == inside.last?.x)
        }
    }

    @Test func `what runs backwards is not thinned`() {
        let points = (0..<3000).map { (x: Double(3000 - $0), y: 0.0) }

        #expect(SeriesCurve.thinned(points).count == 3000)
    }
}
