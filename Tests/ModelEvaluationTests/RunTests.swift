import Foundation
import Imaging
import JSONText
import ModelEvaluation
import TestFixtures
import Testing

/// Runs: batches, shards, resuming, baselines, broken pictures.
@Suite struct RunTests {
    private static let colors: [RGBColor] = [.pureRed, .pureGreen, .pureBlue]

    /// Nine pictures of three colours, a question each; the answer is the colour.
    private static func folder() throws -> TaskFolder {
        var pictures: [String: RGBColor] = [:]
        let rows = (0..<9).map { number in
            pictures["\(number).png"] = colors[number % 3]
            let name = ["red", "green", "blue"][number % 3]
            return #"{"image": "\#(number).png", "caption": null, "qa": [["Which color?", "\#(name)"]]}"#
        }
        return try TaskFolder(["pairs.jsonl": rows.joined(separator: "\n")], pictures: pictures)
    }

    @Test(arguments: [1, 2, 4, 100])
    func `batches change nothing`(batch: Int) async throws {
        let folder = try Self.folder()

        let run = try await folder.run(PairsTask.self) { $0.batch = batch }
        let reference = try await folder.run(PairsTask.self)

        #expect(run.rows == reference.rows && run.rows.count == 9)
    }

    /// Two questions about each picture, in batches of their own: the second finds the picture gone from the cache.
    @Test(arguments: FewShot.Selection.allCases)
    func `a cache too small for anything changes nothing`(selection: FewShot.Selection) async throws {
        let lines = (0..<6).map { number in
            #"{"image": "\#(number / 2).png", "caption": null, "qa": [["Which color \#(number)?", "red"]], "split": "dev"}"#
        }
        let shown = (0..<4).map { #"{"image": "s\#($0).png", "caption": null, "qa": [["Which?", "\#($0)"]]}"# }
        let pictures = ["0.png": RGBColor.pureRed, "1.png": .pureGreen, "2.png": .pureBlue]
        let folder = try TaskFolder(["pairs.jsonl": lines.joined(separator: "\n")], pictures: pictures)
        let pool = try TaskFolder(
            ["pairs.jsonl": shown.joined(separator: "\n")],
            pictures: ["s0.png": .pureRed, "s1.png": .pureGreen, "s2.png": .pureBlue, "s3.png": .pureRed])
        let task = try folder.open(PairsTask.self)
        let demonstrations = try DemonstrationPool(TaskSource(data: pool.folder.path), for: task)
        var settings = TaskFolder.settings(of: PairsTask.card, FakeModel())
        settings.shots = FewShot(count: 2, selection: selection, split: nil)
        func rows(budget: Int, batch: Int) async throws -> [SampleRow] {
            var run = TaskRun(
                model: FakeModel(write: { colors, prompt in "\(colors) \(prompt ?? "")" }), task: task,
                settings: settings)
            run.demonstrations = demonstrations.examples
            (run.sightBudget, run.batch) = (budget, batch)
            var rows: [SampleRow] = []
            try await run.answer(except: []) { new, _ in rows += new }
            return rows
        }

        let reference = try await rows(budget: 1 << 30, batch: 16)
        let small = try await rows(budget: 0, batch: 1)

        #expect(small == reference && reference.count == 6)
        #expect(reference.allSatisfy { $0.failure == nil && $0.demonstrations.count == 2 })
        // Two pictures of the demonstrations and the own one.
        #expect(reference.allSatisfy { $0.output.split(separator: "]")[0].split(separator: ",").count == 3 })
    }

    @Test func `demonstrations out of what is scored are refused`() throws {
        let folder = try Self.folder()
        let task = try folder.open(PairsTask.self)

        #expect(throws: EvaluationFileError.self) {
            try DemonstrationPool(TaskSource(data: folder.folder.path), for: task)
        }
    }

    /// A demonstration answers as the question is to be answered: by the letter where letters are asked for.
    @Test(arguments: [
        (false, "Answer with the option's letter from the given choices directly. B\n"), (true, " b red one\n"),
    ])
    func `demonstrations of closed questions`(ranks: Bool, ending: String) async throws {
        let row = #""choices": ["a blue one", "b red one"], "answer": "B"}"#
        let folder = try TaskFolder(["choices.jsonl": #"{"question": "Which?", "# + row])
        let pool = try TaskFolder(["choices.jsonl": #"{"question": "Shown?", "# + row])
        let task = try folder.open(TextChoices.self)
        var settings = TaskFolder.settings(of: TextChoices.card, FakeModel(), ranks: ranks)
        settings.shots = FewShot(count: 1, selection: .fixed, split: nil)
        let shown = try DemonstrationPool(TaskSource(data: pool.folder.path), for: task)
        let seen = Seen()
        let model = FakeModel(
            write: { _, prompt in
                seen.add(prompt ?? "")
                return "B"
            },
            weigh: { _, prompt, text in
                seen.add(prompt ?? "")
                return text == "b red one" ? -1 : -2
            })

        let session = EvaluationSession(
            model: model, entries: [.init(task: task, settings: settings, demonstrations: shown.examples)])
        let finished = try await session.run(in: nil)[0]

        #expect(finished.value("score") == 1)
        #expect(seen.texts.allSatisfy { $0.contains("Shown?") && $0.contains(ending) && $0.contains("Which?") })
    }

    @Test func `what cannot be ranked or written is refused`() async throws {
        let pairs = try Self.folder()
        let file = #"{"images": [{"id": 9, "file_name": "0.png"}], "annotations": [{"image_id": 9, "caption": "red"}]}"#
        try pairs.folder.write(file, "captions_val2017.json")

        await #expect(throws: EvaluationFileError.nothingToRank(task: "pairs")) {
            _ = try await pairs.run(PairsTask.self, ranks: true)
        }
        await #expect(throws: EvaluationFileError.onlyRanked(task: "coco-retrieval")) {
            _ = try await pairs.run(COCORetrieval.self, ranks: false)
        }
    }

    @Test func `shards put together are the run in one piece`() async throws {
        let folder = try Self.folder()
        let scratch = try ScratchFolder()
        for number in 1...2 {
            _ = try await folder.run(PairsTask.self, into: RunFolder(path: scratch.file("s\(number)"))) {
                $0.selection.shard = ExampleSelection.Shard(number: number, of: 2)
            }
        }
        _ = try await folder.run(PairsTask.self, into: RunFolder(path: scratch.file("whole")))

        _ = try RunMerge([scratch.file("s2"), scratch.file("s1")]).write(
            into: RunFolder(path: scratch.file("merged")))

        #expect(try scratch.text("merged/samples.jsonl") == scratch.text("whole/samples.jsonl"))
        #expect(try scratch.text("merged/results.json") == scratch.text("whole/results.json"))
    }

    @Test func `shards that do not belong together are refused`() async throws {
        let folder = try Self.folder()
        let scratch = try ScratchFolder()
        for (name, number, count) in [("a", 1, 2), ("b", 2, 3), ("c", 1, 2)] {
            _ = try await folder.run(PairsTask.self, into: RunFolder(path: scratch.file(name))) {
                $0.selection.shard = ExampleSelection.Shard(number: number, of: count)
            }
        }
        _ = try await folder.run(PairsTask.self, into: RunFolder(path: scratch.file("whole")))

        for names in [["a"], ["a", "b"], ["a", "c"], ["whole"]] {
            #expect(throws: RunError.self) { try RunMerge(names.map { scratch.file($0) }) }
        }
    }

    @Test func `a killed run goes on, its last line mended, nothing asked twice`() async throws {
        let folder = try Self.folder()
        let scratch = try ScratchFolder()
        let run = RunFolder(path: scratch.file("run"))
        _ = try await folder.run(PairsTask.self, into: run)
        let whole = try scratch.text("run/samples.jsonl")
        let lines = whole.split(separator: "\n")
        try scratch.write(lines[..<4].joined(separator: "\n") + "\n" + lines[4].prefix(40), "run/samples.jsonl")
        let asked = Counter()
        let model = FakeModel(write: { colors, _ in
            asked.increment()
            return colors.last ?? "nothing"
        })

        let again = try await folder.run(PairsTask.self, model: model, into: run)

        #expect(try scratch.text("run/samples.jsonl") == whole)
        #expect(again.rows.count == 9)
        #expect(asked.value == 5 + 5 + 1)  // own and shuffled of five, blind once
    }

    @Test func `a folder with other settings is refused`() async throws {
        let folder = try Self.folder()
        let scratch = try ScratchFolder()
        let run = RunFolder(path: scratch.file("run"))
        _ = try await folder.run(PairsTask.self, into: run)

        await #expect(throws: RunError.self) {
            _ = try await folder.run(PairsTask.self, into: run) { $0.selection.limit = 3 }
        }
        await #expect(throws: RunError.self) {
            _ = try await folder.run(PairsTask.self, variant: "strict", into: run)
        }
    }

    @Test func `blind and shuffled stand beside the score`() async throws {
        let run = try await Self.folder().run(PairsTask.self)

        #expect(run.value("score") == 1 && run.result.beatsBlind == true)
        #expect(run.rows.allSatisfy { $0.baseline("blind")?.output == "nothing" })
        #expect(run.rows.allSatisfy { $0.baseline("shuffled")?.image != $0.image })
        #expect(Set(run.rows.compactMap { $0.baseline("shuffled")?.image }).count == 9)
    }

    @Test func `an object of results has each name once`() async throws {
        let folder = try TaskFolder(
            ["pairs.jsonl": #"{"image": "a.png", "caption": null, "qa": [["Which?", "red"]]}"#],
            pictures: ["a.png": .pureRed])

        let run = try await folder.run(PairsTask.self)

        #expect(run.json.object?.duplicateKey == nil)
        #expect(run.json["baselines"]?["blind"]?["score"]?.double == 0)
    }

    @Test func `a model that looks at nothing is marked`() async throws {
        let run = try await Self.folder().run(PairsTask.self, model: FakeModel(write: { _, _ in "red" }))

        #expect(abs((run.value("score") ?? 0) - 1.0 / 3) < 1e-12)
        #expect(run.result.beatsBlind == false && run.json["beats_blind"]?.bool == false)
        let majority = try #require(run.result.baselines.first { $0.name == "majority" })
        #expect(abs(majority.score - 1.0 / 3) < 1e-12)
    }

    @Test func `a broken picture is a row, and its example is wrong`() async throws {
        let folder = try Self.folder()
        try folder.folder.write("not a picture", "4.png")

        let run = try await folder.run(PairsTask.self)

        #expect(run.rows.count == 9 && run.rows[4].failure?.code == "not_an_image")
        #expect(run.value("errors") == 1 && run.value("score_without_errors") == 1)
        #expect(abs((run.value("score") ?? 0) - 8.0 / 9) < 1e-12)
    }

    @Test func `without a single picture nothing is computed`() async throws {
        let folder = try Self.folder()
        for number in 0..<9 { try folder.folder.remove("\(number).png") }

        await #expect(throws: EvaluationFileError.self) { _ = try await folder.run(PairsTask.self) }
    }

    @Test(arguments: FewShot.Selection.allCases)
    func `demonstrations come before the question, never of the same picture`(selection: FewShot.Selection) async throws
    {
        let folder = try Self.folder()
        let task = try folder.open(PairsTask.self)
        var settings = TaskFolder.settings(of: PairsTask.card, FakeModel())
        settings.shots = FewShot(count: 2, selection: selection, split: nil)
        let model = FakeModel(write: { colors, prompt in "\(colors.joined(separator: ",")) \(prompt ?? "")" })
        let session = EvaluationSession(
            model: model, entries: [.init(task: task, settings: settings, demonstrations: task.examples)])

        let rows = try await session.run(in: nil)[0].rows

        for row in rows {
            #expect(row.demonstrations.count == 2 && !row.demonstrations.contains(row.id))
            #expect(row.output.components(separatedBy: "Question: Which color? Answer:").count == 4)
            #expect(row.output.split(separator: " ")[0].split(separator: ",").count == 3)
        }
        if selection == .nearest {
            // Two others have the picture's own colour.
            #expect(rows.allSatisfy { Set($0.output.split(separator: " ")[0].split(separator: ",")).count == 1 })
        } else if selection == .fixed {
            #expect(Set(rows.map(\.demonstrations)).count <= 4)
        } else {
            #expect(Set(rows.map(\.demonstrations)).count > 4)
        }
    }

    @Test func `rows come back from their file as they were`() async throws {
        let run = try await Self.folder().run(PairsTask.self, ranks: false)

        for row in run.rows { #expect(SampleRow(row.json) == row) }
        #expect(SampleRow(.object([("id", .string("x"))])) == nil)
    }
}

/// Keeps texts from several threads.
final class Seen: @unchecked Sendable {
    // Unchecked: the lock guards the list.
    private let lock = NSLock()
    private var list: [String] = []

    func add(_ text: String) { lock.withLock { list.append(text) } }

    var texts: [String] { lock.withLock { list } }
}

/// Counts from several threads.
final class Counter: @unchecked Sendable {
    // Unchecked: the lock guards the number.
    private let lock = NSLock()
    private var number = 0

    func increment() { lock.withLock { number += 1 } }

    var value: Int { lock.withLock { number } }
}
