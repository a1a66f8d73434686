import JSONText
import ModelEvaluation
import Testing

@Suite struct AnswerParsingTests {
    private func rows(_ name: String) throws -> [[JSONValue]] {
        (try ReferenceFiles.shared("golden/answer_parsing.json")?[name]?["rows"]?.array ?? []).map { $0.array ?? [] }
    }

    @Test func `golden yes and no answers`() throws {
        for row in try rows("yes_no") {
            let text = row[0].string ?? ""
            #expect(POPE.saysYes(text) == (row[1].string == "yes"))
            let lmms = row[2].string
            #expect(POPE.saysYes(text, variant: .lmmsEval) == (lmms == "yes" ? true : lmms == "no" ? false : nil))
            #expect(MME.readingAsLMMSEval(text).rawValue == row[3].string, "\(text)")
            let toolkit = row[4].string
            #expect(
                POPE.saysYes(text, variant: .vlmEvalKit) == (toolkit == "Yes" ? true : toolkit == "No" ? false : nil),
                "\(text)")
        }
    }

    @Test func `golden choice letters`() throws {
        let options = ["apple pie", "banana", "cherry tart", "dragon fruit"]
        func letter(_ option: Int?) -> String? { option.map { ChoiceLetter.letters(4)[$0] } }
        for row in try rows("multiple_choice") {
            let text = row[0].string ?? ""
            let drawn = row[1].string == "<random>"
            #expect(
                letter(ChoiceLetter.option(in: text, options: options, variant: .mmmu))
                    == (drawn ? nil : row[1].string),
                "MMMU: \(text)")
            #expect(letter(ChoiceLetter.option(in: text, options: options)) == row[2].string, "VLMEvalKit: \(text)")
            let first = row[3].string?.uppercased() ?? ""
            #expect(
                letter(ChoiceLetter.option(in: text, options: options, variant: .firstCharacter))
                    == ("ABCD".contains(first) && !first.isEmpty ? first : nil), "SEED: \(text)")
        }
    }

    @Test func `golden open answers of MMMU`() throws {
        for row in try rows("mmmu_open") {
            let (response, gold) = (row[0].string ?? "", row[1].string ?? "")
            #expect(MMMUOpenAnswer.isCorrect(response: response, gold: [gold]) == row[3].bool, "\(response)")
            let candidates = MMMUOpenAnswer.candidates(in: response).map { candidate in
                switch candidate {
                case .number(let value): "\(value)"
                case .text(let text): text
                }
            }
            #expect(candidates.sorted() == row[2].strings.sorted(), "\(response)")
        }
    }

    @Test func `golden ANLS`() throws {
        for row in try rows("anls") {
            let score = ANLS.score(prediction: row[0].string ?? "", references: row[1].strings)
            #expect(abs(score - (row[2].double ?? -1)) < 1e-12, "\(row)")
        }
    }

    @Test func `golden relaxed accuracy`() throws {
        for row in try rows("relaxed_accuracy") {
            #expect(
                RelaxedAccuracy.isCorrect(prediction: row[0].string ?? "", target: row[1].string ?? "") == row[2].bool,
                "\(row)")
        }
    }

    @Test func `golden ScienceQA`() throws {
        for row in try rows("scienceqa") {
            let option = ChoiceLetter.option(in: row[0].string ?? "", options: ["x", "y"], variant: .scienceQA)
            #expect((option == 0) == (row[2].double == 1), "\(row)")
        }
    }

    @Test(arguments: [("A", 0), ("B. no", 1), ("The answer is C.", 2), ("A.", nil), ("b", nil), ("", nil)])
    func `LLaVA's letters`(answer: String, option: Int?) {
        #expect(ChoiceLetter.option(in: answer, options: ["x", "y", "z"], variant: .llava) == option)
    }

    @Test(arguments: [("The final result is 1,250.", "1250"), ("so x = -3.5", "-3.50"), ("It is Paris", "paris")])
    func `MMMU open answers by hand`(response: String, gold: String) {
        #expect(MMMUOpenAnswer.isCorrect(response: response, gold: [gold]))
        #expect(!MMMUOpenAnswer.isCorrect(response: response, gold: ["77"]))
    }

    @Test(arguments: [
        ("95", "100", true), ("94.99", "100", false), ("0.0", "0", false), ("5%", "0.05", true),
        ("1_000", "1000", true),
        ("1,000", "1000", false), ("Yes", "yes", true), ("5.", "5", true), ("inf", "1", false),
    ])
    func `relaxed accuracy by hand`(prediction: String, target: String, isCorrect: Bool) {
        #expect(RelaxedAccuracy.isCorrect(prediction: prediction, target: target) == isCorrect)
    }

    @Test func `ANLS by hand`() {
        #expect(ANLS.score(prediction: "abcd", references: ["abxx"]) == 0.5)
        #expect(ANLS.score(prediction: "abcd", references: ["axxx"]) == 0)
        #expect(ANLS.score(prediction: "", references: [""]) == 1)
        #expect(ANLS.score(prediction: "x", references: []) == 0)
    }

    @Test(arguments: [
        ("A  dog.", "a dog", true, false), ("caf\u{E9}", "cafe\u{301}", true, false), ("dog!", "dog", false, false),
        ("dog", "dog", true, true),
    ])
    func `exact match`(answer: String, reference: String, normalised: Bool, strict: Bool) {
        #expect(ExactMatch.isCorrect(answer, reference: reference) == normalised)
        #expect(ExactMatch.isCorrect(answer, reference: reference, variant: .strict) == strict)
        #expect(ExactMatch.isCorrect("It's: red!", reference: "its red", variant: .withoutPunctuation))
    }
}
