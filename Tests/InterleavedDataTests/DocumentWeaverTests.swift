import InterleavedData
import JSONText
import TestFixtures
import Testing

/// Documents made of pairs and text.
@Suite struct DocumentWeaverTests {
    private static let kinds = ["hat", "coin", "tree", "boat"]

    private static func rows(_ count: Int, split: String = "train", from first: Int = 0) -> [PairRecord] {
        (first..<first + count).map { index in
            let kind = kinds[index % kinds.count]
            return PairRecord(
                id: "\(index).png", picture: .file(path: "/pictures/\(index).png"), captions: ["a \(kind)"],
                questions: [QuestionAnswer("What is it?", kind), QuestionAnswer("How many?", "\(index % 3)")],
                split: split, set: index % 2 == 0 ? "even" : "odd")
        }
    }

    private static func settings(
        _ change: (inout DocumentWeaver.Settings) -> Void = { _ in }
    ) -> DocumentWeaver.Settings {
        var settings = DocumentWeaver.Settings()
        change(&settings)
        return settings
    }

    private static func asked(_ document: InterleavedDocument) -> [QuestionAnswer] {
        document.parts.compactMap { part in if case .question(let asked) = part { asked } else { nil } }
    }

    @Test func `solved examples stand before a question of their own set`() throws {
        let rows = Self.rows(40)
        let weaver = try DocumentWeaver(rows: [rows], asked: [rows], settings: Self.settings { $0.captionShare = 0.5 })
        var captions = 0
        for number in 0..<100 {
            let document = weaver.document(number, split: "train")
            #expect(document == weaver.document(number, split: "train"))
            #expect(document.parts.count == 10 && document.pictures.count == 5 && document.endsAsked)
            #expect(Set(document.pictures.map(\.id)).count == 5, "no picture comes twice")
            let sets = Set(document.pictures.map { $0.id.prefix { $0 != "." } }.compactMap { Int($0) }.map { $0 % 2 })
            #expect(sets.count == 1)
            let questions = Self.asked(document)
            #expect(questions.isEmpty || questions.count == 5)
            #expect(Set(questions.map(\.question)).count <= 1, "the examples answer the same question")
            if questions.isEmpty { captions += 1 }
        }
        #expect((30...70).contains(captions))
        let again = try DocumentWeaver(rows: [rows], asked: [rows], settings: Self.settings { $0.seed = 1 })
        #expect((0..<5).contains { again.document($0, split: "train") != weaver.document($0, split: "train") })
    }

    @Test func `an example has the question's answer where it is asked for, and other words mean it alone`() throws {
        let rows = Self.rows(40)
        func documents(_ change: @escaping (inout DocumentWeaver.Settings) -> Void) throws -> [[QuestionAnswer]] {
            let weaver = try DocumentWeaver(
                rows: [rows], asked: [rows],
                settings: Self.settings { settings in
                    (settings.captionShare, settings.examples) = (0, 1...2)
                    change(&settings)
                })
            return (0..<60).map { Self.asked(weaver.document($0, split: "train")) }
        }
        for answers in try documents({ $0.sameAnswerShare = 1 }) {
            #expect(answers.dropLast().contains { $0.answer == answers.last?.answer })
            #expect((2...3).contains(answers.count))
        }
        let renamed = try documents {
            $0.sameAnswerShare = 1
            $0.renamedShare = 1
        }
        for answers in renamed { #expect(answers.dropLast().contains { $0.answer == answers.last?.answer }) }
        let plain = try documents { $0.sameAnswerShare = 1 }
        #expect(zip(plain, renamed).contains { $0.last?.answer != $1.last?.answer })
    }

    @Test func `captions are woven with whole sentences`() throws {
        let rows = Self.rows(8)
        let text = "It rains. It pours! Does it? It does. " + String(repeating: "And on it goes. ", count: 20)
        let weaver = try DocumentWeaver(
            rows: [rows], asked: [rows], texts: [text], settings: Self.settings { ($0.wovenShare, $0.words) = (1, 6) })
        for number in 0..<40 {
            let document = weaver.document(number, split: "train")
            #expect((2...4).contains(document.pictures.count) && !document.endsAsked)
            for part in document.parts {
                guard case .text(let words) = part else { continue }
                #expect(".!?".contains(words.last ?? " ") && text.contains(words))
                #expect(words.split(separator: " ").count <= 6)
            }
        }
        #expect(
            (0..<40).contains { if case .text = weaver.document($0, split: "train").parts[0] { true } else { false } })
    }

    @Test func `documents are read as they were written`() throws {
        let scratch = try ScratchFolder()
        let rows = Self.rows(20)
        let weaver = try DocumentWeaver(
            rows: [rows], asked: [rows], texts: ["Some \"words\".\nMore."],
            settings: Self.settings { $0.wovenShare = 0.5 })
        let documents = (0..<20).map { weaver.document($0, split: "train") }
        let lines = try documents.map { try $0.row { $0 }.text }.joined(separator: "\n")
        let read = try InterleavedDataset(path: scratch.write(lines, "documents.jsonl"))

        #expect(read.problems.isEmpty && read.documents.count == 20)
        for (one, other) in zip(read.documents, documents) {
            #expect(one.id == other.id && one.split == other.split && one.set == other.set)
            #expect(one.pictures.map(\.location) == other.pictures.map(\.location))
            let words = [one, other].map { $0.parts.filter { if case .picture = $0 { false } else { true } } }
            #expect(words[0] == words[1])
        }
    }

    @Test func `dev rows are asked about after examples to train on`() throws {
        let (train, dev) = (Self.rows(20), Self.rows(6, split: "dev", from: 100))
        let weaver = try DocumentWeaver(rows: [train], asked: [dev], settings: Self.settings())
        for number in 0..<20 {
            let document = weaver.document(number, split: "dev")
            let numbers = document.pictures.compactMap { Int($0.id.prefix { $0 != "." }) }
            #expect(numbers.dropLast().allSatisfy { $0 < 100 } && (numbers.last ?? 0) >= 100 && document.split == "dev")
        }
    }

    @Test func `what documents cannot be made of is told`() throws {
        let rows = Self.rows(4)
        #expect(throws: WeavingError.tooFewRows(wanted: 5)) {
            try DocumentWeaver(rows: [rows], asked: [rows], settings: Self.settings())
        }
        #expect(throws: WeavingError.noText) {
            try DocumentWeaver(rows: [rows], asked: [rows], settings: Self.settings { $0.wovenShare = 1 })
        }
        let packed = PairRecord(
            id: "a", picture: .part(file: "x.tar", offset: 512, count: 3), captions: ["a hat"], split: "train")
        let weaver = try DocumentWeaver(
            rows: [[packed]], asked: [[packed]], texts: ["Words."], settings: Self.settings { $0.wovenShare = 1 })
        #expect(throws: WeavingError.self) { try weaver.document(0, split: "train").row { $0 } }
    }
}
