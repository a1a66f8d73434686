import Foundation
import ImageFiles
import Imaging
import ModelEvaluation
import TestFixtures
import Testing
import TextGeneration

/// Whole runs with small checkpoints of every kind: what a row says does not depend on its company.
@Suite struct FolderRunTests {
    static let models = [
        "parity/blip2-olmoe-a", "parity/blip2-opt-b", "parity/blip2-t5-d", "parity/blip2-switch-d",
        "encoders/instructblip-llama", "encoders/instructblip-t5",
    ]

    /// How answers are found.
    enum Way: CaseIterable {
        case written, searched, ranked, fewShotWritten, fewShotRanked, nearest
    }

    private static func picture(_ number: Int) throws -> [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<20 {
            for x in 0..<24 {
                let isInside = (x + number * 5) / 6 % 2 == y / 5 % 2
                pixels += isInside ? [UInt8(50 * number % 256), 220, 20] : [240, UInt8(30 + 40 * number % 200), 90]
            }
        }
        return try Bitmap(width: 24, height: 20, pixels: pixels).pngData()
    }

    /// Seven questions about four pictures, one of them no picture; four more to be shown.
    private static func folder() throws -> TaskFolder {
        func line(_ id: Int, _ picture: Int) -> String {
            #"{"question_id": \#(id), "image": "\#(picture).png", "text": "Is it \#(id)?", "label": "\#(id % 2 == 0 ? "yes" : "no")"}"#
        }
        let asked = [(1, 0), (2, 0), (3, 1), (4, 2), (5, 9), (6, 1), (7, 3)].map { line($0.0, $0.1) }
        let shown = [(1, 4), (2, 5), (3, 6), (4, 7)].map { line($0.0, $0.1) }
        let folder = try TaskFolder([
            "coco_pope_random.json": asked.joined(separator: "\n"),
            "shown/coco_pope_random.json": shown.joined(separator: "\n"), "9.png": "no picture",
        ])
        for number in 0..<4 { try folder.folder.write(try picture(number), "\(number).png") }
        for number in 4..<8 { try folder.folder.write(try picture(number), "shown/\(number).png") }
        return folder
    }

    private static func session(
        _ folder: TaskFolder, _ model: FolderModel, _ way: Way
    ) throws -> EvaluationSession<FolderModel> {
        let task = try folder.open(POPETask.self)
        var settings = TaskProtocol(prompt: .template("a {question} b"), decoding: model.decoding, variant: "official")
        settings.decoding.maxTokens = 3
        switch way {
        case .written, .fewShotWritten, .nearest: break
        case .searched: settings.decoding.beams = 3
        case .ranked, .fewShotRanked: settings.answering = .rank(.sum)
        }
        var entry = EvaluationSession<FolderModel>.Entry(task: task, settings: settings)
        if [.fewShotWritten, .fewShotRanked, .nearest].contains(way) {
            let pool = try DemonstrationPool(TaskSource(data: folder.folder.file("shown")), for: task)
            entry.settings.shots = FewShot(count: 2, selection: way == .nearest ? .nearest : .fresh, split: nil)
            entry.settings.shots.files = pool.files
            entry.demonstrations = pool.examples
        }
        return EvaluationSession(model: model, entries: [entry])
    }

    @Test(arguments: FolderRunTests.models, Way.allCases)
    func `batches and shards change nothing`(name: String, way: Way) async throws {
        let model = try FolderModel(path: Repository.path("fixtures/" + name))
        let (folder, scratch) = (try Self.folder(), try ScratchFolder())
        var session = try Self.session(folder, model, way)
        session.batch = 100

        let whole = try await session.run(in: RunFolder(path: scratch.file("whole")))[0]
        session.batch = 1
        let single = try await session.run(in: nil)[0]
        session.batch = 2
        for number in 1...3 {
            session.selection.shard = ExampleSelection.Shard(number: number, of: 3)
            _ = try await session.run(in: RunFolder(path: scratch.file("\(number)")))
        }
        _ = try RunMerge((1...3).map { scratch.file("\($0)") }).write(into: RunFolder(path: scratch.file("merged")))

        #expect(single.rows == whole.rows && whole.rows.count == 7)
        for file in ["samples.jsonl", "results.json", "pope_answers_random.json", "report.html"] {
            #expect(try scratch.text("merged/" + file) == scratch.text("whole/" + file), "\(file)")
        }
        #expect(whole.rows.map { $0.failure == nil } == [true, true, true, true, false, true, true])
        #expect(whole.rows.filter { $0.failure == nil }.allSatisfy { !$0.tokenLogProbabilities.isEmpty })
        let shown = Set(whole.rows.map(\.demonstrations.count))
        #expect(shown == ([.written, .searched, .ranked].contains(way) ? [0] : way == .nearest ? [0, 2] : [2]))
    }

    /// The picture must count: rows about different pictures differ somewhere, and so do blind and seeing ones.
    @Test(arguments: FolderRunTests.models)
    func `a ranked answer is what score says`(name: String) async throws {
        let model = try FolderModel(path: Repository.path("fixtures/" + name))
        let folder = try Self.folder()

        let rows = try await Self.session(folder, model, .ranked).run(in: nil)[0].rows

        let path = folder.folder.file("0.png")
        let sight = try model.look(at: ImageSource.file(path: path).bitmap())
        let context = PromptContext([.picture(sight, prompt: "a Is it 1? b")], prompt: "a Is it 1? b")
        let scores = try model.scores(of: ["yes", "no"], after: context).map(\.logProbability)
        #expect(rows[0].choiceScores == scores)
        #expect(rows[0].baseline("blind")?.choiceScores != scores)
        #expect(rows[0].baseline("shuffled")?.choiceScores != scores)
    }

    /// In InstructBLIP the bridge reads the prompt: another prompt there gives another answer, with the same one before the
    /// language model.
    @Test(arguments: ["encoders/instructblip-llama", "encoders/instructblip-t5"])
    func `the bridge reads each picture's own prompt`(name: String) throws {
        let model = try FolderModel(path: Repository.path("fixtures/" + name))
        let path = Repository.path("fixtures/\(name)/image_0.png")
        let sight = try model.look(at: ImageSource.file(path: path).bitmap())

        let scores = try ["a", "b c"].map { prompt in
            let context = PromptContext([.picture(sight, prompt: prompt)], prompt: "a")
            return try model.scores(of: ["a b"], after: context)[0].logProbability
        }

        #expect(scores[0] != scores[1])
    }
}
