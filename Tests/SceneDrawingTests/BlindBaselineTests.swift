import SceneDrawing
import Testing

@Suite struct BlindBaselineTests {
    private static func questions(of splits: Set<String>) -> [[Question]] {
        let series = SceneSeries(seed: 5)
        return (0..<20_000).filter { splits.contains(series.splits.name(ofScene: $0)) }.map {
            series.scene(at: $0).questions
        }
    }

    @Test func `a guesser without the picture stays near chance`() {
        let baseline = BlindBaseline(scenes: Self.questions(of: ["train", "dev"]))

        #expect(baseline.kinds.count == Question.Kind.allCases.count)
        for (kind, score) in baseline.kinds {
            // Four standard errors, and for texts that name one part of a pair the three colours held out of eleven.
            let deviation = (score.chanceShare * (1 - score.chanceShare) / Double(score.questions)).squareRoot()
            #expect(score.templateShare < score.chanceShare + 4 * deviation, "\(kind): \(score)")
            #expect(score.textShare < score.chanceShare * 11 / 8 + 4 * deviation || score.chanceShare > 0.3, "\(kind)")
            #expect(score.textShare < score.chanceShare + 4 * deviation || score.chanceShare < 0.3, "\(kind): \(score)")
        }
    }

    @Test func `compositions leave a third of the colours`() {
        let baseline = BlindBaseline(scenes: Self.questions(of: ["compose"]))

        for (kind, score) in baseline.kinds {
            #expect(score.textShare < (score.chanceShare > 0.3 ? 0.6 : 0.4), "\(kind): \(score)")
        }
    }

    @Test func `a guesser that knows the answers is found out`() {
        let yes = SceneSeries(seed: 5)
        let scenes = (0..<4000).map { number in
            yes.scene(at: number).questions.filter { $0.kind != .exist || $0.answer == "yes" }
        }

        let exist = BlindBaseline(scenes: scenes).kinds.first { $0.kind == .exist }

        #expect(exist?.score.templateShare == 1)
    }

    @Test func `nothing asked is no figure`() {
        let baseline = BlindBaseline(scenes: [])

        #expect(baseline.kinds.isEmpty)
        #expect(baseline.all.textShare == 0 && baseline.all.templateShare == 0 && baseline.all.chanceShare == 0)
    }
}
