import Foundation

/// Results as a table for a terminal.
package enum SuiteTable {
    /// A line a task: its metric and score with the standard error, the baselines, and a mark where the picture does not
    /// help.
    package static func text(_ results: [TaskResult]) -> String {
        var rows = [["task", "metric", "score", "±", "blind", "shuffled", "majority", "n", ""]]
        for result in results {
            let baselines = Dictionary(result.baselines.map { ($0.name, $0.score) }) { first, _ in first }
            rows.append(
                [
                    result.card.name, result.summary.primary, fixed(result.summary.score),
                    fixed(result.standardError),
                ] + ["blind", "shuffled", "majority"].map { baselines[$0].map(fixed) ?? "-" } + [
                    String(result.examples), mark(result),
                ])
        }
        let widths = rows[0].indices.map { column in rows.reduce(0) { max($0, $1[column].count) } }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return (2...7).contains(column) ? blanks + cell : column == 8 ? cell : cell + blanks
            }.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    private static func mark(_ result: TaskResult) -> String {
        if result.beatsBlind == false { return "not better than blind" }
        return result.errors.isEmpty ? "" : "\(result.errors.count) without an answer"
    }

    private static func fixed(_ value: Double) -> String { String(format: "%.3f", value) }
}
