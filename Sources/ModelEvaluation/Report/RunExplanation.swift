import Foundation

/// One row of a run, told in full.
package struct RunExplanation: Sendable {
    /// What a person reads.
    package let text: String

    /// Explains the example of that id.
    ///
    /// - Parameter task: where several tasks have one of that id.
    /// - Throws: `RunError.noSuchExample` with ids that are alike.
    package init(_ run: RecordedRun, id: String, task: String? = nil) throws(RunError) {
        let rows = run.rows.filter { $0.id == id && (task == nil || $0.task == task) }
        guard let row = rows.first else {
            let near = run.rows.map(\.id).filter { $0.hasPrefix(id) || $0.contains(id) }
            let some = near.isEmpty ? run.rows.map(\.id) : near
            throw .noSuchExample(path: run.folder.path, id: id, near: Array(some.prefix(5)))
        }
        let reopened = try? run.reopened(row.task)
        let example = reopened?.examples.first { $0.id == id }
        var lines = ["\(row.task)  \(row.id)", ""]
        lines += Self.facts(row, example)
        lines += Self.tokens(row)
        lines += Self.choices(row)
        if let failure = row.failure {
            lines += ["", "no answer (\(failure.code)): \(failure.message); this counts as wrong"]
        } else if let example, let reopened {
            let answer = TaskResult.answered(example, row)
            lines += ["", "why: " + reopened.reason(answer, variant: run.variant(of: row.task))]
        } else {
            let worth = row.score.map { "worth \($0) of 1" } ?? "counts in the metrics of the whole set"
            lines += ["", "why: \(worth) (the task's files are not where they were)"]
        }
        for baseline in row.baselines {
            let shown = baseline.image.map { ", shown \($0)" } ?? ""
            lines.append("\(baseline.name)\(shown): \(baseline.output.map { "\"\($0)\"" } ?? "no answer")")
        }
        text = lines.joined(separator: "\n")
    }

    private static func facts(_ row: SampleRow, _ example: EvaluationExample?) -> [String] {
        var lines: [String] = []
        if !row.image.isEmpty {
            let paths = example?.pictures.compactMap(\.path) ?? []
            lines.append("picture    " + (paths.isEmpty ? row.image : paths.joined(separator: "\n           ")))
        }
        if !row.demonstrations.isEmpty { lines.append("shown      \(row.demonstrations.joined(separator: ", "))") }
        if let question = row.question { lines.append("question   \(question)") }
        lines.append("prompt     \(quoted(row.prompt ?? ""))")
        lines.append("reference  " + row.references.prefix(10).map(quoted).joined(separator: ", "))
        lines.append("output     \(quoted(row.output))")
        if let raw = row.rawOutput { lines.append("written    \(quoted(raw)) before it was cut") }
        if let confidence = row.confidence, let sum = row.logProbability {
            lines.append("confidence \(fixed(confidence, 4)), log-probability \(fixed(sum, 4))")
        }
        return lines
    }

    private static func tokens(_ row: SampleRow) -> [String] {
        guard !row.tokenLogProbabilities.isEmpty else { return [] }
        let lines = row.tokenLogProbabilities.enumerated().map { index, value in
            let id = row.tokenIDs.indices.contains(index) ? String(row.tokenIDs[index]) : ""
            let piece = row.tokens.indices.contains(index) ? quoted(row.tokens[index]) : ""
            return "  \(padded(id, 7))  \(padded(fixed(value, 4), 9))  \(padded(fixed(exp(value), 4), 6))  \(piece)"
        }
        return ["", "tokens          id   log p        p"] + lines
    }

    private static func choices(_ row: SampleRow) -> [String] {
        guard !row.choiceScores.isEmpty, row.choiceScores.count == row.choices.count else { return [] }
        let order = row.choiceScores.indices.sorted { row.choiceScores[$0] > row.choiceScores[$1] }
        let shown = order.prefix(10).map { "  \(padded(fixed(row.choiceScores[$0], 4), 10))  \(row.choices[$0])" }
        return ["", "choices, best first"] + shown
            + (order.count > 10 ? ["  … and \(order.count - 10) more"] : [])
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") + "\""
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
