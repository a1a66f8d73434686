import TensorEngine

/// An alphabet that nobody has seen: each letter is a few strokes between points of a small grid, drawn from a seed, and bears
/// a plain word for a name. For learning new classes from few pictures.
package struct GlyphAlphabet: Sendable {
    /// The seed that the letters follow from.
    package let seed: UInt64
    /// The letters in the order of their names.
    package let letters: [Letter]

    /// A letter: its name and its strokes in a cell of 1 by 1.
    package struct Letter: Sendable, Equatable {
        package let name: String
        package let strokes: [[Point]]
    }

    /// Words that letters are named by; an alphabet has at most as many.
    package static let names = [
        "apple", "bear", "bell", "bird", "boat", "book", "bread", "bridge", "cake", "camel", "candle", "chair", "cloud",
        "coin", "crown", "dog", "door", "drum", "fish", "flag", "flower", "fox", "hat", "heart", "horse", "house",
        "key",
        "leaf", "moon", "ring", "rose", "shoe", "snake", "star", "tree", "wolf",
    ]

    /// The first `count` letters of the alphabet of that seed.
    /// - Precondition: at most as many as there are names.
    package init(seed: UInt64, count: Int) {
        precondition(count <= Self.names.count, "\(count) letters, \(Self.names.count) names")
        self.seed = seed
        letters = Self.names.prefix(count).map { name in
            var generator = SeededGenerator(seed: seed, stream: "letter \(name)")
            return Letter(name: name, strokes: Self.strokes(using: &generator))
        }
    }

    /// Three to five strokes over a grid of 3 by 3, each a line of two or three points or a bow.
    private static func strokes(using generator: inout SeededGenerator) -> [[Point]] {
        let count = 3 + generator.integer(below: 3)
        var strokes: [[Point]] = []
        while strokes.count < count {
            let from = gridPoint(using: &generator)
            let to = gridPoint(using: &generator)
            guard (to - from).length > 0.4 else { continue }
            if generator.unit() < 0.4 {
                strokes.append(bow(from, to, bulge: generator.unit() < 0.5 ? 0.35 : -0.35))
            } else {
                strokes.append([from, to])
            }
        }
        return strokes
    }

    private static func gridPoint(using generator: inout SeededGenerator) -> Point {
        Point(Double(generator.integer(below: 3)) / 2, Double(generator.integer(below: 3)) / 2)
    }

    /// A parabola from one point to another, its top `bulge` of their distance aside.
    private static func bow(_ from: Point, _ to: Point, bulge: Double) -> [Point] {
        let across = to - from
        let top = from.toward(to, 0.5) + Point(-across.y * bulge, across.x * bulge)
        return (0...12).map { index in
            let share = Double(index) / 12
            return from.toward(top, share).toward(top.toward(to, share), share)
        }
    }
}
