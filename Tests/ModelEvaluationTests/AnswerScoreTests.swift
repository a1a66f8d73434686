import Foundation
import ModelEvaluation
import Testing

@Suite struct AnswerScoreTests {
    @Test func `POPE's counts and scores`() {
        let counts = POPE.counts([("Yes", true), ("yes", false), ("No.", false), ("no", true), ("There isn't", true)])

        #expect(counts.truePositives == 2 && counts.falsePositives == 1)
        #expect(counts.trueNegatives == 1 && counts.falseNegatives == 1)
        #expect(counts.accuracy == 0.6 && counts.yesShare == 0.6)
        #expect(abs(counts.f1 - 2.0 / 3) < 1e-12)
    }

    @Test func `without a yes precision is 0, not a crash`() {
        let counts = POPE.counts([("no", true), ("maybe", false)], variant: .lmmsEval)

        #expect(counts.precision == 0 && counts.f1 == 0 && counts.recall == 0)
        #expect(counts.undecidedNegatives == 1 && counts.total == 2)
    }

    @Test func `MME's accuracy and accuracy+`() throws {
        let score = try MME.score([
            ("a", MME.reading("Yes"), true), ("a", MME.reading("no\n"), false), ("b", MME.reading("Yes."), true),
            ("b", MME.reading("dunno"), true),
        ])

        #expect(score.accuracy == 0.75 && score.accuracyPlus == 0.5 && score.score == 125)
    }

    @Test func `MME wants two questions a picture`() {
        #expect(throws: MetricError.wrongGroupSize(metric: "MME", group: "a", expected: 2, found: 1)) {
            try MME.score([("a", .yes, true)])
        }
        #expect(throws: MetricError.empty(metric: "MME")) { try MME.score([]) }
    }

    @Test func `GQA's accuracy and consistency`() {
        #expect(GQA.accuracy([("no", "no"), ("No", "no")]) == 0.5)
        #expect(GQA.accuracy([]) == nil)
        let right = ["1": true, "2": true, "3": false]
        #expect(GQA.consistency(isCorrect: right, entailed: ["1": ["1", "2", "3"], "2": ["2"], "3": ["1"]]) == 0.5)
        #expect(GQA.consistency(isCorrect: right, entailed: [:]) == nil)
    }

    @Test func `A-OKVQA counts raw equal answers`() {
        #expect(AOKVQA.directAnswerScore(prediction: "ride", answers: ["ride", "Ride", "ride"]) == 2.0 / 3)
        #expect(AOKVQA.isCorrect(prediction: "cab", choices: ["bus", "cab"], correct: 1))
        #expect(!AOKVQA.isCorrect(prediction: "cab", choices: ["cab"], correct: 4))
    }

    @Test func `MMBench counts a question where all rotations are right`() throws {
        let score = try MMBench.score([
            .init(index: 1, isCorrect: true, category: "x"), .init(index: 1_000_001, isCorrect: false, category: "x"),
            .init(index: 2, isCorrect: true, category: "y"), .init(index: 1_000_002, isCorrect: true, category: "y"),
        ])

        #expect(score.circular == 0.5 && score.vanilla == 1)
        #expect(score.byCategory == ["x": 0, "y": 1])
        #expect(throws: MetricError.empty(metric: "MMBench")) { try MMBench.score([]) }
    }

    @Test func `rotations move options and answer together`() {
        let options = ["a", "b", "c"]

        for rotation in MMBench.rotations(count: 3, answer: 2) {
            #expect(options[rotation.order[rotation.answer]] == "c")
        }
        #expect(MMBench.rotations(count: 3, answer: 2).map(\.indexOffset) == [0, 1_000_000, 2_000_000])
    }

    @Test func `Winoground wants strictly greater scores`() throws {
        let right = Winoground.Scores(
            caption0Image0: 0.9, caption0Image1: 0.1, caption1Image0: 0.2, caption1Image1: 0.8)
        let tie = Winoground.Scores(caption0Image0: 0.5, caption0Image1: 0.5, caption1Image0: 0.2, caption1Image1: 0.8)

        #expect(right.isGroupRight)
        #expect(tie.isTextRight && !tie.isImageRight && !tie.isGroupRight)
        let shares = try Winoground.shares([right, tie])
        #expect(shares.text == 1 && shares.image == 0.5 && shares.group == 0.5)
        #expect(throws: MetricError.empty(metric: "Winoground")) { try Winoground.shares([]) }
    }

    @Test func `retrieval recall by hand, later candidates first on ties`() throws {
        let scores = [[0.9, 0.1, 0.9], [0.2, 0.8, 0.1]]  // [images, texts]
        let transposed = (0..<3).map { text in scores.map { $0[text] } }

        let recall = try RetrievalRecall(imageToText: scores, textToImage: transposed, imageOfText: [0, 1, 1])

        #expect(recall.textRecall == [0.5, 1, 1])
        #expect(abs(recall.imageRecall[0] - 2.0 / 3) < 1e-12)
        #expect(recall.imageRecall[1] == 1)
    }

    @Test func `retrieval refuses matrices that do not fit`() {
        #expect(throws: MetricError.self) {
            try RetrievalRecall(imageToText: [[1]], textToImage: [[1], [2]], imageOfText: [0])
        }
        #expect(throws: MetricError.self) {
            try RetrievalRecall(imageToText: [[1, 2]], textToImage: [[1]], imageOfText: [0])
        }
        #expect(throws: MetricError.self) {
            try RetrievalRecall(imageToText: [[1]], textToImage: [[1]], imageOfText: [3])
        }
        #expect(throws: MetricError.self) { try RetrievalRecall(imageToText: [], textToImage: [], imageOfText: []) }
    }

    @Test func `choices rank differently by sum, tokens, characters and neutral prompt`() {
        let ranking = ChoiceRanking([
            .init(text: "no", tokenLogProbabilities: [-1], unconditional: -0.5),
            .init(text: "a long answer", tokenLogProbabilities: [-0.6, -0.6], unconditional: -3),
        ])

        #expect(ranking.best() == 0)
        #expect(ranking.best(.tokens) == 1 && ranking.best(.characters) == 1 && ranking.best(.bytes) == 1)
        #expect(ranking.best(.mutualInformation) == 1)
        #expect(ChoiceRanking([.init(text: "", tokenLogProbabilities: [])]).scores(.tokens) == [-.infinity])
        #expect(ChoiceRanking([.init(text: "a", tokenLogProbabilities: [-1])]).best(.mutualInformation) == nil)
        #expect(ChoiceRanking([]).best() == nil)
    }

    @Test func `of equal choices the first one wins`() {
        let same = ChoiceRanking.Choice(text: "a", tokenLogProbabilities: [-1])

        #expect(ChoiceRanking([same, same]).best() == 0)
    }

    @Test func `perplexity by token, word and byte`() {
        var perplexity = Perplexity()
        #expect(perplexity.perToken == nil && perplexity.bitsPerByte == nil && perplexity.perWord == nil)
        perplexity.add(text: "ab cd", tokenLogProbabilities: [log(0.5), log(0.25)])

        #expect(abs((perplexity.perToken ?? 0) - exp(1.5 * log(2))) < 1e-12)
        #expect(abs((perplexity.perWord ?? 0) - exp(1.5 * log(2))) < 1e-12)
        #expect(abs((perplexity.bitsPerByte ?? 0) - 0.6) < 1e-12)
    }
}
