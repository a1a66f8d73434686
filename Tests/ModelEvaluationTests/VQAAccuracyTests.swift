import JSONText
import ModelEvaluation
import Testing

@Suite struct VQAAccuracyTests {
    @Test func `the golden answers are processed as by the official code and its descendants`() throws {
        guard let golden = try ReferenceFiles.shared("golden/vqa_processing.json") else { return }
        for row in golden["rows"]?.array ?? [] {
            let text = VQAAnswerText.singleLine(row.strings[0])
            #expect(VQAAnswerText.withoutPunctuation(text) == row.strings[1])
            #expect(VQAAnswerText.processed(text) == row.strings[2])
            #expect(VQAAnswerText.processedAsEvalAI(row.strings[0]) == row.strings[3])
            #expect(VQAAnswerText.processed(text) == row.strings[4])
        }
    }

    @Test func `the golden questions score as in four variants`() throws {
        guard let golden = try ReferenceFiles.shared("golden/vqa_processing.json") else { return }
        let names: [(VQAAccuracy.Variant, String)] = [
            (.official, "official"), (.lavis, "lavis"), (.lmmsEval, "lmms_eval_vqav2"),
            (.lmmsEvalAI, "lmms_eval_evalai"),
        ]
        for question in golden["questions"]?.array ?? [] {
            for (variant, name) in names {
                let score = VQAAccuracy.score(
                    prediction: question["prediction"]?.string ?? "", answers: question["answers"]?.strings ?? [],
                    variant: variant)
                #expect(abs(100 * score - (question[name]?.double ?? -1)) < 0.005, "\(variant): \(question)")
            }
        }
    }

    @Test(arguments: [
        ("10,000/day", "10000day"), ("t-shirt", "t shirt"), ("t -shirt", "t shirt"), ("3.", "3"), ("3.5", "3.5"),
        ("a.m.", "am"), ("1,5 and a/b", "15 and ab"), ("Two dogs", "2 dogs"), ("the a an", ""), ("dont", "don't"),
        ("somebody'd", "somebodyd"), ("none of them", "0 of them"), ("{a}", ""), ("5'10\"", "5'10"),
    ])
    func `punctuation, articles, numbers and contractions`(text: String, processed: String) {
        #expect(VQAAnswerText.processed(text) == processed)
    }

    @Test func `only the first 32 periods go`() {
        let text = String(repeating: "a. ", count: 34)

        #expect(VQAAnswerText.withoutPunctuation(text).count { $0 == "." } == 2)
    }

    @Test(arguments: [(0, 0.0), (1, 0.3), (2, 0.6), (3, 0.9), (4, 1.0), (10, 1.0)])
    func `k equal answers out of ten`(equal: Int, score: Double) {
        let answers = (0..<10).map { $0 < equal ? "dog" : "cat" }

        #expect(abs(VQAAccuracy.score(prediction: "dog", answers: answers) - score) < 1e-12)
    }

    @Test func `the official code leaves answers raw where annotators agree`() {
        let answers = [String](repeating: "yes", count: 10)

        #expect(VQAAccuracy.score(prediction: "Yes", answers: answers) == 0)
        #expect(VQAAccuracy.score(prediction: "Yes", answers: answers, variant: .lavis) == 1)
        #expect(VQAAccuracy.score(prediction: "yes\n", answers: answers) == 1)
    }

    @Test func `no answers score 0`() { #expect(VQAAccuracy.score(prediction: "a", answers: []) == 0) }
}
