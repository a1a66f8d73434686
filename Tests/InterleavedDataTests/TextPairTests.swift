import Foundation
import InterleavedData
import TestFixtures
import Testing

@Suite struct TextPairTests {
    private let scratch: ScratchFolder
    private let rows = """
        {"image": "a.png", "caption": "a red apple", "qa": [["What is this?", "apple"]], "split": "train"}
        {"image": "b.png", "caption": null, "qa": [["Is it red?", "yes"], ["How many?", "2"]], "split": "train"}
        {"image": "c.png", "caption": "a pear", "qa": [], "split": "dev"}
        {"image": "d.png", "caption": "a plum"}
        """

    init() throws { scratch = try ScratchFolder() }

    private func documents(_ template: PairTemplate = PairTemplate(), split: String?) throws -> [TextDocument] {
        try TextWorkshop.read(TextSource(try scratch.write(rows, "pairs.jsonl"), .pairs(template, split: split)))
    }

    @Test func `captions and questions become lines, the prompt in front`() throws {
        let documents = try documents(split: "train")

        #expect(
            documents.map(\.text) == [
                "a picture of a red apple.", "Question: What is this? Answer: apple",
                "Question: Is it red? Answer: yes", "Question: How many? Answer: 2",
            ])
        #expect(
            documents.map { String(decoding: $0.bytes.prefix($0.prefixBytes), as: UTF8.self) } == [
                "a picture of", "Question: What is this? Answer:", "Question: Is it red? Answer:",
                "Question: How many? Answer:",
            ])
    }

    @Test func `rows of every split where none is named`() throws {
        #expect(
            try documents(split: nil).map(\.text).suffix(2) == ["a picture of a pear.", "a picture of a plum."])
    }

    @Test func `templates are the caller's`() throws {
        var template = PairTemplate()
        template.caption = "Look: {caption}"
        template.question = "Q {question}\nA {answer}!"

        #expect(
            try documents(template, split: "train").map(\.text).prefix(2) == [
                "Look: a red apple", "Q What is this?\nA apple!",
            ])
    }

    @Test func `rows come again with passages to read first, mostly their own caption among others`() throws {
        var lines: [String] = []
        for index in 0..<400 {
            lines.append(#"{"caption": "a thing of kind \#(index)", "qa": [["Which kind?", "\#(index)"]]}"#)
        }
        let file = try scratch.write(lines.joined(separator: "\n"), "pairs.jsonl")
        var template = PairTemplate()
        template.contextShare = 0.5

        let documents = try TextWorkshop.read(TextSource(file, .pairs(template, split: nil)))
        let again = try TextWorkshop.read(TextSource(file, .pairs(template, split: nil)))

        #expect(documents == again)
        let withContext = documents.filter { $0.text.hasPrefix("context: ") }
        #expect((330...470).contains(withContext.count))
        var gold = 0
        var passages: [Int: Int] = [:]
        for document in withContext {
            let parts = document.text.components(separatedBy: "\n")
            #expect(parts.count == 2)
            let prompt = String(decoding: document.bytes.prefix(document.prefixBytes), as: UTF8.self)
            #expect(prompt.hasSuffix("Answer:") || prompt.hasSuffix("a picture of"))
            passages[parts[0].components(separatedBy: "a thing").count - 1, default: 0] += 1
            let number = parts[1].filter(\.isNumber)
            if parts[0].contains("kind \(number).") { gold += 1 }
        }
        #expect(Set(passages.keys) == [1, 2, 3])
        #expect((0.65...0.85).contains(Double(gold) / Double(withContext.count)))
    }

    @Test func `one passage that is always the own lets nothing but copying help`() throws {
        let lines = (0..<40).map { #"{"caption": "a thing of kind \#($0)", "qa": []}"# }
        let file = try scratch.write(lines.joined(separator: "\n"), "pairs.jsonl")
        var template = PairTemplate()
        (template.contextShare, template.ownShare, template.passages) = (1, 1, 1)

        let documents = try TextWorkshop.read(TextSource(file, .pairs(template, split: nil)))

        let behind = documents.map(\.text).filter { $0.hasPrefix("context: ") }
        let expected = (0..<40).map { "context: a thing of kind \($0).\na picture of a thing of kind \($0)." }
        #expect(behind == expected)
    }

    @Test func `templates without their places and shares out of range are refused`() throws {
        for (change, missing) in [
            ({ $0.caption = "a picture" }, "{caption}"), ({ $0.question = "{question}" }, "{answer}"),
            ({ $0.question = "{answer} {question}" }, "{answer} after {question}"),
            ({ $0.context = "context" }, "{context}"),
        ] as [((inout PairTemplate) -> Void, String)] {
            var template = PairTemplate()
            change(&template)
            #expect {
                try template.validate()
            } throws: { error in
                guard case .badTemplate(_, missing) = error as? TextDataError else { return false }
                return true
            }
        }
        var template = PairTemplate()
        template.contextShare = 2
        #expect(throws: TextDataError.self) { try template.validate() }
        template.contextShare = 0
        template.ownShare = -0.1
        #expect(throws: TextDataError.self) { try template.validate() }
        template.ownShare = 1
        template.passages = 0
        #expect(throws: TextDataError.self) { try template.validate() }
    }

    @Test(arguments: ["[1]", #"{"caption": 3}"#, #"{"caption": null, "qa": [["a"]]}"#, #"{"qa": [["a", 2]]}"#])
    func `rows of another shape are told by their line`(row: String) throws {
        let file = try scratch.write("{\"caption\": \"a\"}\n" + row, "pairs.jsonl")

        #expect {
            try TextWorkshop.read(TextSource(file, .pairs(PairTemplate(), split: nil)))
        } throws: { error in
            guard case .wrongLine(file, 2, _) = error as? TextDataError else { return false }
            return true
        }
    }
}
