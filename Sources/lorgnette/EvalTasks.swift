import ArgumentParser
import Foundation
import LorgnetteKit
import ModelEvaluation

/// The tasks that a command names, their files read.
struct EvalTasks {
    /// Tasks of examples.
    let opened: [any EvaluationTask]
    /// Whether nothing was named, which means the suite in the box.
    let isSuite: Bool
    /// The text of the task `perplexity`, where that is named.
    let textFile: String?

    /// Reads the files, so that what is damaged is told before anything is computed.
    init(_ options: EvalOptions) throws {
        var names = (options.tasks ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        isSuite = names.isEmpty && options.data == nil
        if isSuite { names = TaskList.builtIn.map { $0.card.name } }
        guard !names.isEmpty else { throw ValidationError("no task: give --tasks; --list names them") }
        guard Set(names).count == names.count else { throw ValidationError("--tasks names a task twice") }
        if options.data == nil, let name = names.first(where: TaskList.wantsFiles) {
            throw ValidationError("no data for \(name): give --data PATH; --list says which files")
        }
        let source = TaskSource(
            data: options.data ?? "", split: options.split, images: options.images, limit: options.limit)
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
            opened.append(try kind.init(source))
        }
        self.opened = opened
        textFile = names.contains("perplexity") ? options.data : nil
        if textFile != nil, options.limit != nil || options.shard != nil {
            throw ValidationError("--limit and --shard are of examples: perplexity reads the whole text")
        }
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
