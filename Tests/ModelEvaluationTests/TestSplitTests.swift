import JSONText
import ModelEvaluation
import TestFixtures
import Testing

/// Splits whose files hold no answers: a result file, and no score.
@Suite struct TestSplitTests {
    private static let questions =
        #"{"data_subtype": "test-dev2015", "questions": [{"image_id": 9, "question": "What?", "question_id": 90}]}"#

    private static func vqa() throws -> TaskFolder {
        try TaskFolder(
            ["v2_OpenEnded_mscoco_test-dev2015_questions.json": questions],
            pictures: ["test2015/COCO_test2015_000000000009.jpg": .pureRed])
    }

    @Test func `VQAv2's test-dev is answered and not scored`() async throws {
        let (folder, scratch) = (try Self.vqa(), try ScratchFolder())

        let run = try await folder.run(VQAv2.self, split: "test-dev", into: RunFolder(path: scratch.file("run")))

        #expect(run.json["score"] == .null && run.json["remarks"]?.array?.count == 1)
        #expect(run.rows[0].output == "red" && run.rows[0].isCorrect == nil && run.rows[0].score == nil)
        let file = try scratch.text("run/vqa_OpenEnded_mscoco_test-dev2015_lorgnette_results.json")
        #expect(file == "[{\"question_id\": 90, \"answer\": \"red\"}]\n")
        #expect(try scratch.text("run/report.html").contains("no answers in the files"))
        let explained = try RunExplanation(RecordedRun(path: scratch.file("run")), id: "90")
        #expect(explained.text.contains("hold no answers") && !folder.folder.path.isEmpty)
    }

    @Test func `other splits must have their answers`() throws {
        let folder = try TaskFolder(["v2_OpenEnded_mscoco_val2014_questions.json": Self.questions])

        #expect(throws: EvaluationFileError.self) { try folder.open(VQAv2.self) }
        #expect(throws: EvaluationFileError.self) { try folder.open(VQAv2.self, split: "val") }
    }

    @Test func `VizWiz, TextVQA, DocVQA and A-OKVQA without answers`() throws {
        let folder = try TaskFolder([
            "test.json": #"[{"image": "V.jpg", "question": "What?"}]"#,
            "TextVQA_0.5.1_test.json": #"{"data": [{"question": "what?", "image_id": "a", "question_id": 3}]}"#,
            "test_v1.0.json": #"{"data": [{"questionId": 4, "question": "value?", "image": "documents/a.png"}]}"#,
            "aokvqa_v1p0_test.json":
                #"[{"image_id": 9, "question_id": "22Mex", "question": "What?", "choices": ["a", "b"]}]"#,
        ])

        let tasks: [any EvaluationTask] = [
            try folder.open(VizWiz.self, split: "test"), try folder.open(TextVQA.self, split: "test"),
            try folder.open(DocVQA.self, split: "test"), try folder.open(AOKVQAMultipleChoice.self, split: "test"),
            try folder.open(AOKVQADirectAnswer.self, split: "test"),
        ]

        for task in tasks {
            #expect(task.examples.count == 1 && !task.examples[0].hasAnswer)
            #expect(task.resultFile(task.examples.map { AnsweredExample($0, output: "a") })?.text.contains("a") == true)
        }
        #expect(
            tasks[3].resultFile([AnsweredExample(tasks[3].examples[0], output: "b")])?.name
                == "predictions_test_mc.json")
    }
}
