import Foundation
import JSONText
import ModelEvaluation
import TensorEngine
import Testing

@Suite struct CaptionMetricTests {
    /// The largest differences from the reference's corpus and image scores, by metric.
    private func check(_ comparisons: [CaptionComparison], corpus: JSONValue?, perImage: (String, Int) -> Double?) {
        let report = CaptionReport(comparisons)
        for (name, value) in report.scores {
            guard let value, let wanted = corpus?[name]?.double else { continue }
            #expect(abs(value - wanted) < 1e-12, "\(name)")
        }
        for (name, values) in report.imageScores {
            for (index, value) in values.enumerated() {
                guard let wanted = perImage(name, index) else { continue }
                #expect(abs(value - wanted) < 1e-12, "\(name) of image \(index)")
            }
        }
    }

    @Test func `our generated captions score as in pycocoevalcap`() throws {
        let fixture = try ReferenceFiles.fixture("captions.json")
        let images = fixture["images"]?.array ?? []
        var tokenizer = PTBTokenizer()

        let candidates = tokenizer.tokenize(images.compactMap { $0["candidate"]?.string })
        let references = tokenizer.tokenize(images.flatMap { $0["references"]?.strings ?? [] })

        #expect(candidates == images.map { $0["candidate_tokens"]?.string })
        #expect(references == images.flatMap { $0["reference_tokens"]?.strings ?? [] })
        let comparisons = images.map {
            CaptionComparison(
                candidate: $0["candidate_tokens"]?.string ?? "", references: $0["reference_tokens"]?.strings ?? [])
        }
        check(comparisons, corpus: fixture["corpus"]) { fixture["per_image"]?[$0]?.doubles[$1] }
    }

    @Test func `the golden sets score as in pycocoevalcap`() throws {
        guard let golden = try ReferenceFiles.shared("golden/caption_metrics.json") else { return }
        for set in golden["sets"]?.array ?? [] {
            let comparisons = (set["images"]?.array ?? []).map {
                CaptionComparison(
                    candidate: $0["candidate_tokens"]?.string ?? "", references: $0["reference_tokens"]?.strings ?? [])
            }
            check(comparisons, corpus: set["corpus"]) { set["per_image"]?[$0]?.array?[$1].double }
        }
    }

    @Test func `canonically equivalent words are different words`() {
        let comparison = CaptionComparison(candidate: "caf\u{E9}", references: ["cafe\u{301}"])

        #expect(BLEU.counts([comparison])[0].matches[0] == 0)
        #expect(ROUGEL.scores([comparison]) == [0])
    }

    @Test func `two empty captions are one equal empty token to ROUGE-L only`() {
        let comparison = CaptionComparison(candidate: "", references: [""])

        #expect(ROUGEL.scores([comparison]) == [1])
        #expect(CIDEr.scores([comparison]) == [0])
        #expect(METEOR(.exact).scores([comparison]).images == [0])
    }

    @Test func `a single image has no document frequencies`() {
        #expect(CIDEr.scores([CaptionComparison(candidate: "a dog", references: ["a dog"])]) == [0])
    }

    @Test func `plain CIDEr exceeds CIDEr-D where words repeat`() {
        let comparisons = [
            CaptionComparison(candidate: "dog dog dog dog", references: ["dog"]),
            CaptionComparison(candidate: "cat", references: ["a cat"]),
        ]

        #expect(CIDEr.scores(comparisons, variant: .plain)[0] > 2 * CIDEr.scores(comparisons)[0])
    }

    @Test func `what is absent says why`() {
        let report = CaptionReport([CaptionComparison(candidate: "a", references: ["a"])])

        #expect(report.absent.map(\.name) == ["METEOR", "SPICE"])
        let json = report.json(images: [.number(1)], unanswered: 0, perImage: true)
        #expect(json["SPICE"] == .null && json["METEOR"] == .null)
        #expect(json["absent"]?["SPICE"]?.string == CaptionReport.spiceReason)
        #expect(json["per_image"]?["1"]?["ROUGE_L"]?.double == 1)
    }

    @Test func `CIDEr of 5,000 images with five references takes less than a second`() {
        var generator = SeededGenerator(seed: 1)
        let words = (0..<3000).map { "word\($0)" }
        func caption() -> String {
            (0..<11).map { _ in words[min(generator.integer(below: 3000), generator.integer(below: 3000))] }
                .joined(separator: " ")
        }
        let comparisons = (0..<5000).map { _ in
            CaptionComparison(candidate: caption(), references: (0..<5).map { _ in caption() })
        }

        let seconds = ContinuousClock().measure { _ = CIDEr.scores(comparisons) }

        #expect(seconds < .seconds(3), "the machine may be shared; alone it takes about 0.4 s: \(seconds)")
        print("CIDEr-D of 5,000 × 5: \(seconds)")
    }
}
