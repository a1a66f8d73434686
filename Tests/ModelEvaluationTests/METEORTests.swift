import Foundation
import JSONText
import ModelEvaluation
import TestFixtures
import Testing

@Suite struct METEORTests {
    private func score(_ candidate: String, _ references: [String], _ variant: METEOR.Variant) -> Double {
        METEOR(variant).scores([CaptionComparison(candidate: candidate, references: references)]).images[0]
    }

    @Test func `lines are normalised as by the jar`() throws {
        for row in try ReferenceFiles.fixture("meteor_english.json")["normaliser"]?.array ?? [] {
            #expect(METEOR.normalisedWords(row.strings[0]).joined(separator: " ") == row.strings[1])
        }
    }

    @Test func `words are stemmed as by the jar`() throws {
        let rows = try ReferenceFiles.fixture("meteor_english.json")["stems"]?.array ?? []

        #expect(rows.count > 1000)
        #expect(rows.filter { METEOR.stem(of: $0.strings[0]) != $0.strings[1] }.isEmpty)
    }

    @Test func `the golden words are stemmed and lines normalised as by the jar`() throws {
        guard let golden = try ReferenceFiles.shared("golden/meteor_english.json") else { return }
        for table in ["stems", "stems_extra"] {
            for (word, stem) in golden[table]?.object?.members ?? [] {
                #expect(METEOR.stem(of: word) == stem.string)
            }
        }
        for row in golden["normaliser"]?.array ?? [] {
            #expect(METEOR.normalisedWords(row.strings[0]).joined(separator: " ") == row.strings[1])
        }
    }

    @Test func `equal sentences score 1, unequal ones 0`() {
        #expect(score("a dog runs", ["a dog runs"], .exact) == 1)
        #expect(score("blue", ["green"], .exactAndStem) == 0)
    }

    @Test func `stems count where they are asked for`() {
        #expect(score("dogs", ["dog"], .exact) == 0)
        #expect(abs(score("dogs", ["dog"], .exactAndStem) - 0.6) < 1e-12)
    }

    @Test func `the best reference counts`() {
        #expect(score("a red dog", ["x", "a red dog", "a dog"], .exact) == 1)
    }

    private func fullScores(
        _ comparisons: [CaptionComparison], synsets: String, paraphrases: String
    ) throws -> METEOR.Scores {
        let folder = try ScratchFolder()
        try folder.write(synsets, "english.synsets")
        try folder.write("goose\ngeese\n", "english.exceptions")
        try folder.write(paraphrases, "paraphrase-en")
        return METEOR(.full(try MeteorData(folder: folder.path, wordsOf: comparisons))).scores(comparisons)
    }

    /// What the jar says of the like with its own data: its search takes five exact words for more than a paraphrase of
    /// nine, because it weighs that by 0.5, not by the 0.6 of the score.
    @Test func `the search weighs all but exact matches by a half`() throws {
        let comparison = CaptionComparison(
            candidate: "a carving of a cat and dog resting together on a carpet",
            references: ["a carved figure of a cat and a dog on a carpet"])

        let scores = try fullScores(
            [comparison], synsets: "carving\n1 2\ncarve\n3\nfigure\n1\n",
            paraphrases: """
                0.5
                a cat and a dog
                a cat and dog
                0.5
                a cat and a dog
                cat and dog
                0.5
                and a dog
                and dog
                0.5
                cat and a dog
                cat and dog
                0.5
                of a cat and a dog
                of a cat and dog

                """)

        #expect(abs(scores.images[0] - 0.3770342452640862) < 1e-12)
    }

    @Test func `synonyms and paraphrases come out of a folder`() throws {
        let comparisons = [
            CaptionComparison(candidate: "sofas", references: ["couch"]),
            CaptionComparison(candidate: "a lot of", references: ["many"]),
        ]

        let scores = try fullScores(
            comparisons, synsets: "sofa\n7\ncouch\n7 8\n", paraphrases: "0.5\na lot of\nmany\n")

        #expect(abs(scores.images[0] - 0.8) < 1e-12)
        #expect(scores.images[1] > 0.5)
    }

    @Test func `an absent folder says which file is wanted`() {
        let error = #expect(throws: MeteorDataError.self) { try MeteorData(folder: "/nowhere", wordsOf: []) }

        #expect(error == .missing(file: "/nowhere/english.synsets"))
        #expect(error?.isMissing == true)
        #expect(error?.description.contains("meteor-1.5.jar") == true)
    }

    @Test(arguments: [
        ("english.synsets", "sofa\n7\ncouch\n"), ("english.synsets", "sofa\nx\n"), ("paraphrase-en", "0.5\na\n"),
        ("paraphrase-en", "no number\na\nb\n"), ("paraphrase-en", ""),
    ])
    func `a damaged file says which line`(name: String, text: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "meteor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let good = [
            "english.synsets": "a\n1\n", "english.exceptions": "goose\ngeese\n", "paraphrase-en": "0.5\na\nb\n",
        ]
        for (file, content) in good.merging([name: text], uniquingKeysWith: { $1 }) {
            try Data(content.utf8).write(to: folder.appending(path: file))
        }

        let error = #expect(throws: MeteorDataError.self) {
            try MeteorData(folder: folder.path(percentEncoded: false), wordsOf: [])
        }

        #expect(error?.isMissing == false)
        #expect(error?.description.contains(name) == true)
    }
}
