import Foundation
import ImageFiles
import Imaging
import JSONText
import ModelEvaluation
import TestFixtures

/// A folder with a task's files, as published but tiny, made by the test.
struct TaskFolder {
    let folder: ScratchFolder

    /// Files by name, and pictures of one colour by name.
    init(_ files: [String: String], pictures: [String: RGBColor] = [:]) throws {
        folder = try ScratchFolder()
        for (name, text) in files { try folder.write(text, name) }
        for (name, color) in pictures {
            try folder.write(try Bitmap(width: 4, height: 4, color: color).pngData(), name)
        }
    }

    /// The task that the files are of.
    func open<Task: EvaluationTask>(_ kind: Task.Type, split: String? = nil, limit: Int? = nil) throws -> Task {
        try Task(TaskSource(data: folder.path, split: split, limit: limit))
    }

    /// Everything that a run of the task gives.
    func run<Task: EvaluationTask>(
        _ kind: Task.Type, model: FakeModel = FakeModel(), variant: String? = nil, ranks: Bool? = nil,
        split: String? = nil, into run: RunFolder? = nil,
        change: (inout EvaluationSession<FakeModel>) -> Void = { _ in }
    ) async throws -> EvaluationSession<FakeModel>.Finished {
        let task = try open(kind, split: split)
        let settings = Self.settings(of: kind.card, model, variant: variant, ranks: ranks)
        var session = EvaluationSession(model: model, entries: [.init(task: task, settings: settings)])
        change(&session)
        let finished = try await session.run(in: run)
        return finished[0]
    }

    /// The protocol that `eval` uses by itself.
    static func settings(
        of card: TaskCard, _ model: FakeModel, variant: String? = nil, ranks: Bool? = nil
    ) -> TaskProtocol {
        var settings = TaskProtocol(
            prompt: card.prompt, decoding: model.decoding, variant: variant ?? card.variants[0])
        if ranks ?? card.ranks {
            settings.answering = .rank(.sum)
        } else if let written = card.writtenPrompt {
            settings.prompt = written
        }
        return settings
    }
}

extension RGBColor {
    static let pureRed = RGBColor(red: 255, green: 0, blue: 0)
    static let pureGreen = RGBColor(red: 0, green: 255, blue: 0)
    static let pureBlue = RGBColor(red: 0, green: 0, blue: 255)
}

extension EvaluationSession.Finished {
    /// A value of `results.json`.
    func value(_ name: String) -> Double? { json[name]?.double }
}

/// Texts of JSON that tests put together.
enum JSONLine {
    /// Ten answers in the official form: each text so many times.
    static func answers(_ counts: [(String, Int)]) -> String {
        let texts = counts.flatMap { Array(repeating: $0.0, count: $0.1) }
        let records = texts.enumerated().map {
            #"{"answer": "\#($1)", "answer_confidence": "yes", "answer_id": \#($0 + 1)}"#
        }
        return "[" + records.joined(separator: ", ") + "]"
    }
}
