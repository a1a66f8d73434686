import Foundation
import InterleavedData
import JSONText
import TestFixtures
import Testing

@Suite struct QuestionPhrasingsTests {
    private func value(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private func phrasings() throws -> QuestionPhrasings {
        try QuestionPhrasings(
            value(#"{"captions": ["What is this?"], "questions": {"How many?": ["Count them.", "What number?"]}}"#),
            file: "phrasings.json")
    }

    private func read(_ file: String) throws -> QuestionPhrasings {
        let data = try Data(contentsOf: URL(filePath: Repository.path(file)))
        return try QuestionPhrasings(JSONValue(parsing: Array(data)), file: file)
    }

    private func questions(_ row: JSONValue?) -> [String] {
        (row?["qa"]?.array ?? []).map { ($0.array?[0].string ?? "-") + " " + ($0.array?[1].string ?? "-") }
    }

    @Test func `every phrasing keeps the answer, other members stay`() throws {
        let row = try value(
            #"{"image": "a.png", "caption": "two cats", "qa": [["How many?", "two"], ["Cats?", "yes"]], "split": "dev"}"#
        )
        let made = try phrasings().row(row, image: { "images/" + $0 }, keepsQuestions: true)
        #expect(
            questions(made) == [
                "How many? two", "Count them. two", "What number? two", "Cats? yes", "What is this? two cats",
            ])
        #expect(made?["image"]?.string == "images/a.png" && made?["split"]?.string == "dev")
        let replaced = try phrasings().row(row, image: { $0 }, keepsQuestions: false)
        #expect(questions(replaced) == ["Count them. two", "What number? two", "Cats? yes", "What is this? two cats"])
    }

    @Test func `a row without caption or questions gets none that are not its own`() throws {
        let bare = try phrasings().row(
            try value(#"{"image": "a.png", "caption": null}"#), image: { $0 }, keepsQuestions: true)
        #expect(bare?["qa"]?.array?.isEmpty == true)
        for text in [
            #"[1]"#, #"{"caption": "x"}"#, #"{"image": "a.png", "qa": [["only"]]}"#, #"{"image": "a", "qa": [3]}"#,
        ] {
            #expect(try phrasings().row(value(text), image: { $0 }, keepsQuestions: true) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("[]", "the document"), ("{}", "the document"), (#"{"question": {}}"#, "question"),
        (#"{"captions": "What?"}"#, "captions"), (#"{"captions": ["a", 3]}"#, "captions"),
        (#"{"captions": [""]}"#, "captions"), (#"{"questions": ["a"]}"#, "questions"),
        (#"{"questions": {"a": "b"}}"#, "a"), (#"{"captions": ["a"], "captions": ["b"]}"#, "the repeated key captions"),
        (#"{"questions": {"a": ["b"], "a": ["c"]}}"#, "the repeated question a"),
    ])
    func `what phrasings are not is told by its place`(text: String, place: String) throws {
        let document = try value(text)
        #expect(throws: PhrasingsError.notPhrasings(file: "p.json", place: place)) {
            _ = try QuestionPhrasings(document, file: "p.json")
        }
    }

    @Test(arguments: ["recipes/phrasings.json", "recipes/phrasings-held-out.json"])
    func `the recipes' phrasings are phrasings`(file: String) throws {
        #expect(try !read(file).questions.isEmpty)
    }

    @Test func `held-out phrasings are in none of those that are trained on`() throws {
        let parsed = try [read("recipes/phrasings.json"), read("recipes/phrasings-held-out.json")]
        let trained = Set(parsed[0].questions.flatMap { [$0.key] + $0.value } + parsed[0].captions)
        #expect(trained.isDisjoint(with: parsed[1].questions.values.joined()))
        #expect(Set(parsed[1].questions.keys).isSubset(of: parsed[0].questions.keys))
    }
}
