import Foundation
import ImageFiles
import Imaging
import JSONText
import ModelEvaluation
import Testing

/// Multiple choice, each task in its official format, with scores computed by hand.
@Suite struct ChoiceTaskTests {
    /// The model writes "B": right for the first question, wrong for the second. The question without a picture is left out.
    @Test func `ScienceQA as scored by hand`() async throws {
        let problems = """
            {"1": {"question": "Which?", "choices": ["x", "a red one"], "answer": 1, "hint": "Look.", "image": "image.png",
                   "grade": "grade2", "subject": "natural science", "split": "test"},
             "2": {"question": "And?", "choices": ["a blue one", "y"], "answer": 0, "hint": "", "image": "image.png",
                   "grade": "grade9", "subject": "social science", "split": "test"},
             "3": {"question": "Text?", "choices": ["x", "y"], "answer": 0, "hint": "", "image": null, "split": "test"}}
            """
        let folder = try TaskFolder(
            ["problems.json": problems, "pid_splits.json": #"{"train": [], "test": ["1", "2", "3"]}"#],
            pictures: ["test/1/image.png": .pureRed, "test/2/image.png": .pureBlue])

        let written = try await folder.run(ScienceQA.self, model: FakeModel(write: { _, _ in "B" }), ranks: false)
        let ranked = try await folder.run(ScienceQA.self)

        #expect(written.value("score") == 0.5 && written.value("undecided") == 0)
        #expect(
            written.rows[0].prompt == "Context: Look.\nWhich?\nA. x\nB. a red one\n"
                + "Answer with the option's letter from the given choices directly.")
        #expect(written.rows[1].prompt?.hasPrefix("And?\nA. a blue one") == true)
        #expect(ranked.value("score") == 1)
        #expect(ranked.json["categories"]?["grade"] == nil)
    }

    /// The picture of each question decides; "A" (its first character) is wrong for the second.
    @Test func `SEED-Bench`() async throws {
        let file = """
            {"questions": [
              {"question_id": "101669", "question": "What?", "choice_a": "red", "choice_b": "Two", "choice_c": "Three",
               "choice_d": "Four", "answer": "A", "data_type": "image", "data_id": "14_25", "question_type_id": 5},
              {"question_id": "7", "question": "What?", "choice_a": "One", "choice_b": "red", "choice_c": "Three",
               "choice_d": "Four", "answer": "B", "data_type": "image", "data_id": "14_25", "question_type_id": 1},
              {"question_id": "8", "question": "?", "choice_a": "1", "choice_b": "2", "choice_c": "3", "choice_d": "4",
               "answer": "B", "data_type": "video", "data_id": "v", "question_type_id": 10}],
             "question_type": {"Scene Understanding": 1, "Instances Counting": 5}}
            """
        let folder = try TaskFolder(
            ["SEED-Bench.json": file], pictures: ["SEED-Bench-image/14_25": .pureRed])

        let written = try await folder.run(
            SEEDBench.self, model: FakeModel(write: { _, _ in "A. certainly" }), ranks: false)
        let ranked = try await folder.run(SEEDBench.self)

        #expect(written.value("score") == 0.5 && ranked.value("score") == 1)
        #expect(ranked.rows.count == 2)
        let answers = zip(ranked.entry.task.examples, ranked.rows).map { TaskResult.answered($0, $1) }
        #expect(
            ranked.entry.task.resultFile(answers)?.text
                == "{\"question_id\": \"101669\", \"prediction\": \"A\"}\n{\"question_id\": \"7\", \"prediction\": \"B\"}\n"
        )
    }

    private static func table(_ image: String) -> String {
        "index\tquestion\thint\tA\tB\tC\tanswer\tcategory\timage\tsplit\n"
            + "3\tWhich?\t\tred\tgreen\t\tA\tcolor\t\(image)\tdev\n"
            + "4\t\"Two\nlines?\"\tLook.\tgreen\tred\tblue\tB\tcolor\t3\tdev\n"
    }

    /// Rotations are made: 2 and 3. Ranking finds "red" wherever it stands: 1. Always "A" is right for one rotation of each
    /// question: no question counts; of the two unrotated rows the first is right.
    @Test func `MMBench makes rotations and counts questions`() async throws {
        let picture = Data(try Bitmap(width: 4, height: 4, color: .pureRed).pngData()).base64EncodedString()
        let folder = try TaskFolder(["MMBench_DEV_EN.tsv": Self.table(picture)])

        let ranked = try await folder.run(MMBenchTask.self)
        let written = try await folder.run(MMBenchTask.self, model: FakeModel(write: { _, _ in "A" }), ranks: false)

        #expect(ranked.rows.map(\.id) == ["3", "1000003", "4", "1000004", "2000004"])
        #expect(ranked.value("circular_accuracy") == 1 && ranked.value("vanilla_accuracy") == 1)
        #expect(written.value("circular_accuracy") == 0 && written.value("vanilla_accuracy") == 0.5)
        #expect(
            written.rows[2].prompt == "Look. Two\nlines? There are several options:\nA. green\nB. red\nC. blue\n"
                + "Answer with the option's letter from the given choices directly.")
    }

    @Test(arguments: ["5", "3", "????"])
    func `an image cell that names no picture`(cell: String) throws {
        let folder = try TaskFolder(["MMBench_DEV_EN.tsv": Self.table(cell)])

        #expect(throws: EvaluationFileError.self) { try folder.open(MMBenchTask.self) }
    }

    /// One letter right, one open answer right (contained), one letter missing.
    @Test func `MMMU-style questions`() async throws {
        let rows = #"""
            {"id": "validation_Art_1", "question": "<image 1> Who?", "options": "['$6', \"it's\", 'a\\'b']", "image_1": "a.png", "answer": "B", "question_type": "multiple-choice"}
            {"id": "validation_Art_2", "question": "How many? <image 1>", "options": "[]", "image_1": "b.png", "image_2": "a.png", "answer": "['12', 'twelve']", "question_type": "open"}
            {"id": "validation_Math_1", "question": "Which?", "options": ["x", "y"], "image_1": "g.png", "answer": "B", "question_type": "multiple-choice"}
            """#
        let folder = try TaskFolder(
            ["validation.jsonl": rows],
            pictures: ["images/a.png": .pureRed, "images/b.png": .pureBlue, "images/g.png": .pureGreen])
        let model = FakeModel(write: { colors, _ in
            colors == ["red"] ? "(B)" : colors == ["blue", "red"] ? "The answer is 12." : "hm"
        })

        let run = try await folder.run(MMMUTask.self, model: model)

        #expect(abs((run.value("score") ?? 0) - 2.0 / 3) < 1e-12)
        #expect(
            run.rows[0].prompt == "Who?\nA. $6\nB. it's\nC. a'b\n\n"
                + "Answer with the option's letter from the given choices directly.")
        #expect(run.entry.task.examples[1].references == ["12", "twelve"])
    }

    @Test(arguments: ["['a'", "[a]", "{'a': 1}", "['a' 'b']", "['a\\"])
    func `options that are no Python list`(options: String) throws {
        let text = JSONValue.string(options).text
        let row =
            #"{"id": "v_A_1", "question": "?", "options": \#(text), "answer": "A", "question_type": "multiple-choice"}"#
        let folder = try TaskFolder(["validation.jsonl": row])

        #expect(throws: EvaluationFileError.self) { try folder.open(MMMUTask.self) }
    }

    /// The red picture's class is found, the blue one's is not: "green" weighs as much and comes first.
    @Test func `zero-shot classification by folders`() async throws {
        let folder = try TaskFolder(
            ["classes.txt": "n1\tred\nn2\tgreen\nn3\tblue\n"],
            pictures: ["n1/x.png": .pureRed, "n3/y.png": .pureBlue])
        let model = FakeModel(weigh: { colors, _, text in
            colors == ["red"] ? (text == "red" ? -1 : -2) : text == "red" ? -3 : -1
        })

        let run = try await folder.run(ZeroShotClassification.self, model: model)

        #expect(run.value("top_1") == 0.5 && run.value("top_5") == 1)
        #expect(run.rows.map(\.id) == ["n1/x.png", "n3/y.png"])
        #expect(run.rows[1].output == "green")
    }

    /// HellaSwag's rows and our own. The fake likes choices with "nothing" in them when there is no picture.
    @Test func `text-only choices`() async throws {
        let rows = """
            {"ctx": "He did", "endings": ["nothing", "much"], "label": 0}
            {"question": "It was", "choices": ["nothing", "much"], "answer": "B"}
            """
        let folder = try TaskFolder(["choices.jsonl": rows])

        let run = try await folder.run(TextChoices.self)

        #expect(run.value("score") == 0.5)
        #expect(run.rows[0].prompt == "He did" && run.rows[0].baselines.isEmpty)
        #expect(abs((run.rows[0].confidence ?? 0) - 1 / (1 + exp(-4))) < 1e-12)
    }

    /// Item 0: each picture prefers its caption, each caption its picture: group. Item 1: both pictures are green, captions
    /// tie on "blue"/"red": wrong.
    @Test func `Winoground-style pairs`() async throws {
        let rows = """
            {"id": 0, "image_0": "a", "image_1": "b", "caption_0": "red", "caption_1": "blue", "tag": "x", "collapsed_tag": "Object"}
            {"id": 1, "image_0": "c", "image_1": "c", "caption_0": "red", "caption_1": "blue", "tag": "x", "collapsed_tag": "Object"}
            """
        let folder = try TaskFolder(
            ["examples.jsonl": rows],
            pictures: ["images/a.png": .pureRed, "images/b.png": .pureBlue, "images/c.png": .pureGreen])

        let run = try await folder.run(WinogroundTask.self)

        #expect(run.value("group_score") == 0.5 && run.value("text_score") == 0.5 && run.value("image_score") == 0.5)
        #expect(run.rows.map(\.id) == ["0:0", "0:1", "1:0", "1:1"])
    }
}
