import Foundation
import Imaging
import ModelEvaluation
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Groups of familiar pictures, and pictures that are none.
@Suite struct FamiliarityFitTests {
    /// Two sets: one of two groups, at (±6, 0, 0), one at (0, 9, 0); all of deviation 1, 2 and 0.5.
    private static func examples() -> [FamiliarityFit.Example] {
        var generator = SeededGenerator(seed: 9)
        func normal() -> Double {
            (-2 * log(1 - generator.unit())).squareRoot() * cos(2 * Double.pi * generator.unit())
        }
        return (0..<600).map { index in
            let centre = [[-6.0, 0, 0], [6, 0, 0], [0, 9, 0]][index % 3]
            let features = zip(centre, [1, 2, 0.5]).map { Float($0 + $1 * normal()) }
            return .init(features, set: index % 3 == 2 ? "b" : "a")
        }
    }

    @Test func `distance is Mahalanobis's to the nearest group`() throws {
        let fit = try FamiliarityFit.fit(Self.examples(), seed: 1)

        let centre = fit.standing(of: [6, 0, 0])
        let other = fit.standing(of: [0, 9, 0])
        // Three deviations off in the first and the third feature are equally far, though one is twice the other.
        let first = fit.standing(of: [9, 0, 0])
        let third = fit.standing(of: [6, 0, 1.5])
        let between = fit.standing(of: [0, 0, 0])

        #expect(centre.set == "a" && other.set == "b" && first.set == "a")
        #expect(centre.nearest < 1 && other.nearest < 1, "\(centre.nearest) \(other.nearest)")
        for far in [first, third] { #expect(far.nearest > 1 && far.nearest < 2.6, "\(far)") }
        #expect(between.nearest > 2 && between.overall < 1, "in the middle of all, and far from each")
        // Usual members lie at 1, more or less.
        let usual = Self.examples().map { fit.standing(of: $0.features).nearest }.reduce(0, +) / 600
        #expect((0.7...1.2).contains(usual), "\(usual)")
    }

    @Test func `the same examples give the same numbers, and a file keeps them`() throws {
        let folder = try ScratchFolder()
        let fit = try FamiliarityFit.fit(Self.examples(), seed: 1)

        try fit.write(to: folder.file("familiarity.safetensors"))

        #expect(try FamiliarityFit.fit(Self.examples(), seed: 1) == fit)
        #expect(try PictureFamiliarity(path: folder.file("familiarity.safetensors")) == fit)
        #expect(throws: MetricError.empty(metric: "familiarity")) { try FamiliarityFit.fit([]) }
    }

    /// More features than examples, and one that never changes.
    @Test func `few examples are drawn towards what is alike in all directions`() throws {
        var generator = SeededGenerator(seed: 2)
        let examples = (0..<6).map { _ in
            FamiliarityFit.Example((0..<12).map { $0 == 3 ? 1 : Float(generator.unit()) }, set: "few")
        }

        let fit = try FamiliarityFit.fit(examples)

        #expect(fit.sets == ["few"])
        let standing = fit.standing(of: examples[0].features)
        #expect(standing.nearest.isFinite && standing.nearest < 3)
    }

    @Test func `unfamiliar pictures are the same again, and one of each kind is another`() throws {
        func made() throws -> UnfamiliarPictures {
            var made = UnfamiliarPictures(seed: 5)
            for index in 0..<4 {
                var pixels: [UInt8] = []
                for at in 0..<40 * 40 { pixels += [UInt8(at % 40 * 6), UInt8(at / 40 * 6), UInt8(index * 60)] }
                try made.add(Bitmap(width: 40, height: 40, pixels: pixels), set: index < 2 ? "a" : "b")
            }
            return made
        }
        let (first, second) = (try made(), try made())

        let pictures = try (0..<8).map { try first.picture($0) }

        #expect(try (0..<8).map { try second.picture($0) } == pictures)
        // One of each kind; of four pictures the same two may be blended twice.
        #expect(Set(pictures.prefix(4).map(\.pixels)).count == 4)
        #expect(first.count == 4 && UnfamiliarPictures.Kind.allCases.count == 4)
    }
}
