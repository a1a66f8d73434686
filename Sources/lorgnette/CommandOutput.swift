import ArgumentParser
import Foundation
import ImageFiles
import JSONText
import LorgnetteKit

/// Where commands write: answers to standard output, everything else to standard error.
enum CommandOutput {
    /// A line of the answer.
    /// - Throws: where standard output takes no more, a full disk for one.
    static func answer(_ line: String) throws(LorgnetteError) { try piece(line + "\n") }

    /// A piece of an answer that appears as it is made.
    static func piece(_ text: String) throws(LorgnetteError) {
        do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
            throw LorgnetteError(
                kind: .readWrite, code: "write",
                description: "standard output: cannot write: \(error.localizedDescription)")
        }
    }

    /// A line for a person; where standard error is closed there is nobody to tell.
    static func note(_ line: String) { try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8)) }

    /// Says what went wrong and ends with the status of its kind.
    static func fail(_ error: LorgnetteError) -> ExitCode {
        note("error: \(error.description)")
        return error.exitCode
    }

    /// Runs a command's body; errors become a line and an exit status.
    static func reporting(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as LorgnetteError { throw fail(error) } catch let error
            as ImageFileError
        {
            throw fail(LorgnetteError(error))
        }
    }
}

extension LorgnetteError {
    /// The status in CLI.md's table.
    var exitCode: ExitCode {
        switch kind {
        case .badData: ExitCode(65)
        case .missingInput: ExitCode(66)
        case .internalFault: ExitCode(70)
        case .readWrite: ExitCode(74)
        }
    }

    /// The row of an image that could not be answered.
    func row(image: String, also members: [(key: String, value: JSONValue)] = []) -> JSONValue {
        .object(
            [("image", .string(image))] + members + [
                ("error", .object([("code", .string(code)), ("message", .string(description))]))
            ])
    }
}

extension String {
    /// On one line of a table: tabs and line ends become blanks.
    var onOneLine: String { String(map { $0.isNewline || $0 == "\t" ? " " : $0 }) }
}
