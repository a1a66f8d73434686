/// Capital letters and digits as strokes, our own drawing: each glyph lies in a cell 0…width across, 0 (top)…1 (base).
package enum StrokeFont {
    /// A glyph: lines through points, to be drawn with a round pen.
    package struct Glyph: Sendable {
        package let width: Double
        package let strokes: [[Point]]
    }

    /// The glyph of a capital letter A–Z or a digit 0–9; nil for anything else.
    package static func glyph(_ character: Character) -> Glyph? { glyphs[character] }

    /// The text as an outline: 1 high, base line at 1, starting at 0.
    /// - Parameter weight: the pen's width; letters are 1 high.
    /// - Returns: nil where a character has no glyph or there is none.
    package static func outline(of text: String, weight: Double) -> Outline? {
        var parts: [Outline] = []
        var x = 0.0
        for character in text {
            guard let glyph = glyph(character) else { return nil }
            for stroke in glyph.strokes {
                parts.append(.stroke(stroke.map { Point(x + $0.x, $0.y) }, width: weight))
            }
            x += glyph.width + weight + 0.14
        }
        return parts.isEmpty ? nil : Outline(union: parts)
    }

    private static let glyphs: [Character: Glyph] = [
        "A": pen([line(0, 1, 0.32, 0, 0.64, 1), line(0.12, 0.66, 0.52, 0.66)], 0.64),
        "B": pen([
            line(0, 0, 0, 1), line(0, 0, 0.3, 0) + bow(0.3, 0.24, 0.24, 0.24) + line(0.3, 0.48, 0, 0.48),
            line(0.3, 0.48) + bow(0.3, 0.74, 0.28, 0.26) + line(0, 1),
        ]),
        "C": pen([arc(0.32, 0.5, 0.32, 0.5, 0.9, 0.1)], 0.58),
        "D": pen([line(0, 0, 0, 1), line(0, 0, 0.22, 0) + bow(0.22, 0.5, 0.36, 0.5) + line(0, 1)]),
        "E": pen([line(0.5, 0, 0, 0, 0, 1, 0.5, 1), line(0, 0.48, 0.42, 0.48)], 0.5),
        "F": pen([line(0.5, 0, 0, 0, 0, 1), line(0, 0.48, 0.42, 0.48)], 0.5),
        "G": pen([arc(0.32, 0.5, 0.32, 0.5, 0.9, 0) + line(0.64, 0.56, 0.38, 0.56)], 0.64),
        "H": pen([line(0, 0, 0, 1), line(0.56, 0, 0.56, 1), line(0, 0.5, 0.56, 0.5)]),
        "I": pen([line(0.1, 0, 0.1, 1)], 0.2),
        "J": pen([line(0.42, 0, 0.42, 0.74) + arc(0.21, 0.74, 0.21, 0.26, 0, 0.5)], 0.42),
        "K": pen([line(0, 0, 0, 1), line(0.54, 0, 0, 0.56), line(0.17, 0.4, 0.56, 1)]),
        "L": pen([line(0, 0, 0, 1, 0.48, 1)], 0.48),
        "M": pen([line(0, 1, 0, 0, 0.36, 0.66, 0.72, 0, 0.72, 1)], 0.72),
        "N": pen([line(0, 1, 0, 0, 0.58, 1, 0.58, 0)], 0.58),
        "O": pen([arc(0.34, 0.5, 0.34, 0.5, 0, 1)], 0.68),
        "P": pen([line(0, 1, 0, 0, 0.28, 0) + bow(0.28, 0.27, 0.27, 0.27) + line(0, 0.54)], 0.55),
        "Q": pen([arc(0.34, 0.5, 0.34, 0.5, 0, 1), line(0.42, 0.72, 0.7, 1.04)], 0.7),
        "R": pen([
            line(0, 1, 0, 0, 0.28, 0) + bow(0.28, 0.26, 0.26, 0.26) + line(0, 0.52), line(0.26, 0.52, 0.56, 1),
        ]),
        "S": pen([sweep], 0.52),
        "T": pen([line(0, 0, 0.6, 0), line(0.3, 0, 0.3, 1)], 0.6),
        "U": pen([line(0, 0, 0, 0.7) + arc(0.28, 0.7, 0.28, 0.3, 0.5, 0) + line(0.56, 0)]),
        "V": pen([line(0, 0, 0.32, 1, 0.64, 0)], 0.64),
        "W": pen([line(0, 0, 0.2, 1, 0.42, 0.3, 0.64, 1, 0.84, 0)], 0.84),
        "X": pen([line(0, 0, 0.58, 1), line(0.58, 0, 0, 1)], 0.58),
        "Y": pen([line(0, 0, 0.3, 0.5, 0.6, 0), line(0.3, 0.5, 0.3, 1)], 0.6),
        "Z": pen([line(0, 0, 0.54, 0, 0, 1, 0.56, 1)]),
        "0": pen([arc(0.27, 0.5, 0.27, 0.5, 0, 1)], 0.54),
        "1": pen([line(0, 0.22, 0.26, 0, 0.26, 1)], 0.34),
        "2": pen([arc(0.26, 0.28, 0.26, 0.28, 0.47, 1.09) + line(0, 1, 0.54, 1)], 0.54),
        "3": pen(
            [
                arc(0.24, 0.25, 0.24, 0.25, 0.55, 1.22), arc(0.24, 0.74, 0.27, 0.26, 0.78, 1.47),
            ], 0.52),
        "4": pen([line(0.42, 1, 0.42, 0, 0, 0.68, 0.58, 0.68)], 0.58),
        "5": pen([line(0.48, 0, 0.08, 0, 0.04, 0.46) + arc(0.24, 0.67, 0.28, 0.33, 0.64, 1.42)], 0.52),
        "6": pen([arc(0.27, 0.68, 0.27, 0.32, 0, 1), [Point(0.44, 0), Point(0.18, 0.3), Point(0.02, 0.6)]], 0.54),
        "7": pen([line(0, 0, 0.54, 0, 0.18, 1)], 0.54),
        "8": pen([arc(0.27, 0.25, 0.22, 0.25, 0, 1), arc(0.27, 0.74, 0.27, 0.26, 0, 1)], 0.54),
        "9": pen([arc(0.27, 0.32, 0.27, 0.32, 0, 1), [Point(0.52, 0.4), Point(0.36, 0.7), Point(0.1, 1)]], 0.54),
    ]

    /// The S: an upper bow open to the right, then a lower one open to the left.
    private static let sweep =
        arc(0.26, 0.26, 0.25, 0.26, 0.93, 0.25) + arc(0.26, 0.75, 0.26, 0.25, 0.75, 1.43)

    /// A glyph of those strokes.
    private static func pen(_ strokes: [[Point]], _ width: Double = 0.58) -> Glyph {
        Glyph(width: width, strokes: strokes)
    }

    private static func line(_ coordinates: Double...) -> [Point] {
        stride(from: 0, to: coordinates.count, by: 2).map { Point(coordinates[$0], coordinates[$0 + 1]) }
    }

    /// The right half of an ellipse from its top to its bottom.
    private static func bow(_ x: Double, _ y: Double, _ wide: Double, _ high: Double) -> [Point] {
        arc(x, y, wide, high, -0.25, 0.25)
    }

    /// From turn `start` to turn `end`: clockwise where `end` is the larger.
    private static func arc(
        _ x: Double, _ y: Double, _ wide: Double, _ high: Double, _ start: Double, _ end: Double
    ) -> [Point] { Outline.arc(Point(x, y), wide, high, from: start, to: end) }
}
