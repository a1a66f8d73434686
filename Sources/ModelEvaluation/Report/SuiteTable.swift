import Foundation

/// Results as a table for a terminal.
package enum SuiteTable {
    /// A line a task: its metric and score with the standard error, the baselines, and a mark where the picture does not
    /// help.
    package static func text(_ results: [TaskResult]) -> String {
        var rows = [["task", "metric", "score", "±", "blind", "shuffled", "majority", "n", ""]]
        for result in results {
            var row = [
                result.card.name, result.summary.primary, fixed(result.summary.score), fixed(result.standardError),
            ]
            for name in ["blind", "shuffled", "majority"] {
                row.append(result.baselines.first { $0.name == name }.map { fixed($0.score) } ?? "-")
            }
            row.append(String(result.examples))
            row.append(mark(result))
            rows.append(row)
        }
        let widths = rows[0].indices.map { column in rows.reduce(0) { max($0, $1[column].count) } }
        return rows.map { line($0, widths) }.joined(separator: "\n")
    }

    /// Words to the left, numbers to the right.
    private static func line(_ row: [String], _ widths: [Int]) -> String {
        var cells: [String] = []
        for (column, cell) in row.enumerated() {
            let blanks = String(repeating: " ", count: widths[column] - cell.count)
            cells.append((2...7).contains(column) ? blanks + cell : cell + blanks)
        }
        return cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }

    private static func mark(_ result: TaskResult) -> String {
        if result.beatsBlind == false { return "not better than blind" }
        return result.errors.isEmpty ? "" : "\(result.errors.count) without an answer"
    }

    private static func fixed(_ value: Double) -> String { String(format: "%.3f", value) }
}
