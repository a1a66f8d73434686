import Foundation
import JSONText
import ModelEvaluation
import Testing

@Suite struct PTBTokenizerTests {
    /// Every line followed by a line "x", as the references were made.
    private func rawLines(_ inputs: [String]) -> [String] {
        var tokenizer = PTBTokenizer()
        let lines = tokenizer.tokenLines(inputs.flatMap { [$0, "x"] })
        return inputs.indices.map { lines[2 * $0].joined(separator: " ") }
    }

    private func differences(_ rows: [JSONValue]) -> [String] {
        let pairs = rows.map { ($0.strings[0], $0.strings[1]) }
        return zip(pairs, rawLines(pairs.map(\.0))).compactMap { pair, tokens in
            let wanted = pair.1.utf8.reversed().drop { $0 == 0x20 }.reversed()
            return tokens.utf8.elementsEqual(wanted) ? nil : "\(pair.0) → \(tokens), not \(pair.1)"
        }
    }

    @Test func `our generated lines become CoreNLP's tokens`() throws {
        let rows = try ReferenceFiles.fixture("ptb_lines.json")["rows"]?.array ?? []

        #expect(rows.count == 600)
        #expect(differences(rows).isEmpty)
    }

    @Test func `the end of a line sees the next line`() throws {
        let rows = try ReferenceFiles.fixture("ptb_lines.json")["together"]?.array ?? []
        var tokenizer = PTBTokenizer()

        let lines = tokenizer.tokenLines(rows.map { $0.strings[0] }).map { $0.joined(separator: " ") }

        #expect(lines == rows.map { $0.strings[1] })
    }

    @Test func `the golden lines become CoreNLP's tokens`() throws {
        guard let golden = try ReferenceFiles.shared("golden/ptb_tokens.json") else { return }

        let rows = golden["rows"]?.array ?? []
        #expect(rows.count == 906)
        #expect(differences(rows).isEmpty)
        for entry in golden["cross"]?.array ?? [] {
            var tokenizer = PTBTokenizer()
            let lines = entry["lines"]?.strings ?? []
            let wanted = entry["tokens"]?.strings ?? []
            #expect(tokenizer.tokenize(lines) == wanted)
        }
    }

    @Test func `all captions of COCO val2017 have as many tokens and words as the reference says`() throws {
        guard let captions = try ReferenceFiles.shared("coco_captions_val2017.json"),
            let golden = try ReferenceFiles.shared("golden/coco_val2017_full.json")?["ptb_on_coco_captions_val2017"]
        else { return }
        let texts = (captions["annotations"]?.array ?? []).compactMap { $0["caption"]?.string }
        var tokenizer = PTBTokenizer()

        let tokens = tokenizer.tokenize(texts).map { $0.split(whereSeparator: \.isWhitespace) }

        #expect(tokens.count == golden["captions"]?.integer)
        #expect(tokens.reduce(0) { $0 + $1.count } == golden["token_count"]?.integer)
        #expect(Set(tokens.joined()).count == golden["vocabulary"]?.integer)
    }

    @Test(arguments: [
        ("A man's dog isn't on the t-shirt.", "a man 's dog is n't on the t-shirt"),
        ("(red) what?! 2 1/2 cups", "-lrb- red -rrb- what ?! 2\u{A0}1/2 cups"),
        ("", ""), ("...", ""), ("\u{1F600} caf\u{E9}", "caf\u{E9}"),
    ])
    func `punctuation is dropped, brackets and pairs of marks stay`(caption: String, tokens: String) {
        var tokenizer = PTBTokenizer()

        #expect(tokenizer.tokenize([caption, "x"]) == [tokens, "x"])
    }

    @Test func `other line ends are blanks and shift nothing`() {
        var tokenizer = PTBTokenizer()

        #expect(tokenizer.tokenize(["a\r\ndog\u{2028}runs", "a cat"]) == ["a dog runs", "a cat"])
    }

    @Test func `no captions give no tokens`() {
        var tokenizer = PTBTokenizer()

        #expect(tokenizer.tokenize([]).isEmpty)
    }
}
