import Foundation
import ReportPages
import Testing

@Suite struct BarChartTests {
    @Test func `bars are as long as their values, and begin at 0`() throws {
        let chart = BarChart(
            "Scores", axis: ChartAxis("share", range: 0...1),
            [.init("a", 0.5, interval: (0.4, 0.6)), .init("b", 1), .init("c", .nan)], references: [("blind", 0.25)])
        let drawing = try Markup(ChartSheet([.bars(chart)]).svg)
        let bars = drawing.all(class: "chart-bar")

        #expect(bars.count == 2)
        #expect(abs(bars[1].number("width") - 2 * bars[0].number("width")) < 0.05)
        #expect(bars[0].number("x") == bars[1].number("x"))
        #expect(drawing.all(class: "chart-interval").count == 3)
        for text in ["a", "b", "c", "0.500", "not finite", "blind 0.250", "share"] {
            #expect(drawing.texts.contains(text))
        }
    }

    @Test func `negative values lie to the other side`() throws {
        let chart = BarChart("", axis: ChartAxis("nats"), [.init("a", -2), .init("b", 2)])
        let bars = try Markup(ChartSheet([.bars(chart)]).svg).all(class: "chart-bar")

        #expect(abs(bars[0].number("x") + bars[0].number("width") - bars[1].number("x")) < 0.05)
    }

    @Test func `no bars are said`() throws {
        let drawing = try Markup(ChartSheet([.bars(BarChart("", axis: ChartAxis("x"), []))]).svg)

        #expect(drawing.texts.contains("no data"))
    }
}

@Suite struct ScatterChartTests {
    private func chart(_ groups: [ChartSeries]) throws -> Markup {
        let chart = ScatterChart("", x: ChartAxis("a"), y: ChartAxis("b"), groups, hasDiagonal: true)
        return try Markup(ChartSheet([.scatter(chart)]).svg)
    }

    @Test func `groups differ in shape`() throws {
        let points = [ChartPoint(x: 0, y: 0), ChartPoint(x: 1, y: 1), ChartPoint(x: .nan, y: 1)]
        let drawing = try chart([ChartSeries("round", points), ChartSeries("square", points)])
        let cloud = drawing.all(class: "chart-cloud")

        #expect(cloud.count { $0.name == "circle" } == 2 && cloud.count { $0.name == "rect" } == 2)
        #expect(drawing.texts.contains("round: 1 point left out (cannot be drawn)."))
        #expect(drawing.texts.contains("equal"))
    }

    @Test func `of very many points some are drawn, and that is said`() throws {
        let points = (0..<50_000).map { ChartPoint(x: Double($0), y: Double($0 % 77)) }
        let drawing = try chart([ChartSeries("many", points)])

        #expect(drawing.texts.contains("One of 3 points is drawn."))
        #expect(drawing.all(class: "chart-cloud").count == 16_667)
    }

    @Test func `no points are said`() throws { #expect(try chart([ChartSeries("g", [])]).texts.contains("no data")) }
}

@Suite struct ReliabilityDiagramTests {
    @Test func `a bar, a dot and a count for each bin that has answers`() throws {
        let bins: [ReliabilityDiagram.Bin] = [
            .init(from: 0, to: 0.5, confidence: 0.3, accuracy: 0.25, count: 40, interval: (0.1, 0.4)),
            .init(from: 0.5, to: 0.75, confidence: 0.6, accuracy: 0, count: 0),
            .init(from: 0.75, to: 1, confidence: 0.9, accuracy: 0.5, count: 80),
            .init(from: 0.9, to: 1, confidence: .nan, accuracy: 0.5, count: 8),
        ]
        let diagram = ReliabilityDiagram("Reliability", bins, notes: ["error 0.1"])
        let drawing = try Markup(ChartSheet([.reliability(diagram)]).svg)
        let bars = drawing.all(class: "chart-bar")

        #expect(bars.count == 4 && drawing.all("circle").count == 3, "one circle in the legend")
        #expect(abs(bars[1].number("height") - 2 * bars[0].number("height")) < 0.05, "accuracy")
        #expect(abs(bars[3].number("height") - 2 * bars[2].number("height")) < 0.05, "count")
        for text in ["error 0.1", "1 bin left out (not finite).", "confidence", "share right", "answers"] {
            #expect(drawing.texts.contains(text), "\(text)")
        }
    }

    @Test func `no answers are said`() throws {
        #expect(try Markup(ChartSheet([.reliability(ReliabilityDiagram("", []))]).svg).texts.contains("no data"))
    }

    @Test func `risk over coverage is a line chart of shares`() throws {
        let chart = LineChart.riskCoverage("Risk", [("model", [ChartPoint(x: 0.5, y: 0.1), ChartPoint(x: 1, y: 0.4)])])
        let drawing = try Markup(ChartSheet([.lines(chart)]).svg)

        #expect(drawing.texts.contains("coverage: share of questions answered") && drawing.texts.contains("model"))
    }
}

@Suite struct HeatMapTests {
    @Test func `a cell for each value, its colour by its size`() throws {
        let map = HeatMap(
            "Load", rowCaption: "layer", rows: ["0", "1"], columnCaption: "expert", columns: ["0", "1", "2"],
            values: [[0, 0.5, 1], [.nan, 1]])
        let drawing = try Markup(ChartSheet([.heat(map)]).svg)
        let fills = drawing.all("rect").compactMap { $0.attributes["fill"] }.suffix(4)

        #expect(Array(fills) == ["#440154", "#21918c", "#fde725", "#fde725"])
        #expect(drawing.all(class: "chart-void").count == 2)
        #expect(drawing.texts.contains("2 values missing or not finite (grey)."))
        #expect(drawing.all("title").map(\.text).contains("layer 0, expert 1: 0.50"))
    }

    @Test func `names that do not fit are passed over`() throws {
        let names = (0..<200).map(String.init)
        let map = HeatMap(
            "", rowCaption: "layer", rows: ["0"], columnCaption: "expert", columns: names,
            values: [names.map { Double($0) ?? 0 }])
        let drawing = try Markup(ChartSheet([.heat(map)]).svg)

        #expect(drawing.texts.contains("0") && drawing.texts.count < 60)
        #expect(drawing.all("title").count == 200)
    }

    @Test(arguments: [([], ["a"]), (["a"], []), ([], [])])
    func `no cells are said`(rows: [String], columns: [String]) throws {
        let map = HeatMap("", rowCaption: "r", rows: rows, columnCaption: "c", columns: columns, values: [])

        #expect(try Markup(ChartSheet([.heat(map)]).svg).texts.contains("no data"))
    }
}
