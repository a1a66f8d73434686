import ArgumentParser
import JSONText
import ModelEvaluation
import ReportPages

/// `lorgnette eval confidence`: are the confidences of runs what they say?
struct EvalConfidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confidence", abstract: "Tells what the confidences of runs are worth.",
        discussion: """
            Over all rows of the runs that are right or wrong: expected calibration error, errors among the surest 80 %. With \
            --against, also the area under the ROC curve of confidence telling their rows from those of a run over things \
            that the model never learned, right or wrong. --plot draws how often answers of each confidence are right, and errors \
            against coverage.

            EXAMPLE
              lorgnette eval confidence run-coins run-grocery --against run-photographs
            """)

    @Argument(help: "Folders of runs over what the model learned.") var runs: [String]
    @Option(help: ArgumentHelp("A run over what it did not learn; may repeat.", valueName: "run")) var against:
        [String] = []
    @Option(help: "Which rows: all, captions or questions.") var rows: Rows = .all
    @Option(help: ArgumentHelp("An SVG to draw.", valueName: "file")) var plot: String?
    @Flag(help: "As JSON.") var json = false

    /// The choices of `--rows`.
    enum Rows: String, ExpressibleByArgument, CaseIterable {
        case all, captions, questions

        func takes(_ row: SampleRow) -> Bool {
            switch self {
            case .all: true
            case .captions: row.question == nil
            case .questions: row.question != nil
            }
        }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            try await EvalReporting.reporting {
                let known = try runs.flatMap { try answers($0) }.compactMap { answer in
                    answer.isCorrect.map { ConfidenceCheck.Answer(confidence: answer.confidence, isCorrect: $0) }
                }
                let unknown = try against.flatMap { try answers($0) }.map(\.confidence)
                let check = try ConfidenceCheck(known: known, unknown: unknown)
                if let plot {
                    try WholeFile.write(ConfidenceCharts.sheet(check.calibration, check.riskCoverage).svg, to: plot)
                }
                let members = check.json.object?.members ?? []
                if json { return try CommandOutput.answer(check.json.indentedText) }
                for (key, value) in members { try CommandOutput.answer("\(key): \(Self.shown(value))") }
            }
        }
    }

    /// Answers with a confidence; nil where nobody has said whether one is right.
    private func answers(_ path: String) throws -> [(confidence: Double, isCorrect: Bool?)] {
        try RecordedRun(path: path).rows.compactMap { row in
            guard rows.takes(row), row.failure == nil, let confidence = row.confidence else { return nil }
            return (confidence, row.isCorrect)
        }
    }

    private static func shown(_ value: JSONValue) -> String {
        if value.integer != nil { return value.text }
        return value.double.map { EvalReporting.rounded($0) } ?? value.text
    }
}
