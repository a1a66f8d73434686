import Foundation
import ReportPages
import Testing

@Suite struct TrainingReportTests {
    private func full() -> TrainingReport {
        var report = TrainingReport(title: "Run", outcome: .stoppedEarly("no better"))
        report.warnings = ["2 pictures skipped"]
        report.summary = [("steps", "10")]
        report.plan = [.init("Q-Former", parameters: 1000, learningRate: 1e-4), .init("decoder", parameters: 3000)]
        report.curves = ChartSheet("", [])
        report.charts = [ChartSheet("load", [])]
        report.scores = [
            .init("exact match", 0.5, interval: (0.4, 0.6), baseline: ("shuffled", 0.2), examples: 40),
            .init("loss", 1.5, baseline: ("blind", 1.4), isHigherBetter: false, note: "nats"),
        ]
        report.samples = [
            .init(step: 5, picture: nil, name: "early", reference: "r", generated: "g", isRight: false),
            .init(
                step: 10, picture: nil, name: "late", question: "What?", reference: "r", generated: "", isRight: true),
        ]
        report.timings = [("compute", .seconds(75)), ("reading", .seconds(25))]
        report.hashes = [("decoder", "abc123")]
        report.recipe = "steps: 10\nseed: 1\n"
        return report
    }

    @Test func `everything has its section`() throws {
        let markup = try Markup(full().page.html)

        #expect(
            markup.all("h2").map(\.text) == [
                "Scores", "Curves", "What it says of dev pictures", "More charts", "What was trained", "Time", "Hashes",
                "Recipe",
            ])
        let cells = markup.all("td").map(\.text)
        for text in ["0.5000", "0.4000 to 0.6000", "frozen", "1,000", "1e-4", "1 min 15 s", "75.0 %", "abc123"] {
            #expect(cells.contains(text), "\(text)")
        }
        #expect(markup.all("caption").map(\.text) == ["1,000 of 4,000 parameters trained (25.0 %)."])
        #expect(markup.all("pre").map(\.text) == ["steps: 10\nseed: 1\n"])
    }

    @Test func `charts of a page stand by themselves, still aligned`() throws {
        let points = [ChartPoint(x: 0, y: 1), ChartPoint(x: 1, y: 200_000)]
        let narrow = LineChart("n", x: .steps, y: ChartAxis("y"), [ChartSeries("", [ChartPoint(x: 0, y: 1)])])
        let wide = LineChart("w", x: .steps, y: ChartAxis("y"), [ChartSeries("", points)])
        var report = TrainingReport(title: "Run", outcome: .finished)
        report.curves = ChartSheet([.lines(narrow), .lines(wide)])
        let markup = try Markup(report.page.html)
        let uprights = markup.all("line").filter { $0.has("chart-axis") && $0.number("x1") == $0.number("x2") }

        #expect(markup.all(class: "chart").compactMap { $0.attributes["aria-label"] } == ["n", "w"])
        #expect(uprights.count == 2 && uprights[0].number("x1") == uprights[1].number("x1"))
    }

    @Test func `what is no better than its baseline is marked`() throws {
        let markup = try Markup(full().page.html)
        let callouts = markup.all(class: "callout").map(\.text)

        #expect(callouts.count == 3)
        #expect(callouts[0] == "Note Stopped early: no better" && callouts[1] == "⚠ Warning 2 pictures skipped")
        #expect(callouts[2].hasPrefix("⚠ Warning loss is no better than its baseline (blind)"))
        #expect(markup.all("td").map(\.text).filter { $0.contains("not beaten") } == ["⚠ blind, not beaten"])
    }

    @Test func `a score that is not a number beats nothing`() throws {
        var report = TrainingReport(title: "Run", outcome: .finished)
        report.scores = [.init("loss", .nan, baseline: ("blind", 1.4), isHigherBetter: false)]

        #expect(try Markup(report.page.html).all(class: "callout").count == 1)
    }

    @Test func `the last step's pictures are shown, earlier ones folded away`() throws {
        let markup = try Markup(full().page.html)

        #expect(markup.all("h3").map(\.text) == ["Step 10"])
        #expect(markup.all("summary").map(\.text) == ["Step 5"])
        #expect(markup.all("details").first?.text.contains("early") == true)
        #expect(markup.all("figure").first?.text.contains("(nothing)") == true)
    }

    @Test func `an empty report is its title and how it ended`() throws {
        let markup = try Markup(TrainingReport(title: "Run", outcome: .failed("loss is nan at step 3")).page.html)

        #expect(markup.all("section").isEmpty)
        #expect(markup.all(class: "callout").map(\.text) == ["✗ Failed loss is nan at step 3"])
        #expect(try Markup(TrainingReport(title: "Run", outcome: .finished).page.html).all(class: "callout").isEmpty)
    }
}

@Suite struct TrainingCurvesTests {
    private func drawing(_ text: String) throws -> Markup {
        let records = try RunRecords(bytes: Array(text.utf8), file: "log.jsonl")
        return try Markup(TrainingCurves(records).sheet("Run").svg)
    }

    @Test func `a chart for each kind of number`() throws {
        let line =
            #""loss": 2, "dev_loss": 3, "itc_loss": 1, "dev_exact_match": 0.5, "learning_rate": 1e-4, "#
            + #""gradient_norm": 1, "images": 80, "seconds": 2, "dev_rows": 7"#
        let drawing = try drawing(
            "{\"step\": 1, \(line)}\n{\"step\": 2, \(line), \"checkpoint\": true, \"dev_best\": true}\n")
        let titles = drawing.all(class: "chart-title").map(\.text)

        #expect(titles == ["Loss", "Dev metrics", "Learning rate", "Gradient norm, before clipping", "Speed"])
        for text in ["train", "dev", "itc loss", "dev exact match", "images/s", "40", "checkpoint", "best at step 2"] {
            #expect(drawing.texts.contains(text), "\(text)")
        }
        #expect(!drawing.texts.contains { ["seconds", "dev rows"].contains($0) })
    }

    @Test func `all charts have the log's steps along`() throws {
        let drawing = try drawing(
            "{\"step\": 0, \"loss\": 2}\n{\"step\": 5, \"dev_f1\": 1}\n{\"step\": 10, \"loss\": 1}\n")
        let axes = drawing.all("line").filter { $0.has("chart-axis") && $0.number("y1") == $0.number("y2") }
        let dot = try #require(drawing.all("circle").last)

        #expect(abs(dot.number("cx") - (axes[0].number("x1") + axes[0].number("x2")) / 2) < 0.02)
    }

    @Test func `losses far apart have a logarithmic axis`() throws {
        let drawing = try drawing("{\"step\": 0, \"loss\": 100}\n{\"step\": 5, \"loss\": 1}\n")

        #expect(drawing.texts.contains("10") && drawing.all(class: "chart-minor").count > 5)
    }

    @Test(arguments: ["", "{\"seed\": 1}\n", "{\"step\": 1, \"loss\": null}\n"])
    func `a log without a loss has an empty chart`(text: String) throws {
        #expect(try drawing(text).texts.contains("no data"))
    }

    @Test func `a torn line is told`() throws {
        #expect(
            try drawing("{\"step\": 1, \"loss\": 2}\n{\"st").texts.contains(
                "The log's last line is torn: 4 bytes left out."))
    }
}
