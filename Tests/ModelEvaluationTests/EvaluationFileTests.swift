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

    @Test func `a report is JSON that reads back exactly`() throws {
        let value = JSONValue.object(
            JSONObject([
                ("a\"\\\n\u{1}", .array([.double(0.1), .integer(-3), .null, .bool(true)])),
                ("é", .object(JSONObject([]))),
            ]))

        #expect(try JSONValue(parsing: JSONReportText.text(of: value)) == value)
        #expect(try JSONValue(parsing: JSONReportText.text(of: value, isIndented: true)) == value)
        #expect(JSONReportText.text(of: .array([.double(.nan)])) == "[null]")
    }
}
