import Foundation
import ReportPages
import Testing

@Suite struct LineChartTests {
    private func points(_ values: [Double]) -> [ChartPoint] {
        values.enumerated().map { ChartPoint(x: Double($0.offset), y: $0.element) }
    }

    private func drawing(_ chart: LineChart) throws -> Markup { try Markup(ChartSheet([.lines(chart)]).svg) }

    private func chart(_ series: [ChartSeries], scale: ChartAxis.Scale = .linear, markers: [ChartMarker] = [])
        -> LineChart
    {
        LineChart("Loss", x: .steps, y: ChartAxis("loss", unit: "nats", scale: scale), series, markers: markers)
    }

    /// The corners of the path at that place among those of a style.
    private func corners(_ drawing: Markup, _ style: String, _ index: Int = 0) throws -> [[Double]] {
        let paths = drawing.all(class: style).filter { $0.name == "path" }
        try #require(index < paths.count)
        let data = try #require(paths[index].attributes["d"])
        return data.dropFirst().split { $0 == "L" || $0 == " " || $0 == "Z" }.map {
            $0.split(separator: ",").compactMap { Double($0) }
        }
    }

    @Test func `title, captions with units, legend and ticks are there`() throws {
        let drawing = try drawing(
            chart([ChartSeries("train", points([4, 2, 1])), ChartSeries("dev", points([3, 3, 3]))]))

        for text in ["Loss", "step", "loss (nats)", "train", "dev", "0", "2", "4"] {
            #expect(drawing.texts.contains(text), "\(text)")
        }
        #expect(drawing.elements[0].attributes["viewBox"]?.hasPrefix("0 0 900 ") == true)
        #expect(drawing.elements[0].attributes["aria-label"] == "Loss")
    }

    @Test func `points lie where the axes say`() throws {
        let drawing = try drawing(chart([ChartSeries("", points([0, 2, 4]))]))
        let places = try corners(drawing, "chart-line")
        let axes = drawing.all("line").filter { $0.has("chart-axis") }
        let (left, right) = (axes[0].number("x1"), axes[0].number("x2"))
        let (top, bottom) = (axes[1].number("y1"), axes[1].number("y2"))

        let wanted = [[left, bottom], [(left + right) / 2, (top + bottom) / 2], [right, top]]
        for (place, want) in zip(places, wanted) {
            #expect(abs(place[0] - want[0]) < 0.02 && abs(place[1] - want[1]) < 0.02)
        }
        #expect(places.count == 3)
    }

    @Test func `equal factors are equal lengths on a logarithmic axis`() throws {
        let heights = try corners(
            drawing(chart([ChartSeries("", points([1, 10, 100]))], scale: .logarithmic)), "chart-line"
        )
        .map { $0[1] }

        #expect(abs((heights[0] - heights[1]) - (heights[1] - heights[2])) < 0.03)
    }

    @Test func `what is not finite breaks the line, is marked and told`() throws {
        let drawing = try drawing(chart([ChartSeries("train", points([4, 3, .nan, .infinity, 2, 1]))]))

        #expect(drawing.all("path").filter { $0.has("chart-line") }.count == 2)
        #expect(drawing.texts.contains("train: 2 values left out (not finite)."))
        #expect(drawing.texts.contains("left out"))
        #expect(drawing.all("line").filter { $0.has("chart-thin") }.count == 4, "two crosses")
        #expect(
            !drawing.elements.contains { $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") } })
    }

    @Test func `a logarithmic axis leaves out what is not positive`() throws {
        let drawing = try drawing(chart([ChartSeries("a", points([4, 0, -1, 2, 1]))], scale: .logarithmic))

        #expect(drawing.texts.contains("a: 2 values left out (not finite or not positive)."))
    }

    @Test func `what lies beyond the given axes is told`() throws {
        var chart = chart([ChartSeries("a", points([1, 2, 30]))])
        chart.y.range = 0...5

        #expect(try drawing(chart).texts.contains("a: 1 value beyond the axes."))
    }

    @Test(arguments: [[], [[Double]()], [[.nan, .nan]]])
    func `no data is said, and no number stands at the axes`(values: [[Double]]) throws {
        let drawing = try drawing(chart(values.map { ChartSeries("train", points($0)) }))

        #expect(drawing.texts.contains("no data"))
        #expect(drawing.texts.contains("train (no data)") == !values.isEmpty)
        #expect(!drawing.texts.contains { Double($0) != nil })
    }

    @Test(arguments: [
        [5], [0, 0, 0], [7, 7], [1e-200, 1e-200], [1e149, -1e149], [-3, -3.0000000000001], [1e300, 2],
    ])
    func `values that are one, tiny or huge are drawn`(values: [Double]) throws {
        for scale in [ChartAxis.Scale.linear, .logarithmic] {
            let drawing = try drawing(chart([ChartSeries("a", points(values))], scale: scale))

            let places = drawing.all("circle").flatMap { [$0.number("cx"), $0.number("cy")] }
            #expect(places.allSatisfy { $0 >= 0 && $0 <= 900 })
        }
    }

    @Test func `smoothing draws the points pale and their mean strong`() throws {
        let values = (0..<300).map { Double($0 % 2) }
        let drawing = try drawing(chart([ChartSeries("train", points(values), smoothing: .mean(over: 10))]))

        let pale = try corners(drawing, "chart-pale").map { $0[1] }
        let strong = try corners(drawing, "chart-line").map { $0[1] }
        func spread(_ heights: ArraySlice<Double>) -> Double { (heights.max() ?? 0) - (heights.min() ?? 0) }
        #expect(pale.count == 300 && strong.count == 300)
        #expect(spread(strong[20..<280]) < spread(pale[20..<280]) / 5)
        #expect(drawing.texts.contains("Pale: as logged. Strong: mean over 11 points."))
    }

    @Test func `a band is an area from low to high`() throws {
        let band = (0..<3).map { ChartBand(x: Double($0), low: 1, high: 2) } + [ChartBand(x: 3, low: .nan, high: 2)]
        let drawing = try drawing(chart([ChartSeries("dev", points([1.5, 1.5, 1.5]), band: band)]))

        #expect(try corners(drawing, "chart-area").count == 6)
    }

    @Test func `markers stand at their steps, their labels beside each other`() throws {
        let markers = [
            ChartMarker(.checkpoint, x: 1), ChartMarker(.best, x: 5, label: "best dev"),
            ChartMarker(.event, x: 5.1, label: "resumed"), ChartMarker(.event, x: .nan, label: "nowhere"),
        ]
        let drawing = try drawing(chart([ChartSeries("a", points((0...10).map(Double.init)))], markers: markers))
        let labels = drawing.all("text").filter { ["best dev", "resumed"].contains($0.text) }

        #expect(labels.count == 2 && labels[0].number("y") != labels[1].number("y"))
        #expect(drawing.texts.contains("checkpoint"))
        #expect(!drawing.texts.contains("nowhere"))
        #expect(drawing.all(class: "chart-mark").count == 2, "one in the legend, one on the axis")
    }

    @Test func `every text is escaped`() throws {
        let evil = "<script>&\"'\u{0}"
        let marker = ChartMarker(.event, x: 1, label: evil)
        let svg = ChartSheet(
            evil,
            [
                .lines(
                    LineChart(
                        evil, x: ChartAxis(evil, unit: evil), y: ChartAxis(evil),
                        [
                            ChartSeries(evil, points([1, .nan, 2]))
                        ], markers: [marker], notes: [evil]))
            ]
        ).svg

        #expect(!svg.contains("<script"))
        #expect(try Markup(svg).texts.filter { $0.contains("<script>&\"'\u{FFFD}") }.count >= 7)
    }

    @Test func `a million points become a drawing of modest size that keeps the extremes`() throws {
        var values = (0..<1_000_000).map { sin(Double($0) / 1000) }
        values[123_456] = 50
        let svg = ChartSheet([.lines(chart([ChartSeries("a", points(values))]))]).svg

        #expect(svg.utf8.count < 100_000)
        #expect(try corners(Markup(svg), "chart-line").contains { $0[1] < 110 }, "the peak is there")
    }

    @Test func `a long legend takes more rows and never the plot's place`() throws {
        let many = (0..<12).map { ChartSeries("a series with quite a long name \($0)", points([1, 2])) }
        let drawing = try drawing(chart(many))
        let legend = drawing.all("text").filter { $0.text.hasPrefix("a series") }.map { $0.number("y") }
        let plotTop = try #require(drawing.all("line").filter { $0.has("chart-axis") }.map { $0.number("y1") }.min())

        #expect(Set(legend).count >= 4)
        #expect(legend.allSatisfy { $0 < plotTop })
        #expect(
            drawing.all("path").compactMap { $0.attributes["stroke-dasharray"] }.count == 5,
            "colours come again, dashed")
    }

    @Test func `plots of a sheet are aligned`() throws {
        let small = LineChart("", x: .steps, y: ChartAxis("a"), [ChartSeries("", points([1, 2]))])
        let large = LineChart("", x: .steps, y: ChartAxis("b"), [ChartSeries("", points([100_000, 200_000]))])
        let drawing = try Markup(ChartSheet([.lines(small), .lines(large)]).svg)

        let upright = drawing.all("line").filter { $0.has("chart-axis") && $0.number("x1") == $0.number("x2") }
        #expect(upright.count == 2 && upright[0].number("x1") == upright[1].number("x1"))
    }

    @Test func `a sheet of nothing says so`() throws {
        #expect(try Markup(ChartSheet("Empty", []).svg).texts == ["Empty", "nothing to draw"])
    }

    @Test func `light and dark have their colours`() throws {
        let style = try #require(Markup(ChartSheet([]).svg).all("style").first?.text)

        #expect(style.contains("prefers-color-scheme:dark") && style.contains("#0072b2") && style.contains("#56b4e9"))
    }
}
