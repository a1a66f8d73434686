import Foundation
import Imaging
import JSONText
import ModelEvaluation
import Testing
import VisionLanguage

/// Tasks with open answers, each in its official format, with scores computed by hand.
@Suite struct AnswerTaskTests {
    private static let questions = """
        {"info": {}, "task_type": "Open-Ended", "data_type": "mscoco", "data_subtype": "val2014", "license": {},
         "questions": [{"image_id": 9, "question": "What color?", "question_id": 9000},
                       {"image_id": 10, "question": "How many?", "question_id": 10000}]}
        """

    private static let pictures = [
        "val2014/COCO_val2014_000000000009.jpg": RGBColor.pureRed,
        "val2014/COCO_val2014_000000000010.jpg": RGBColor.pureBlue,
    ]

    private static func annotations(_ first: [(String, Int)], _ second: [(String, Int)]) -> String {
        """
        {"annotations": [
         {"question_type": "what color", "answer_type": "other", "image_id": 9, "question_id": 9000,
          "multiple_choice_answer": "red", "answers": \(JSONLine.answers(first))},
         {"question_type": "how many", "answer_type": "number", "image_id": 10, "question_id": 10000,
          "multiple_choice_answer": "3", "answers": \(JSONLine.answers(second))}]}
        """
    }

    /// "red" equals 4 of 10 answers: 1. "two" becomes "2" as the one annotator's "2" is: 0.3. Mean 0.65.
    @Test func `VQAv2 as scored by hand`() async throws {
        let folder = try TaskFolder(
            [
                "v2_OpenEnded_mscoco_val2014_questions.json": Self.questions,
                "v2_mscoco_val2014_annotations.json": Self.annotations(
                    [("red", 4), ("blue", 6)], [("2", 1), ("3", 9)]),
            ], pictures: Self.pictures)
        let model = FakeModel(write: { colors, _ in colors == ["red"] ? "red" : "two" })

        let run = try await folder.run(VQAv2.self, model: model)

        #expect(abs((run.value("score") ?? 0) - 0.65) < 1e-12)
        #expect(run.json["metric_variant"] == nil && run.json["protocol"]?["metric_variant"]?.string == "official")
        #expect(run.rows.map(\.prompt) == ["Question: What color? Answer:", "Question: How many? Answer:"])
        let file = run.entry.task.resultFile(
            run.rows.enumerated().map { index, row in
                AnsweredExample(run.entry.task.examples[index], output: row.output)
            })
        #expect(
            file?.text == #"[{"question_id": 9000, "answer": "red"}, {"question_id": 10000, "answer": "two"}]"# + "\n")
    }

    /// One annotator, counted twice: 0.6. The other question: nobody.
    @Test func `OK-VQA`() async throws {
        let folder = try TaskFolder(
            [
                "OpenEnded_mscoco_val2014_questions.json": Self.questions,
                "mscoco_val2014_annotations.json": Self.annotations([("red", 2), ("blue", 8)], [("3", 10)]),
            ], pictures: Self.pictures)

        let run = try await folder.run(OKVQA.self, model: FakeModel(write: { _, _ in "red" }))

        #expect(abs((run.value("accuracy") ?? 0) - 0.3) < 1e-12)
    }

    @Test func `answers without a question, and the other way round`() throws {
        let missing = try TaskFolder([
            "v2_OpenEnded_mscoco_val2014_questions.json": Self.questions,
            "v2_mscoco_val2014_annotations.json":
                #"{"annotations": [{"question_id": 1, "answers": [{"answer": "x"}]}]}"#,
        ])

        #expect(throws: EvaluationFileError.self) { try missing.open(VQAv2.self) }
    }

    private static let aokvqa = """
        [{"split": "val", "image_id": 9, "question_id": "22Mex", "question": "What is it?",
          "choices": ["a red thing", "train", "delivery", "cab"], "correct_choice_idx": 0,
          "direct_answers": ["red", "ride", "bus", "bus", "bus", "bus", "bus", "bus", "bus", "bus"],
          "difficult_direct_answer": false, "rationales": ["a", "b", "c"]},
         {"split": "val", "image_id": 10, "question_id": "33", "question": "What else?",
          "choices": ["a red thing", "blue", "c", "d"], "correct_choice_idx": 0,
          "direct_answers": ["blue", "x", "x", "x", "x", "x", "x", "x", "x", "x"],
          "difficult_direct_answer": true, "rationales": []}]
        """

    /// Ranked: red → "a red thing" (right), blue → "blue" (wrong). In own words: 1 of 10 equal is 1/3, the difficult
    /// question is left out.
    @Test func `A-OKVQA both ways`() async throws {
        let folder = try TaskFolder(
            ["aokvqa_v1p0_val.json": Self.aokvqa],
            pictures: ["val2017/000000000009.jpg": .pureRed, "val2017/000000000010.jpg": .pureBlue])

        let choices = try await folder.run(AOKVQAMultipleChoice.self)
        let direct = try await folder.run(AOKVQADirectAnswer.self)
        let written = try await folder.run(
            AOKVQAMultipleChoice.self, model: FakeModel(write: { _, _ in "a red thing" }), ranks: false)

        #expect(choices.value("score") == 0.5)
        #expect(direct.value("score") == 1.0 / 3 && direct.rows.count == 1)
        #expect(written.value("score") == 1)
        #expect(
            written.rows[0].prompt
                == "Question: What is it? Options: (a) a red thing (b) train (c) delivery (d) cab. Short answer:")
    }

    private static let gqa = """
        {"201": {"question": "Is it red?", "imageId": "n1", "answer": "yes", "entailed": ["201", "202"],
          "types": {"structural": "verify", "semantic": "attr"}},
         "202": {"question": "Which color?", "imageId": "n1", "answer": "red", "entailed": [],
          "types": {"structural": "query", "semantic": "attr"}}}
        """

    /// "yes" is right; "Red." is not "red" for the official score, and is for lmms-eval's. Consistency: the right one
    /// entails the wrong one: 0, or 1.
    @Test(arguments: [("official", 0.5, 0.0), ("lmms-eval", 1.0, 1.0), ("lavis", 1.0, 1.0)])
    func `GQA`(variant: String, accuracy: Double, consistency: Double) async throws {
        let folder = try TaskFolder(
            ["testdev_balanced_questions.json": Self.gqa], pictures: ["images/n1.jpg": .pureRed])
        let model = FakeModel(write: { _, prompt in prompt?.contains("Is it") == true ? "yes" : "Red." })

        let run = try await folder.run(GQATask.self, model: model, variant: variant)

        #expect(run.value("accuracy") == accuracy)
        #expect(run.value("binary_accuracy") == 1)
        #expect(run.value("consistency") == consistency)
    }

    /// Three of ten annotators: 0.9.
    @Test func `VizWiz as scored by hand`() async throws {
        let file = """
            [{"image": "VizWiz_val_00000000.jpg", "question": "What is it?", "answer_type": "other", "answerable": 1,
              "answers": \(JSONLine.answers([("red", 3), ("unanswerable", 7)]))}]
            """
        let folder = try TaskFolder(["val.json": file], pictures: ["val/VizWiz_val_00000000.jpg": .pureRed])

        let run = try await folder.run(VizWiz.self)

        #expect(abs((run.value("score") ?? 0) - 0.9) < 1e-12)
        #expect(run.rows[0].id == "VizWiz_val_00000000.jpg")
    }

    @Test func `TextVQA, its OCR tokens where the prompt names them`() async throws {
        let answers = (Array(repeating: "red", count: 4) + Array(repeating: "x", count: 6)).map { "\"\($0)\"" }
        let file = """
            {"dataset_type": "val", "data": [{"question": "what brand?", "image_id": "003a", "question_id": 34602,
              "image_width": 4, "answers": [\(answers.joined(separator: ","))], "set_name": "val"}]}
            """
        let folder = try TaskFolder(
            [
                "TextVQA_0.5.1_val.json": file,
                "TextVQA_Rosetta_OCR_v0.2_val.json": #"{"data": [{"image_id": "003a", "ocr_tokens": ["A", "B"]}]}"#,
            ], pictures: ["train_images/003a.jpg": .pureRed])
        var settings = TaskFolder.settings(of: TextVQA.card, FakeModel())
        _ = ProtocolPreset.instructblip.apply(to: &settings, task: "textvqa", isEncoderDecoder: true)
        let example = try folder.open(TextVQA.self).examples[0]

        let run = try await folder.run(TextVQA.self)

        #expect(run.value("score") == 1)
        #expect(
            settings.prompt(of: example, prompts: .blip2)
                == "OCR tokens: A, B. Question: what brand? Short answer:")
    }

    /// "0.29" against "0.28": one of four characters, 0.75.
    @Test func `DocVQA as scored by hand`() async throws {
        let file = """
            {"dataset_name": "docvqa", "dataset_split": "val", "data": [{"questionId": 49153, "question": "value?",
              "question_types": ["figure/diagram"], "image": "documents/a.png", "docId": 1, "answers": ["0.28"]}]}
            """
        let folder = try TaskFolder(["val_v1.0.json": file], pictures: ["documents/a.png": .pureRed])

        let run = try await folder.run(DocVQA.self, model: FakeModel(write: { _, _ in "0.29" }))

        #expect(run.value("ANLS") == 0.75)
        #expect(run.rows[0].isCorrect == true)
    }

    /// 14.5 is within 5 % of 14, 20 is not of 22.
    @Test func `ChartQA as scored by hand`() async throws {
        let folder = try TaskFolder(
            [
                "test/test_human.json": #"[{"imgname": "4.png", "query": "How many?", "label": "14"}]"#,
                "test/test_augmented.json": #"[{"imgname": "5.png", "query": "How much?", "label": "22"}]"#,
            ], pictures: ["test/png/4.png": .pureRed, "test/png/5.png": .pureBlue])
        let model = FakeModel(write: { colors, _ in colors == ["red"] ? "14.5" : "20" })

        let run = try await folder.run(ChartQA.self, model: model)

        #expect(run.value("score") == 0.5 && run.value("human") == 1 && run.value("augmented") == 0)
    }

    /// A full stop at the end and case do not count; "a red" is not "red".
    @Test func `our own pairs`() async throws {
        let rows = """
            {"image": "a.png", "caption": "Red.", "qa": [["Which?", "RED"], ["What?", "a red"]], "split": "dev"}
            {"image": "b.png", "caption": null, "qa": [["Which?", "red"]], "split": "dev"}
            {"image": "a.png", "caption": "x", "qa": [], "split": "train"}
            """
        let folder = try TaskFolder(["pairs.jsonl": rows], pictures: ["a.png": .pureRed, "b.png": .pureBlue])

        let run = try await folder.run(PairsTask.self, split: "dev")

        #expect(run.rows.map(\.id) == ["1:caption", "1:1", "1:2", "2:1"])
        #expect(run.rows.map(\.isCorrect) == [true, true, false, false])
        #expect(run.value("score") == 0.5 && run.value("accuracy") == 0.5 && run.value("caption_accuracy") == 1)
        let first = try #require(run.rows[0].json.object)
        #expect(
            first.keys.prefix(9) == [
                "id", "task", "image", "question", "reference", "output", "correct", "logprob", "confidence",
            ])
        #expect(first["logprob"]?.double == -0.75)
        #expect(abs((first["confidence"]?.double ?? 0) - exp(-0.75)) < 1e-12)
    }
}
