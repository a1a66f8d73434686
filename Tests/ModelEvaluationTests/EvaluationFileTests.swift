import JSONText
import ModelEvaluation
import Testing

@Suite struct EvaluationFileTests {
    private func captions(_ predictions: String, _ references: String) throws -> CaptionFiles {
        try CaptionFiles(
            predictions: Array(predictions.utf8), references: Array(references.utf8), predictionsName: "p.json",
            referencesName: "r.json")
    }

    private func vqa(_ predictions: String, _ references: String) throws -> VQAFiles {
        try VQAFiles(
            predictions: Array(predictions.utf8), references: Array(references.utf8), predictionsName: "p.json",
            referencesName: "r.json")
    }

    private let references = """
        {"images": [{"id": 2}, {"id": 1}, {"id": "x"}], "annotations": [
        {"image_id": 1, "id": 0, "caption": "a dog"}, {"image_id": 2, "id": 1, "caption": "a\\rcat"},
        {"image_id": "x", "id": 2, "caption": "a bird"}, {"image_id": 1, "id": 3, "caption": "one dog"}]}
        """

    @Test func `images come in the order of the annotation file, unanswered ones are left out`() throws {
        let files = try captions(#"[{"image_id": 1, "caption": "dog"}, {"image_id": 2, "caption": "cat"}]"#, references)

        #expect(files.images.map(\.id) == [.number(2), .number(1)])
        #expect(files.images[1].references == ["a dog", "one dog"])
        #expect(files.unanswered == [.text("x")])
        #expect(files.imagesWithLineEnds == [.number(2)])
        var tokenizer = PTBTokenizer()
        #expect(files.tokenized(by: &tokenizer)[0] == CaptionComparison(candidate: "cat", references: ["a cat"]))
    }

    @Test func `caption files that cannot be scored say why`() {
        let one = #"[{"image_id": 1, "caption": "dog"}]"#
        let cases: [(String, String, String)] = [
            ("[", one, "p.json: not JSON"), (one, "[]", "\"annotations\""), ("{}", references, "an array of rows"),
            (#"[{"caption": "a"}]"#, references, "row 1 has no field \"image_id\""),
            (#"[{"image_id": 1}]"#, references, "row 1 has no field \"caption\""),
            (#"[{"image_id": 1, "caption": "a"}, {"image_id": 1, "caption": "b"}]"#, references, "occurs twice"),
            (#"[{"image_id": 9, "caption": "a"}]"#, references, "r.json does not have: 9"),
            ("[]", references, "nothing"),
        ]
        for (predictions, references, part) in cases {
            let error = #expect(throws: EvaluationFileError.self) { try captions(predictions, references) }
            #expect(error?.description.contains(part) == true, "\(part): \(error?.description ?? "")")
        }
    }

    private let questions = """
        {"annotations": [{"question_id": 1, "answer_type": "yes/no", "question_type": "is", "answers": [
        {"answer": "yes", "answer_id": 1}, {"answer": "yes", "answer_id": 2}]},
        {"question_id": 2, "answers": [{"answer": "no"}, {"answer": "no"}]}]}
        """

    @Test func `VQA reports shares by question and type`() throws {
        let files = try vqa(
            #"[{"question_id": 2, "answer": "no"}, {"question_id": 1, "answer": "no"}]"#, questions)
        let report = try VQAReport(files.questions, variant: .official).json(perQuestion: true)

        #expect(files.withoutAnswerIDs == [.number(2)])
        #expect(abs((report["accuracy"]?.double ?? 9) - 1.0 / 6) < 1e-12)
        #expect(report["per_question"]?["1"]?.double == 0)
        #expect(report["per_answer_type"]?["yes/no"]?.double == 0)
        #expect(report["variant"]?.string == "official")
    }

    private func answers(_ predictions: String, _ references: String, _ metric: AnswerMetric) throws -> JSONValue {
        let files = try AnswerFiles(
            predictions: Array(predictions.utf8), references: Array(references.utf8), predictionsName: "p.json",
            referencesName: "r.json", metric: metric)
        return try files.json(metric, perQuestion: true)
    }

    @Test(arguments: [
        (AnswerMetric.exact, "A dog.", 1.0, nil), (.exactStrict, "A dog.", 0, nil),
        (.exactWithoutPunctuation, "a, dog!", 1, nil), (.anls, "a dig", 0.8, nil), (.relaxed, "A DOG", 1, nil),
        (.pope, "a dog", 0, "yes"), (.popeLMMSEval, "no", 0, "no"), (.popeVLMEvalKit, "a dog", 0, "other"),
        (.mme, "Nope", 0, "no"), (.mmeLMMSEval, "y", 0, "yes"), (.letter, "The answer is B", 0, "B"),
        (.firstCharacter, "b)", 0, "B"), (.scienceQA, "A. red", 0, "A"), (.llava, "B. no", 0, "B"),
        (.mmmu, "(B)", 0, "B"),
        (.mmmuOpen, "It is a dog", 1, nil),
    ])
    func `answers by metric`(metric: AnswerMetric, answer: String, score: Double, reading: String?) throws {
        let predictions = JSONValue.array([.object([("id", .integer(1)), ("answer", .string(answer))])]).text
        let references = #"[{"id": 1, "answers": ["a dog"], "choices": ["red", "blue"]}]"#

        let report = try answers(predictions, references, metric)

        #expect(abs((report["score"]?.double ?? 9) - score) < 1e-12 && report["metric"]?.string == metric.rawValue)
        #expect(report["per_question"]?["1"]?["read_as"]?.string == reading)
    }

    @Test func `files of answers that cannot be scored say why`() {
        let one = #"[{"id": 1, "answer": "a"}]"#
        let right = #"[{"id": 1, "answers": ["a"]}]"#
        let cases: [(String, String, AnswerMetric, String)] = [
            ("[]", right, .exact, "no row for 1 of the ids"), (one, "[]", .exact, "r.json does not have: 1"),
            (one, "{", .exact, "r.json: not JSON"), (one, right, .letter, "\"choices\""),
            (#"[{"id": 1}]"#, right, .exact, "\"answer\""), (one, #"[{"id": 1}]"#, .exact, "\"answers\""),
            ("[]", "[]", .exact, "nothing to score"),
            (#"[{"id": 1, "answer": "a"}, {"id": 1, "answer": "a"}]"#, right, .exact, "occurs twice"),
            (one, #"[{"id": 1, "answers": ["a"]}, {"id": 1, "answers": ["a"]}]"#, .exact, "occurs twice"),
        ]
        for (predictions, references, metric, part) in cases {
            let error = #expect(throws: EvaluationFileError.self) { try answers(predictions, references, metric) }
            #expect(error?.description.contains(part) == true, "\(part): \(error?.description ?? "")")
        }
    }

    @Test func `VQA files whose ids differ are refused`() {
        let both = #"{"question_id": 1, "answer": "a"}, {"question_id": 2, "answer": "a"}"#
        let cases: [(String, String, String)] = [
            (#"[{"question_id": 1, "answer": "a"}]"#, questions, "no row for 1 of the question_ids"),
            ("[\(both), {\"question_id\": 3, \"answer\": \"a\"}]", questions, "r.json does not have: 3"),
            ("[\(both), {\"question_id\": 2, \"answer\": \"a\"}]", questions, "occurs twice"),
            ("[\(both)]", #"{"annotations": []}"#, "nothing to score"),
            ("[\(both)]", #"{"annotations": [{"question_id": 1, "answers": []}]}"#, "a list of answers"),
            ("[\(both)]", #"{"annotations": [{"question_id": 1, "answers": ["a"]}]}"#, "records"),
        ]
        for (predictions, references, part) in cases {
            let error = #expect(throws: EvaluationFileError.self) { try vqa(predictions, references) }
            #expect(error?.description.contains(part) == true, "\(part): \(error?.description ?? "")")
        }
    }
}
