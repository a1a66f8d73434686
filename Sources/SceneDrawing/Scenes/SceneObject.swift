/// How big an object is: two clear-cut bands.
package enum SizeName: String, Sendable, CaseIterable {
    case small, large

    /// Half the extent, as a share of the picture's side.
    package var radius: ClosedRange<Double> {
        switch self {
        case .small: 0.095...0.12
        case .large: 0.18...0.21
        }
    }
}

/// One object of a scene. Places and lengths are shares of the picture's side, y downwards.
package struct SceneObject: Sendable, Equatable {
    package let pair: Pair
    /// Small or large; nil where a scene's many objects are all of one middling size.
    package let size: SizeName?
    /// The colour it is drawn in.
    package let ink: Ink
    /// Half its extent.
    package let radius: Double
    /// How it is turned, clockwise.
    package let turns: Double
    /// Its middle.
    package internal(set) var center = Point(0.5, 0.5)
    /// The share of its area that no later object covers.
    package internal(set) var visible = 1.0

    /// The object's colour.
    package var color: ColorName { pair.color }
    /// The object's kind.
    package var kind: Kind { pair.kind }

    /// Where its drawing goes in a picture of that many pixels.
    package func placement(side: Int) -> Placement {
        Placement(center: Double(side) * center, scale: Double(side) * radius, turns: turns)
    }

    /// All it covers, in pixels.
    func outline(side: Int) -> Outline { Outline(union: kind.layers.map(\.outline)).placed(placement(side: side)) }
}

/// A digit or a word written in a scene.
package struct Inscription: Sendable, Equatable {
    /// What is written: a digit, or a word in capitals.
    package let text: String
    package let color: ColorName
    package let ink: Ink
    /// The middle of the writing, in shares of the side.
    package let center: Point
    /// The letters' height, in shares of the side.
    package let height: Double
    /// How the writing is turned, clockwise.
    package let turns: Double

    /// Whether this is a digit, not a word.
    package var isDigit: Bool { text.first?.isNumber ?? false }

    /// The answer to what is written.
    package var answer: String { text.lowercased() }

    /// The writing's area in a picture of that many pixels.
    package func outline(side: Int) -> Outline {
        guard let letters = StrokeFont.outline(of: text, weight: Self.weight), let bounds = letters.bounds else {
            return Outline()
        }
        let middle = bounds.low.toward(bounds.high, 0.5)
        return letters.moved(-middle.x, -middle.y).placed(
            Placement(center: Double(side) * center, scale: Double(side) * height, turns: turns))
    }

    /// The pen's width for letters of height 1.
    static let weight = 0.2
}
