/// What an object in a scene is: one of 13 shapes or 20 everyday things. The raw value is its name in text.
package enum Kind: String, Sendable, CaseIterable, Hashable {
    // Shapes
    case circle, oval, square, rectangle, triangle, pentagon, hexagon, star, cross, heart, diamond, ring, arrow
    // Everyday things
    case house, tree, car, boat, fish, cup, sun, moon, flower, cloud, key, mushroom, umbrella, bell, apple, hat
    case bottle, rocket, chair, ladder

    /// The name in text.
    package var name: String { rawValue }

    /// The name of several.
    package var plural: String {
        switch self {
        case .fish: "fish"
        case .cross: "crosses"
        default: name + "s"
        }
    }

    /// Whether this is a geometric shape.
    package var isShape: Bool { number < Kind.house.number }

    /// The place in `allCases`.
    package var number: Int { Self.numbers[self] ?? 0 }

    /// How far an object of this kind may be turned to either side, in turns, so that it stays what it is (a square on
    /// its corner would be a diamond).
    package var largestTurn: Double {
        switch self {
        case .ring, .circle: 0
        case .arrow, .key: 0.5
        case .square, .diamond, .cross, .hexagon, .pentagon, .rectangle, .oval: 0.03
        case .star, .triangle, .heart: 0.05
        default: 0.02
        }
    }

    /// What is drawn, from the back to the front, within -1…1 in both directions.
    package var layers: [Layer] { Self.drawings[self] ?? [] }

    /// A part of the drawing: an area in the object's colour or a shade of it.
    package struct Layer: Sendable {
        package let outline: Outline
        package let tone: Tone
    }

    /// How a layer is coloured.
    package enum Tone: Sendable {
        /// The object's colour.
        case base
        /// A shade of it that stands off.
        case detail
    }

    private static let numbers = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    private static let drawings = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, $0.isShape ? [$0.shape] : $0.silhouette) })
}
