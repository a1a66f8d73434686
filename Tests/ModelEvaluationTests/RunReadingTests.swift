import Foundation
import Imaging
import JSONText
import ModelEvaluation
import TestFixtures
import Testing

/// Reading runs again: comparing and explaining them; errors.
@Suite struct RunReadingTests {
    private static func folder() throws -> TaskFolder {
        try TaskFolder(
            [
                "pairs.jsonl": """
                {"image": "a.png", "caption": null, "qa": [["Which?", "red"], ["What?", "blue"]]}
                {"image": "b.png", "caption": null, "qa": [["Which?", "blue"], ["What?", "green"]]}
                """
            ], pictures: ["a.png": .pureRed, "b.png": .pureBlue])
    }

    private static func run(
        _ folder: TaskFolder, _ path: String, _ answer: String, prompt: PromptForm? = nil
    ) async throws {
        let model = FakeModel(write: { colors, _ in answer.isEmpty ? colors.last ?? "" : answer })
        let task = try folder.open(PairsTask.self)
        var settings = TaskFolder.settings(of: PairsTask.card, model)
        if let prompt { settings.prompt = prompt }
        _ = try await EvaluationSession(model: model, entries: [.init(task: task, settings: settings)])
            .run(in: RunFolder(path: path))
    }

    /// Colours: right, wrong, right, wrong. "blue": wrong, right, right, wrong. One each only: p = 1.
    @Test func `a paired comparison`() async throws {
        let (folder, scratch) = (try Self.folder(), try ScratchFolder())
        try await Self.run(folder, scratch.file("a"), "")
        try await Self.run(folder, scratch.file("b"), "blue")

        let comparison = try RunComparison(
            RecordedRun(path: scratch.file("a")), RecordedRun(path: scratch.file("b")))

        let task = try #require(comparison.tasks.first)
        #expect(task.scores.first == 0.5 && task.scores.second == 0.5 && task.examples == 4)
        #expect(task.paired.meanDifference == 0 && task.mcNemar == 1 && task.adjusted == 1)
        #expect(task.bootstrap == nil)
    }

    /// F1 of a model that sees is 1, of one that says no 0, in every resample but those without a yes to find.
    @Test func `scores that are no means are compared by a paired bootstrap`() async throws {
        let lines = (0..<12).map {
            #"{"question_id": \#($0), "image": "\#($0).png", "text": "Red?", "label": "\#($0 % 2 == 0 ? "yes" : "no")"}"#
        }
        let colors = (0..<12).map { ("\($0).png", $0 % 2 == 0 ? RGBColor.pureRed : .pureBlue) }
        let folder = try TaskFolder(
            ["coco_pope_random.json": lines.joined(separator: "\n")],
            pictures: Dictionary(uniqueKeysWithValues: colors))
        let scratch = try ScratchFolder()
        for (name, sees) in [("a", true), ("b", false)] {
            let model = FakeModel(write: { colors, _ in sees && colors.last == "red" ? "yes" : "no" })
            _ = try await folder.run(POPETask.self, model: model, into: RunFolder(path: scratch.file(name)))
        }

        let comparison = try RunComparison(
            RecordedRun(path: scratch.file("a")), RecordedRun(path: scratch.file("b")))

        let task = try #require(comparison.tasks.first)
        #expect(task.scores.first == 1 && task.scores.second == 0)
        #expect((task.bootstrap ?? 1) < 0.01)
        #expect(comparison.json.array?[0]["p_paired_bootstrap"]?.double == task.bootstrap)
    }

    @Test func `different protocols are refused unless told`() async throws {
        let (folder, scratch) = (try Self.folder(), try ScratchFolder())
        try await Self.run(folder, scratch.file("a"), "")
        try await Self.run(folder, scratch.file("b"), "", prompt: .template("Q: {question}"))
        let (a, b) = (try RecordedRun(path: scratch.file("a")), try RecordedRun(path: scratch.file("b")))

        #expect {
            _ = try RunComparison(a, b)
        } throws: { error in
            guard case .differentProtocols(_, _, let differences) = error as? RunError else { return false }
            return differences.contains { $0.hasPrefix("protocol.prompt:") }
                && differences.allSatisfy { $0.hasPrefix("protocol.") && $0.contains("prompt") }
        }
        #expect(try RunComparison(a, b, anyway: true).tasks.count == 1)
    }

    @Test func `an explanation has everything`() async throws {
        let (folder, scratch) = (try Self.folder(), try ScratchFolder())
        try await Self.run(folder, scratch.file("a"), "")

        let text = try RunExplanation(RecordedRun(path: scratch.file("a")), id: "1:2").text

        for part in [
            "a.png", "What?", "Question: What? Answer:", "\"blue\"", "output     \"red\"", "-0.5000", "0.6065",
            "why: wrong", "shuffled, shown b.png",
        ] { #expect(text.contains(part), "\(part)") }
        #expect(throws: RunError.self) { try RunExplanation(RecordedRun(path: scratch.file("a")), id: "7") }
    }

    @Test func `folders without a run, and damaged ones`() async throws {
        let (folder, scratch) = (try Self.folder(), try ScratchFolder())
        try await Self.run(folder, scratch.file("a"), "")

        #expect(throws: RunError.noRun(path: scratch.file("none"))) { try RecordedRun(path: scratch.file("none")) }
        try scratch.write(scratch.text("a/samples.jsonl") + "{\"id\": 3}\n", "a/samples.jsonl")
        #expect(throws: RunError.self) { try RecordedRun(path: scratch.file("a")) }
        try scratch.write("{", "a/run.json")
        #expect(throws: RunError.self) { try RecordedRun(path: scratch.file("a")) }
        try scratch.remove("a/run.json")
        await #expect(throws: RunError.self) { try await Self.run(folder, scratch.file("a"), "") }
        await #expect(throws: RunError.self) { try await Self.run(folder, "/dev/null/x", "") }
    }

    @Test(arguments: [
        "[]", "{", #"{"annotations": [], "questions": []}"#, #"{"questions": [{"question_id": 1}]}"#,
        #"{"questions": [{"question_id": 1, "image_id": "x", "question": 3}], "annotations": [{"question_id": 1}]}"#,
    ])
    func `damaged files give one error before anything is computed`(text: String) throws {
        let folder = try TaskFolder([
            "v2_OpenEnded_mscoco_val2014_questions.json": text, "v2_mscoco_val2014_annotations.json": text,
            "captions_val2017.json": text, "testdev_balanced_questions.json": text, "SEED-Bench.json": text,
            "val_v1.0.json": text, "MMBench_DEV_EN.tsv": text, "pairs.jsonl": text, "coco_pope_random.json": text,
        ])

        for kind in [
            VQAv2.self, COCOCaptions.self, GQATask.self, SEEDBench.self, DocVQA.self, MMBenchTask.self, PairsTask.self,
            POPETask.self,
        ] as [any EvaluationTask.Type] {
            #expect(throws: EvaluationFileError.self, "\(kind)") {
                _ = try kind.init(TaskSource(data: folder.folder.path))
            }
        }
    }

    @Test func `every task says what it misses in an empty folder`() throws {
        let folder = try ScratchFolder()

        for kind in TaskList.all {
            #expect(throws: EvaluationFileError.self, "\(kind.card.name)") {
                _ = try kind.init(TaskSource(data: folder.path))
            }
            #expect(!kind.card.files.isEmpty && !kind.card.licence.isEmpty && !kind.card.source.isEmpty)
        }
        #expect(Set(TaskList.names).count == TaskList.all.count + TaskList.builtIn.count)
    }
}
