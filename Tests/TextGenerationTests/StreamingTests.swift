import Foundation
import LorgnetteKit
import TestFixtures
import Testing

/// What `onText` hears while a text is made.
@Suite struct StreamingTests {
    private func seen(_ parity: ParityCase) throws -> SeenPictures {
        try Lorgnette(folder: URL(filePath: parity.folder)).look(at: .file(path: parity.file("image_0.png")))
    }

    @Test(arguments: ParityCase.pictured, ["a photo of", "two cats", "Question: where? Answer:"])
    func `pieces joined are the text`(parity: ParityCase, prompt: String) throws {
        var options = GenerationOptions()
        options.maxTokens = 60
        for seed in 0..<4 as Range<UInt64> {
            options.samples = seed > 0
            var pieces: [String] = []

            let text = try seen(parity).generate(after: prompt, options: options, seed: seed) {
                pieces.append($0)
                return true
            }[0]

            #expect(pieces.joined() == text.text && pieces.count > 10)
            #expect(pieces.allSatisfy { !$0.isEmpty })
        }
    }

    @Test(arguments: ParityCase.pictured)
    func `a searched text comes in one piece`(parity: ParityCase) throws {
        var options = GenerationOptions()
        options.maxTokens = 6
        options.beams = 3
        var pieces: [String] = []

        let text = try seen(parity).generate(after: nil, options: options) {
            pieces.append($0)
            return true
        }[0]

        #expect(pieces == [text.text])
    }

    @Test func `a listener that has heard enough ends the text`() throws {
        let picture = try seen(try ParityCase.named("blip2-olmoe-a"))
        var options = GenerationOptions()
        options.maxTokens = 60
        let whole = try picture.generate(after: nil, options: options)[0]
        var pieces: [String] = []

        let text = try picture.generate(after: nil, options: options) {
            pieces.append($0)
            return pieces.count < 3
        }[0]

        #expect(pieces.count == 3 && text.tokenIDs.count < 60)
        #expect(text.tokenIDs == Array(whole.tokenIDs.prefix(text.tokenIDs.count)))
    }

    @Test func `one picture serves captions, questions and scores in any order`() throws {
        let parity = try ParityCase.named("blip2-olmoe-a")
        let picture = try seen(parity)

        let caption = try picture.caption()
        let answer = try picture.ask("What is it?")
        let score = try picture.score("two cats", after: "a photo of")

        #expect(try picture.caption() == caption)
        #expect(try seen(parity).ask("What is it?") == answer)
        #expect(try seen(parity).score("two cats", after: "a photo of") == score)
        #expect(try picture.ask("What is it?") == answer)
    }

    @Test func `a text is scored as it was generated`() throws {
        for parity in ParityCase.pictured {
            let picture = try seen(parity)
            let score = try picture.score("two cats on a couch", after: "a photo of")

            #expect(score.tokenIDs.count == score.logProbabilities.count && !score.tokenIDs.isEmpty)
            #expect(abs(score.logProbability - score.logProbabilities.reduce(0) { $0 + Double($1) }) < 1e-9)
            #expect(
                try picture.score("two cats", after: "a photo of").logProbabilities.elementsEqual(
                    score.logProbabilities.prefix(try picture.score("two cats", after: "a photo of").tokenIDs.count)
                ) { abs($0 - $1) < 1e-5 })
        }
    }
}
