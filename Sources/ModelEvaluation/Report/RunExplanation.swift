import Foundation
import ImageFiles
import ReportPages

/// One row of a run, told in full.
package struct RunExplanation: Sendable {
    private let row: SampleRow
    private let example: EvaluationExample?
    /// Why the answer counted or not.
    private let reason: String

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
        self.row = row
        self.example = example
        if let failure = row.failure {
            reason = "no answer (\(failure.code)): \(failure.message); this counts as wrong"
        } else if let example, !example.hasAnswer {
            reason = "nothing says what is right: the files of this split hold no answers"
        } else if let example, let reopened {
            reason = reopened.reason(TaskResult.answered(example, row), variant: run.variant(of: row.task))
        } else {
            let worth = row.score.map { "worth \($0) of 1" } ?? "counts in the metrics of the whole set"
            reason = "\(worth) (the task's files are not where they were)"
        }
    }

    /// What a person reads in a terminal.
    package var text: String {
        var lines = ["\(row.task)  \(row.id)", ""]
        lines += facts.map { name, text in
            name + String(repeating: " ", count: max(1, 11 - name.count)) + text.replacing("\n", with: "\n           ")
        }
        let (tokens, choices) = (tokenLines, choiceLines)
        if !tokens.isEmpty { lines += ["", "tokens          id   log p        p"] + tokens }
        if !choices.isEmpty { lines += ["", "choices, best first"] + choices }
        lines += ["", "why: " + reason] + baselines.map { "\($0.name): \($0.text)" }
        return lines.joined(separator: "\n")
    }

    /// The same as a page, with the picture.
    package func page(decoding: ImageDecodingOptions = .init()) -> HTMLPage {
        let tone: PageBlock.Tone = row.failure != nil ? .warning : row.isCorrect == true ? .good : .note
        var blocks: [PageBlock] = []
        if let example, let picture = ReportThumbnails(options: decoding, side: 768).picture(of: example) {
            blocks.append(.figures([PageFigure(picture, title: picture.alternative, isRight: row.isCorrect)]))
        }
        blocks += [.callout(tone, reason), .facts(facts.map { ($0.name, $0.text) })]
        if !baselines.isEmpty {
            blocks += [.heading("Without this picture"), .facts(baselines.map { ($0.name, $0.text) })]
        }
        if !row.tokenLogProbabilities.isEmpty { blocks += [.heading("Token by token"), .table(tokenTable)] }
        if !choiceOrder.isEmpty { blocks += [.heading("Choices, best first"), .table(choiceTable)] }
        return HTMLPage("\(row.task) \(row.id)", sections: [PageSection(row.question ?? "Caption", blocks)])
    }

    private var facts: [(name: String, text: String)] {
        var facts: [(name: String, text: String)] = []
        if !row.image.isEmpty {
            let paths = example?.pictures.compactMap(\.path) ?? []
            facts.append(("picture", paths.isEmpty ? row.image : paths.joined(separator: "\n")))
        }
        if !row.demonstrations.isEmpty { facts.append(("shown", row.demonstrations.joined(separator: ", "))) }
        if let question = row.question { facts.append(("question", question)) }
        facts.append(("prompt", Self.quoted(row.prompt ?? "")))
        facts.append(("reference", row.references.prefix(10).map(Self.quoted).joined(separator: ", ")))
        facts.append(("output", Self.quoted(row.output)))
        if let raw = row.rawOutput { facts.append(("written", "\(Self.quoted(raw)) before it was cut")) }
        if let confidence = row.confidence, let sum = row.logProbability {
            facts.append(
                ("confidence", "\(Self.fixed(confidence, 4)), log-probability \(Self.fixed(sum, 4))"))
        }
        return facts
    }

    private var baselines: [(name: String, text: String)] {
        row.baselines.map { baseline in
            let shown = baseline.image.map { ", shown \($0)" } ?? ""
            return (baseline.name + shown, baseline.output.map(Self.quoted) ?? "no answer")
        }
    }

    private func piece(_ index: Int) -> (id: String, text: String) {
        (
            row.tokenIDs.indices.contains(index) ? String(row.tokenIDs[index]) : "",
            row.tokens.indices.contains(index) ? Self.quoted(row.tokens[index]) : ""
        )
    }

    private var tokenLines: [String] {
        row.tokenLogProbabilities.enumerated().map { index, value in
            let (id, text) = piece(index)
            return "  \(Self.padded(id, 16))  \(Self.padded(Self.fixed(value, 4), 9))  "
                + "\(Self.padded(Self.fixed(exp(value), 4), 6))  \(text)"
        }
    }

    private var tokenTable: PageTable {
        PageTable(
            columns: [.number("place"), .number("id"), .text("token"), .number("log p"), .number("p")],
            rows: row.tokenLogProbabilities.enumerated().map { index, value in
                let (id, text) = piece(index)
                return [
                    .count(index + 1), .text(id), .code(text), .number(value, digits: 4),
                    .number(exp(value), digits: 4),
                ]
            })
    }

    /// Positions of the choices by falling score; empty where none were ranked.
    private var choiceOrder: [Int] {
        guard row.choiceScores.count == row.choices.count else { return [] }
        return row.choiceScores.indices.sorted { row.choiceScores[$0] > row.choiceScores[$1] }
    }

    private var choiceLines: [String] {
        let shown = choiceOrder.prefix(10).map {
            "  \(Self.padded(Self.fixed(row.choiceScores[$0], 4), 10))  \(row.choices[$0])"
        }
        return shown + (choiceOrder.count > 10 ? ["  … and \(choiceOrder.count - 10) more"] : [])
    }

    private var choiceTable: PageTable {
        PageTable(
            columns: [.text("choice"), .number("score")],
            rows: choiceOrder.prefix(100).map { [.text(row.choices[$0]), .number(row.choiceScores[$0], digits: 4)] })
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") + "\""
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
