import Imaging
import JSONText
import TensorEngine

/// One picture of a letter, dark ink on light paper: where it stands, how it is turned, how thick the pen is.
package struct GlyphPicture: Sendable {
    private let letter: GlyphAlphabet.Letter
    private let paper: Ink
    private let ink: Ink
    private let weight: Double
    private let place: (x: Double, y: Double, scale: Double, turns: Double)

    /// Picture `number` of a letter; it depends on the alphabet's seed, the letter and the number alone.
    package init(_ letter: GlyphAlphabet.Letter, number: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: "picture \(number) of \(letter.name)")
        self.letter = letter
        func tint() -> Ink { Ink(Float(generator.unit()), Float(generator.unit()), Float(generator.unit())) }
        ink = tint().lit(0.35)
        paper = Ink.white.mixed(with: tint(), 0.2)
        weight = 0.09 + 0.09 * generator.unit()
        place = (
            x: 0.5 + 0.16 * (generator.unit() - 0.5), y: 0.5 + 0.16 * (generator.unit() - 0.5),
            scale: 0.5 + 0.2 * generator.unit(), turns: 0.08 * (generator.unit() - 0.5)
        )
    }

    /// The picture.
    /// - Parameter side: pixels across and down.
    package func bitmap(side: Int) -> Bitmap {
        var canvas = Canvas(width: side, height: side, paper)
        let strokes = letter.strokes.map { Outline.stroke($0, width: weight).moved(-0.5, -0.5) }
        let placement = Placement(
            center: Point(place.x * Double(side), place.y * Double(side)), scale: place.scale * Double(side),
            turns: place.turns)
        canvas.fill(CoverageMask(Outline(union: strokes).placed(placement))) { _, _ in ink }
        return canvas.bitmap()
    }

    /// The picture's row of `pairs.jsonl`.
    package func row(image: String, split: String) -> JSONValue {
        .object([
            ("image", .string(image)), ("caption", .string(letter.name)),
            ("qa", .array([.array([.string("Which letter is this?"), .string(letter.name)])])),
            ("set", .string("glyphs")),
            ("split", .string(split)), ("label", .string(letter.name)),
        ])
    }
}
