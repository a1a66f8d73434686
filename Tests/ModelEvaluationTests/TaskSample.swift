import Foundation
import ImageFiles
import Imaging
import ModelEvaluation
import TestFixtures
import Testing

/// The files of a task in their official format, as small as they may be, with the fields that every row must have.
struct TaskSample: Sendable, CustomTestStringConvertible {
    /// A file of the task.
    struct File: Sendable {
        let name: String
        let text: String
        /// Fields without which the file means nothing.
        let required: [String]
        /// Whether equal rows twice are an error: where ids are in the rows.
        var hasIDs = true
    }

    let kind: any EvaluationTask.Type
    let files: [File]

    var testDescription: String { kind.card.name }

    /// The folder of all files, one of them with other bytes.
    func folder(replacing name: String? = nil, with bytes: [UInt8] = []) throws -> TaskFolder {
        let folder = try TaskFolder(Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.text) }))
        if let name { try folder.folder.write(bytes, name) }
        return folder
    }

    private static let tenAnswers = JSONLine.answers([("red", 10)])
    private static let picture = (try? Bitmap(width: 4, height: 4, color: .pureRed).pngData()) ?? []

    private static let captions = File(
        name: "captions_val2017.json",
        text: """
            {"images": [{"id": 9, "file_name": "9.jpg"}], "annotations": [{"id": 1, "image_id": 9, "caption": "A."}]}
            """, required: ["images", "annotations", "id", "file_name", "image_id", "caption"])

    private static func vqa(_ kind: any EvaluationTask.Type, _ questions: String, _ annotations: String) -> TaskSample {
        TaskSample(
            kind: kind,
            files: [
                File(
                    name: questions,
                    text: #"{"questions": [{"image_id": 9, "question": "What?", "question_id": 90}]}"#,
                    required: ["questions", "image_id", "question", "question_id"]),
                File(
                    name: annotations, text: #"{"annotations": [{"question_id": 90, "answers": \#(tenAnswers)}]}"#,
                    required: ["annotations", "question_id", "answers", "answer"]),
            ])
    }

    private static func karpathy(_ kind: any EvaluationTask.Type) -> TaskSample {
        let text = #"{"images": [{"filename": "1.jpg", "split": "test", "sentences": [{"raw": "a dog"}]}]}"#
        return TaskSample(
            kind: kind,
            files: [
                File(
                    name: "dataset_flickr30k.json", text: text,
                    required: ["images", "filename", "split", "sentences", "raw"])
            ])
    }

    private static func aokvqa(_ kind: any EvaluationTask.Type) -> TaskSample {
        let text = """
            [{"image_id": 9, "question_id": "22Mex", "question": "What?", "choices": ["a", "b"], "correct_choice_idx": 0,
              "direct_answers": ["a", "b"], "difficult_direct_answer": false}]
            """
        return TaskSample(
            kind: kind,
            files: [
                File(
                    name: "aokvqa_v1p0_val.json", text: text,
                    required: [
                        "image_id", "question_id", "question", "choices", "correct_choice_idx", "direct_answers",
                    ])
            ])
    }

    private static func one(
        _ kind: any EvaluationTask.Type, _ name: String, _ text: String, _ required: [String], hasIDs: Bool = true
    ) -> TaskSample {
        TaskSample(kind: kind, files: [File(name: name, text: text, required: required, hasIDs: hasIDs)])
    }

    /// Every task of rows in JSON.
    static let json: [TaskSample] = [
        TaskSample(kind: COCOCaptions.self, files: [captions]), TaskSample(kind: COCORetrieval.self, files: [captions]),
        TaskSample(
            kind: NoCaps.self,
            files: [File(name: "nocaps_val_4500_captions.json", text: captions.text, required: captions.required)]),
        karpathy(Flickr30kCaptions.self), karpathy(Flickr30kRetrieval.self),
        vqa(VQAv2.self, "v2_OpenEnded_mscoco_val2014_questions.json", "v2_mscoco_val2014_annotations.json"),
        vqa(OKVQA.self, "OpenEnded_mscoco_val2014_questions.json", "mscoco_val2014_annotations.json"),
        aokvqa(AOKVQAMultipleChoice.self), aokvqa(AOKVQADirectAnswer.self),
        one(
            GQATask.self, "testdev_balanced_questions.json",
            #"{"201": {"question": "Is it?", "imageId": "n1", "answer": "yes", "types": {"structural": "verify"}}}"#,
            ["question", "imageId", "answer"]),
        one(
            VizWiz.self, "val.json",
            #"[{"image": "V.jpg", "question": "What?", "answers": \#(tenAnswers), "answer_type": "other"}]"#,
            ["image", "question", "answers", "answer"]),
        one(
            TextVQA.self, "TextVQA_0.5.1_val.json",
            #"{"data": [{"question": "what?", "image_id": "a", "question_id": 3, "answers": ["b"]}]}"#,
            ["data", "question", "image_id", "question_id", "answers"]),
        one(
            DocVQA.self, "val_v1.0.json",
            #"{"data": [{"questionId": 49, "question": "value?", "image": "documents/a.png", "answers": ["1"]}]}"#,
            ["data", "questionId", "question", "image", "answers"]),
        one(
            ChartQA.self, "test_human.json", #"[{"imgname": "4.png", "query": "How many?", "label": "14"}]"#,
            ["imgname", "query", "label"], hasIDs: false),
        TaskSample(
            kind: ScienceQA.self,
            files: [
                File(
                    name: "problems.json",
                    text:
                        #"{"1": {"question": "Which?", "choices": ["x", "y"], "answer": 1, "image": "image.png", "split": "test"}}"#,
                    required: ["question", "choices", "answer"]),
                File(name: "pid_splits.json", text: #"{"test": ["1"]}"#, required: ["test"]),
            ]),
        one(
            SEEDBench.self, "SEED-Bench.json",
            """
            {"questions": [{"question_id": "1", "question": "What?", "choice_a": "1", "choice_b": "2", "choice_c": "3",
              "choice_d": "4", "answer": "A", "data_type": "image", "data_id": "14_25", "question_type_id": 5}]}
            """,
            [
                "questions", "question_id", "question", "choice_a", "choice_b", "choice_c", "choice_d", "answer",
                "data_id",
            ]),
    ]

    /// Every task of one JSON object a line.
    static let lines: [TaskSample] = [
        one(
            PairsTask.self, "pairs.jsonl", #"{"image": "a.png", "caption": "Red.", "qa": [], "split": "dev"}"#,
            ["image"], hasIDs: false),
        one(
            POPETask.self, "coco_pope_random.json",
            #"{"question_id": 1, "image": "a.jpg", "text": "Is there a cat?", "label": "yes"}"#,
            ["question_id", "image", "text", "label"]),
        one(
            MMMUTask.self, "validation.jsonl",
            #"{"id": "v_A_1", "question": "?", "options": "['a', 'b']", "image_1": "a.png", "answer": "A", "question_type": "multiple-choice"}"#,
            ["id", "question", "options", "answer", "question_type"]),
        one(
            NLVRTask.self, "dev.json",
            #"{"sentence": "It is red", "label": "true", "identifier": "1572-0", "directory": "2"}"#,
            ["sentence", "label", "identifier", "directory"]),
        one(
            NLVR2Task.self, "dev.json", #"{"sentence": "Red", "label": "True", "identifier": "dev-850-0-0"}"#,
            ["sentence", "label", "identifier"]),
        one(
            WinogroundTask.self, "examples.jsonl",
            #"{"id": 0, "image_0": "a", "image_1": "b", "caption_0": "red", "caption_1": "blue"}"#,
            ["id", "image_0", "image_1", "caption_0", "caption_1"]),
        one(
            TextChoices.self, "choices.jsonl",
            #"{"question": "It was", "choices": ["nothing", "much"], "answer": "B"}"#,
            ["question", "choices", "answer"], hasIDs: false),
    ]

    /// Tables and plain text.
    static let texts: [TaskSample] = [
        one(
            MMBenchTask.self, "MMBench_DEV_EN.tsv",
            "index\tquestion\thint\tA\tB\tanswer\timage\n3\tWhich?\t\tred\tgreen\tA\t"
                + Data(picture).base64EncodedString() + "\n",
            ["index", "question", "A", "B", "answer", "image"]),
        one(
            MMETask.self, "existence/1.txt", "Is it red?\tYes\nIs it blue?\tNo\n", [], hasIDs: false),
        one(ZeroShotClassification.self, "classes.txt", "n1\tred\nn2\tgreen\n", [], hasIDs: false),
    ]

    static let all = json + lines + texts
}
