import ArgumentParser
import Foundation
import LorgnetteKit
import ModelEvaluation
import ReportPages

/// Errors and summaries of `eval` as a person reads them.
enum EvalReporting {
    /// Runs `body`; errors of evaluation become a line and an exit status.
    static func reporting(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as EvaluationFileError {
            throw fail(
                error.isMissingInput ? .missingInput : error.isReadFailure ? .readWrite : .badData, "\(error)")
        } catch let error as RunError {
            throw fail(
                error.isMissingInput ? .missingInput : error.isReadWriteFailure ? .readWrite : .badData, "\(error)")
        } catch let error as MetricError { throw fail(.badData, "\(error)") } catch let error as ModelUseError {
            throw fail(.badData, "\(error)")
        } catch let error as ReportFileError { throw fail(.readWrite, "\(error)") }
    }

    private static func fail(_ kind: LorgnetteError.Kind, _ message: String) -> LorgnetteError {
        LorgnetteError(kind: kind, code: "eval", description: message)
    }

    /// A line on standard error for each task, with what its score must be held against.
    static func summarise(_ result: TaskResult) {
        guard result.isScored else {
            return CommandOutput.note(
                "\(result.card.name): \(result.examples) examples answered; the files hold no answers: there is no score"
            )
        }
        let score = "\(result.card.name): \(result.summary.primary) \(rounded(result.summary.score))"
        let others = result.baselines.map { "\($0.name) \(rounded($0.score))" }.joined(separator: ", ")
        CommandOutput.note(
            score + " ± \(rounded(result.standardError)) over \(result.examples) examples"
                + (others.isEmpty ? "" : "; \(others)"))
        if result.beatsBlind == false {
            CommandOutput.note("\(result.card.name): NOT better than the same model without the picture")
        }
        if !result.errors.isEmpty {
            CommandOutput.note(
                "\(result.card.name): \(result.errors.count) examples have no answer and count as wrong; the first: "
                    + (result.errors.first?.failure?.message ?? ""))
        }
    }

    /// Three decimals.
    static func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}
