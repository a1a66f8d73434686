import Foundation
import JSONText
import ModelEvaluation
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

    @Test func `synonyms and paraphrases come out of a folder`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "meteor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("sofa\n7\ncouch\n7 8\n".utf8).write(to: folder.appending(path: "english.synsets"))
        try Data("goose\ngeese\n".utf8).write(to: folder.appending(path: "english.exceptions"))
        try Data("0.5\na lot of\nmany\n".utf8).write(to: folder.appending(path: "paraphrase-en"))
        let comparisons = [
            CaptionComparison(candidate: "sofas", references: ["couch"]),
            CaptionComparison(candidate: "a lot of", references: ["many"]),
        ]

        let data = try MeteorData(folder: folder.path(percentEncoded: false), wordsOf: comparisons)
        let scores = METEOR(.full(data)).scores(comparisons)

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
