import ImageFiles
import JSONText
import ReportPages

/// The page of a run: scores beside their baselines, breakdowns, calibration, mistakes with their pictures.
package struct RunReport: Sendable {
    /// A finished task.
    package struct Task: Sendable {
        let task: any EvaluationTask
        let result: TaskResult
        let rows: [SampleRow]
        let settings: JSONValue

        /// A task with its rows.
        package init(task: any EvaluationTask, result: TaskResult, rows: [SampleRow], settings: JSONValue) {
            self.task = task
            self.result = result
            self.rows = rows
            self.settings = settings
        }
    }

    private let tasks: [Task]
    private let decoding: ImageDecodingOptions
    /// Sections after those of the tasks.
    package var appendix: [PageSection] = []

    /// The report of these tasks.
    package init(_ tasks: [Task], decoding: ImageDecodingOptions = .init()) {
        self.tasks = tasks
        self.decoding = decoding
    }

    /// The page.
    package var page: HTMLPage {
        let model = tasks.first?.settings["model"]
        let name = model?["name"]?.string ?? "a model"
        let hash = model?["weights_sha256"]?.string?.prefix(12) ?? ""
        let bridge = model?["bridge_sha256"]?.string?.prefix(12) ?? ""
        return HTMLPage(
            "Evaluation of \(name)", subtitle: "weights \(hash), bridge \(bridge)", lead: lead,
            sections: [overview] + tasks.flatMap { sections(of: $0) } + appendix,
            footer: "Accuracies are shares of 1; ± is a standard error. Rows of all examples: samples.jsonl.")
    }

    private var lead: [PageBlock] {
        var blocks: [PageBlock] = []
        let unseeing = tasks.filter { $0.result.beatsBlind == false }.map(\.result.card.title)
        if !unseeing.isEmpty {
            blocks.append(
                .callout(
                    .danger,
                    "Not better than the same model without the picture, or with another one: "
                        + unseeing.joined(separator: ", ")))
        }
        let errors = tasks.reduce(0) { $0 + $1.result.errors.count }
        if errors > 0 {
            blocks.append(.callout(.warning, "\(errors) examples have no answer and count as wrong"))
        }
        if tasks.contains(where: { $0.settings["limit"]?.integer != nil }) {
            blocks.append(
                .callout(
                    .note, "Only the first examples were asked (--limit): not comparable with scores of the whole set"))
        }
        return blocks
    }

    private var overview: PageSection {
        let rows = tasks.map { Self.cells(of: $0.result) }
        let columns: [PageTable.Column] = [
            .text("task"), .text("metric"), .number("score"), .number("±"), .number("blind"), .number("shuffled"),
            .number("majority"), .number("examples"), .text("beats blind"),
        ]
        return PageSection(
            "Scores",
            [
                .table(
                    PageTable(
                        columns: columns, rows: rows,
                        caption:
                            "blind: the same prompt without a picture; shuffled: with another picture of the task; "
                            + "majority: the most frequent right answer"))
            ])
    }

    private static func cells(of result: TaskResult) -> [PageTable.Cell] {
        guard result.isScored else {
            return [.text(result.card.title), .text("no answers in the files"), .none, .none, .none, .none, .none]
                + [.count(result.examples), .none]
        }
        var cells: [PageTable.Cell] = [
            .text(result.card.title), .text(result.summary.primary), .number(result.summary.score, digits: 3),
            .number(result.standardError, digits: 3),
        ]
        for name in ["blind", "shuffled", "majority"] {
            let baseline = result.baselines.first { $0.name == name }
            cells.append(baseline.map { PageTable.Cell.number($0.score, digits: 3) } ?? .none)
        }
        cells.append(.count(result.examples))
        cells.append(result.beatsBlind.map { $0 ? PageTable.Cell.text("yes") : .warning("no") } ?? .none)
        return cells
    }

    private func sections(of task: Task) -> [PageSection] {
        [PageSection(task.result.card.title, TaskReport(task: task, decoding: decoding).blocks)]
    }
}
