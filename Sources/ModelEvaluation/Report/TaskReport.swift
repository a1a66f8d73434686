import ImageFiles
import JSONText
import ReportPages

/// The part of a report about one task.
struct TaskReport {
    /// Figures of each kind.
    private static let figureCount = 12
    /// Groups of a breakdown that stands open.
    private static let openGroupCount = 12

    let task: RunReport.Task
    let decoding: ImageDecodingOptions

    private var result: TaskResult { task.result }

    var blocks: [PageBlock] {
        var blocks: [PageBlock] = [.facts(protocolFacts)] + (result.isScored ? [.charts(bars), values] : [])
        blocks += result.summary.remarks.map { PageBlock.paragraph($0) }
        blocks += breakdowns
        if let summary = result.calibration {
            blocks.append(.charts(ConfidenceCharts.sheet(summary.calibration, summary.riskCoverage)))
        }
        if result.isScored { blocks += figures }
        blocks.append(.details(summary: "Protocol, model and data", [.preformatted(settings)]))
        return blocks
    }

    private var settings: String { task.settings.indentedText }

    /// How the questions were put, in a few lines; everything else stands at the end.
    private var protocolFacts: [(name: String, text: String)] {
        let recorded = task.settings["protocol"]
        func text(_ name: String) -> String? { recorded?[name]?.string }
        var facts = [("protocol", text("preset") ?? "")]
        facts.append(("first prompt", task.rows.first { $0.prompt?.isEmpty == false }?.prompt ?? ""))
        let decoding = recorded?["decoding"]
        let (beams, tokens) = (decoding?["num_beams"]?.integer ?? 1, decoding?["max_new_tokens"]?.integer ?? 0)
        let written = beams > 1 ? "\(beams) beams" : decoding?["do_sample"]?.bool == true ? "drawn" : "greedy"
        let ranks = text("answers").map { $0.hasPrefix("rank") ? $0 : "written, \(written), at most \(tokens) tokens" }
        facts.append(("answers", ranks ?? ""))
        if let variant = text("metric_variant"), variant != "default" { facts.append(("variant", variant)) }
        if let shots = recorded?["few_shot"]?["count"]?.integer {
            facts.append(("shown first", "\(shots) solved examples"))
        }
        return facts.filter { !$0.1.isEmpty }
    }

    private var bars: ChartSheet {
        // No score is below 0, and no mean of examples above 1: a symmetric interval that reaches there is cut.
        let ceiling = result.summary.resampled == nil ? 1 : Double.infinity
        let own = BarChart.Bar(
            result.summary.primary, result.summary.score,
            interval: (max(0, result.interval.low), min(ceiling, result.interval.high)))
        let others = result.baselines.map { BarChart.Bar($0.name, $0.score, color: 1) }
        return ChartSheet([
            .bars(
                BarChart(
                    "\(result.summary.primary) beside its baselines",
                    axis: ChartAxis(result.summary.primary, includesZero: true), [own] + others,
                    notes: ["interval: \(result.intervalMethod)"]))
        ])
    }

    private static func cell(_ value: Double?) -> PageTable.Cell {
        value.map { PageTable.Cell.number($0, digits: 4) } ?? .text("absent")
    }

    private var values: PageBlock {
        .details(
            summary: "All values",
            [
                .table(
                    PageTable(
                        columns: [.text("metric"), .number("value")],
                        rows: result.summary.values.map { name, value in
                            [.text(name), Self.cell(value)]
                        }, caption: "Shares of 1 but for CIDEr (0 to 10) and MME (points)"))
            ])
    }

    /// The first breakdown stands open where it is short.
    private var breakdowns: [PageBlock] {
        result.categories.enumerated().flatMap { index, category in
            index == 0 && category.groups.count <= Self.openGroupCount
                ? [.heading("By \(category.name)"), .table(table(of: category))]
                : [PageBlock.details(summary: "By \(category.name)", [.table(table(of: category))])]
        }
    }

    private func table(of category: CategoryScores) -> PageTable {
        PageTable(
            columns: [.text(category.name), .number("examples"), .number("mean score"), .number("blind")],
            rows: category.groups.map { group in
                [
                    .text(group.value), .count(group.count), .number(group.score, digits: 3),
                    group.blind.map { PageTable.Cell.number($0, digits: 3) } ?? .none,
                ]
            }, caption: "Means of the examples' own scores; blind: without the picture")
    }

    private var figures: [PageBlock] {
        let examples = Dictionary(task.task.examples.map { ($0.id, $0) }) { first, _ in first }
        let answered = task.rows.filter { $0.failure == nil }
        let byConfidence = answered.sorted { ($0.confidence ?? 0) > ($1.confidence ?? 0) }
        var blocks: [PageBlock] = []
        var shown = Set<String>()
        func add(_ title: String, _ rows: some Sequence<SampleRow>) {
            let figures = rows.filter { !shown.contains($0.id) }.prefix(Self.figureCount).compactMap { row in
                shown.insert(row.id)
                return examples[row.id].map { figure(row, $0) }
            }
            if !figures.isEmpty { blocks += [.heading(title), .figures(Array(figures))] }
        }
        if answered.contains(where: { $0.isCorrect == nil }) {
            let scores = Dictionary(
                zip(answered.map(\.id), CaptionScores.cider(answered))
            ) { first, _ in first }
            let order = answered.sorted { (scores[$0.id] ?? 0) < (scores[$1.id] ?? 0) }
            add("Lowest CIDEr", order)
            add("Highest CIDEr", order.reversed())
        } else {
            add("Most confident mistakes", byConfidence.filter { $0.isCorrect == false })
            add("Least confident right answers", byConfidence.reversed().filter { $0.isCorrect == true })
            add("Most confident right answers", byConfidence.filter { $0.isCorrect == true })
        }
        let failed = task.rows.filter { $0.failure != nil }
        if !failed.isEmpty {
            blocks.append(.heading("Without an answer"))
            blocks.append(.facts(failed.prefix(20).map { (name: $0.id, text: $0.failure?.message ?? "") }))
        }
        return blocks
    }

    private func figure(_ row: SampleRow, _ example: EvaluationExample) -> PageFigure {
        var facts: [(name: String, text: String)] = []
        if let question = row.question { facts.append(("question", question)) }
        facts.append(("reference", row.reference))
        facts.append(("output", row.output))
        if let confidence = row.confidence { facts.append(("confidence", EvaluationNumber.fixed(confidence))) }
        for baseline in row.baselines { if let output = baseline.output { facts.append((baseline.name, output)) } }
        return PageFigure(
            ReportThumbnails(options: decoding).picture(of: example), title: row.id, facts: facts,
            isRight: row.isCorrect)
    }
}
