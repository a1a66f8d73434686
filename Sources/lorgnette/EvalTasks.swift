import ArgumentParser
import Foundation
import LorgnetteKit
import ModelEvaluation

/// The tasks that a command names, their files read.
struct EvalTasks {
    /// Tasks of examples.
    let opened: [any EvaluationTask]
    /// The text of the task `perplexity`, where that is named.
    let textFile: String?

    /// Reads the files, so that what is damaged is told before anything is computed.
    init(_ options: EvalOptions) throws {
        let names = (options.tasks ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !names.isEmpty else { throw ValidationError("no task: give --tasks; --list names them") }
        guard let data = options.data else { throw ValidationError("no data: give --data PATH") }
        guard Set(names).count == names.count else { throw ValidationError("--tasks names a task twice") }
        var opened: [any EvaluationTask] = []
        for name in names where name != "perplexity" {
            guard let kind = TaskList.named(name) else {
                throw ValidationError(
                    "no task \"\(name)\"; there are \((TaskList.names + ["perplexity"]).joined(separator: ", "))")
            }
            if let variant = options.variant, !kind.card.variants.contains(variant) {
                throw ValidationError(
                    "\(name) has no variant \"\(variant)\"; it has \(kind.card.variants.joined(separator: ", "))")
            }
            opened.append(
                try kind.init(
                    TaskSource(data: data, split: options.split, images: options.images, limit: options.limit)))
        }
        self.opened = opened
        textFile = names.contains("perplexity") ? data : nil
        if let textFile { _ = try Self.text(of: textFile) }
    }

    /// The text of a file.
    static func text(of path: String) throws -> String {
        let source = TaskSource(data: path)
        let file = try source.file([])
        let bytes = try source.bytes(of: file)
        guard !bytes.isEmpty else { throw EvaluationFileError.empty(file: path) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EvaluationFileError.wrongShape(file: path, place: "the file", expected: "text in UTF-8")
        }
        return text
    }
}
