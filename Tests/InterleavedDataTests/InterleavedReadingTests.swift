import Foundation
import ImageFiles
import Imaging
import InterleavedData
import TestFixtures
import Testing

/// Interleaved documents in the formats that they come in, whole and damaged.
@Suite struct InterleavedReadingTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func reading(
        _ lines: String..., options: InterleavedReading.Options = .init(), images: String? = nil
    ) throws -> InterleavedReading {
        let file = try scratch.write(lines.joined(separator: "\n"), "rows.jsonl")
        return try InterleavedReading(path: file, imageRoot: images, options: options)
    }

    /// What a document is made of, pictures by their names.
    private func outline(_ document: InterleavedDocument) -> [String] {
        document.parts.map { part in
            switch part {
            case .picture(let picture): "<\(picture.id)>"
            case .text(let words): words
            case .caption(let words): "caption \(words)"
            case .question(let asked): "\(asked.question) \(asked.answer)"
            }
        }
    }

    @Test func `our own rows are read part by part`() throws {
        let found = try reading(
            #"{"id": "d", "split": "dev", "set": "s", "parts": [{"image": "a.png"}, {"question": "What?", "answer": "a hat"}, "#
                + #"{"text": "So it goes."}, {"image": "/far/b.png"}, {"caption": "a coin"}]}"#,
            #"{"parts": [{"text": "words alone"}]}"#)

        #expect(found.format == .documents && found.problems.isEmpty)
        let document = found.documents[0]
        #expect(document.id == "d" && document.split == "dev" && document.set == "s" && document.endsAsked)
        #expect(outline(document) == ["<a.png>", "What? a hat", "So it goes.", "</far/b.png>", "caption a coin"])
        #expect(document.pictures.map(\.location) == [.file(path: scratch.file("a.png")), .file(path: "/far/b.png")])
        #expect(found.documents[1].id == "line 2" && !found.documents[1].endsAsked)
    }

    @Test func `pictures of MMC4 stand before the sentences that they match`() throws {
        let row = #"""
            {"text_list": ["One.", "Two.", "Three."], "image_info": [
            {"image_name": "a.png", "matched_text_index": 2, "matched_sim": 0.4},
            {"image_name": "b.png", "matched_text_index": 0, "matched_sim": 0.3},
            {"image_name": "c.png", "matched_text_index": 1, "matched_sim": 0.1}]}
            """#.replacing("\n", with: "")
        let found = try reading(row)

        #expect(found.format == .mmc4 && found.picturesLeftOut == 1)
        #expect(outline(found.documents[0]) == ["<b.png>", "One. Two.", "<a.png>", "Three."])
        var options = InterleavedReading.Options()
        (options.minimumSimilarity, options.mostPictures) = (0, 1)
        #expect(try outline(reading(row, options: options).documents[0]) == ["One. Two.", "<a.png>", "Three."])
    }

    @Test func `similarities assign one to one, so that all together are most alike`() throws {
        // Each picture's own best is sentence 0; together it is better to give it to the second.
        let found = try reading(
            #"{"text_list": ["A.", "B."], "image_info": [{"image_name": "p"}, {"image_name": "q"}], "#
                + #""similarity_matrix": [[0.6, 0.5], [0.9, 0.1]]}"#)
        #expect(outline(found.documents[0]) == ["<q>", "A.", "<p>", "B."])
        // More pictures than sentences: the least alike has none.
        let more = try reading(
            #"{"text_list": ["A."], "image_info": [{"image_name": "p"}, {"image_name": "q"}, {"image_name": "r"}], "#
                + #""similarity_matrix": [[0.5], [0.9], [0.7]]}"#)
        #expect(outline(more.documents[0]) == ["<q>", "A."] && more.picturesLeftOut == 2)
    }

    @Test(arguments: [false, true])
    func `pictures in base64 are found in the file when they are wanted`(escaped: Bool) throws {
        let pictures = try (0..<2).map { try DrawnPictures.png($0) }
        let texts = pictures.map { bytes in
            let text = Data(bytes).base64EncodedString()
            return escaped ? text.replacing("/", with: "\\/") : text
        }
        let found = try reading(
            #"{"text_list": ["A.", "B."], "image_info": [{"image_base64": "\#(texts[1])", "matched_text_index": 1}, "#
                + #"{"image_name": "n", "image_base64": "\#(texts[0])", "matched_text_index": 0}]}"#)

        let shown = found.documents[0].pictures
        #expect(shown.map(\.id) == ["n", "line 1 picture 1"])
        #expect(try shown[0].location.bytes() == pictures[0])
        #expect(try shown[1].location.image().bitmap == DrawnPictures.bitmap(1))
    }

    @Test func `OBELICS has a picture or a text at each place`() throws {
        let found = try reading(
            #"{"images": [null, "https://example.org/x/a%20b.jpg?w=3", null, "c.png", null], "#
                + #""texts": ["Before.", null, "Between.", null, null], "metadata": "[]"}"#, images: "pictures")

        #expect(found.format == .obelics)
        #expect(outline(found.documents[0]) == ["Before.", "<a b.jpg>", "Between.", "<c.png>"])
        #expect(found.documents[0].pictures[0].location == .file(path: "pictures/a b.jpg"))
    }

    @Test func `damaged rows are told, counted and left out`() throws {
        let good = #"{"parts": [{"image": "a.png"}, {"caption": "a hat"}]}"#
        let bad = [
            ("{\"parts\": [", "expected a JSON object"), ("[1]", "expected a JSON object"),
            (#"{"id": "x"}"#, "no \"parts\""), (#"{"parts": 3}"#, "\"parts\" is a number"),
            (#"{"parts": [{"image": "a.png"}]}"#, "no text"),
            (#"{"parts": [{"image": ""}, {"text": "x"}]}"#, "a list with"),
            (#"{"parts": [{"question": "What?"}]}"#, "a list with"), (#"{"parts": [], "parts": []}"#, "stands twice"),
        ]
        let file = try scratch.write(([good] + bad.map(\.0) + [good]).joined(separator: "\n"), "damaged.jsonl")
        let dataset = try InterleavedDataset(path: file)

        #expect(dataset.documents.count == 2 && dataset.problems.count == bad.count)
        for (problem, (_, words)) in zip(dataset.problems, bad) { #expect("\(problem)".contains(words), "\(problem)") }
        #expect(dataset.problems.enumerated().allSatisfy { $1.place == .line($0 + 2) })
        let damage = try #require(dataset.damage)
        #expect(damage.contains("8 of 10 rows") && damage.contains("line 2"))
    }

    @Test(arguments: [
        #"{"text_list": "One."}"#, #"{"text_list": ["A."], "image_info": [{}]}"#,
        #"{"text_list": ["A."], "image_info": [{"image_name": "p", "matched_text_index": 1}]}"#,
        #"{"text_list": ["A."], "image_info": [{"image_name": "p"}], "similarity_matrix": [[0.1, 0.2]]}"#,
        #"{"text_list": ["A."], "image_info": [{"image_base64": "%%%", "matched_text_index": 0}]}"#,
        #"{"images": ["a"], "texts": []}"#, #"{"images": ["a"], "texts": ["b"]}"#,
        #"{"images": ["a"], "texts": [null]}"#,
    ])
    func `a row of another's format that is none is a problem`(row: String) throws {
        let found = try reading(row)
        #expect(found.documents.isEmpty && found.problems.count == 1)
        #expect(throws: PairDataError.self) { try InterleavedDataset(path: scratch.file("rows.jsonl")) }
    }

    @Test func `what is no file of documents is refused`() throws {
        #expect(throws: PairDataError.noSuchInput(path: scratch.file("none.jsonl"))) {
            try InterleavedReading(path: scratch.file("none.jsonl"))
        }
        #expect {
            _ = try reading(#"{"image": "a.png", "caption": "x"}"#)
        } throws: { error in
            guard case .notInterleaved? = error as? PairDataError else { return false }
            return "\(error)".contains("text_list")
        }
    }
}
