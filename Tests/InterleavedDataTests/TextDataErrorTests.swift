import InterleavedData
import JSONText
import Testing
import TextTokens

@Suite struct TextDataErrorTests {
    /// Every case with the facts that its sentence has to name.
    private static let cases: [(error: TextDataError, facts: [String])] = [
        (.fileMissing(file: "a.txt"), ["a.txt", "no such file"]),
        (.cannotRead(file: "a.txt", code: 13), ["a.txt", "Permission denied"]),
        (.notUTF8(file: "a.txt", offset: 7), ["a.txt", "byte 7", "iconv"]),
        (
            .notJSON(file: "a.jsonl", line: 3, error: JSONError(reason: .unexpectedEnd, offset: 5)),
            ["a.jsonl", "line 3", "byte 5"]
        ), (.wrongLine(file: "a.jsonl", line: 3, expected: "an object"), ["a.jsonl", "line 3", "an object"]),
        (.lineTooLong(file: "a.jsonl", offset: 9, limit: 10), ["a.jsonl", "byte 9", "10 bytes"]),
        (.badTemplate(template: "x", missing: "{answer}"), ["\"x\"", "{answer}"]),
        (.badOption(name: "rows", reason: "0 is too few"), ["rows", "0 is too few"]),
        (.noDocuments(files: ["a", "b"]), ["a, b"]),
        (.emptySplit(split: "held-out", documents: 3), ["held-out", "3 documents", "more text"]),
        (.cancelled, ["cancelled"]), (.cannotWrite(file: "a", code: 28), ["a: ", "No space left"]),
        (.damagedStore(file: "a", reason: "it was cut"), ["a: it was cut", "remove"]),
        (.notAStore(folder: "a"), ["a: ", "another folder"]),
        (.tokenOutOfRange(file: "a", offset: 4, id: 9, vocabulary: 8), ["a: ", "id 9", "token 4", "of 8"]),
        (.tokenizer(.noTokenizer(folder: "x")), ["x"]),
        (.missingToken(token: "[X]", purpose: "before rows"), ["[X]", "before rows"]),
        (.tooFewSentinels(denoiser: "R", needed: 200, found: 100), ["R ", "200", "100", "--reserve 200"]),
    ]

    @Test(arguments: cases.indices) func `the sentence names the facts`(index: Int) {
        let (error, facts) = Self.cases[index]

        for fact in facts { #expect(error.description.contains(fact), "\(error.description)") }
        #expect(!error.description.contains("Optional"))
    }
}
