extension Kind {
    /// The drawing of a shape; each has about the area of a circle of radius 0.85.
    var shape: Layer { Layer(outline: shapeOutline, tone: .base) }

    private var shapeOutline: Outline {
        switch self {
        case .circle: .circle(0, 0, 0.9)
        case .oval: .ellipse(0, 0, 1, 0.58)
        case .square: .box(-0.8, -0.8, 0.8, 0.8)
        case .rectangle: .box(-1, -0.52, 1, 0.52)
        case .triangle: .polygon(0, -0.92, 1, 0.82, -1, 0.82)
        case .pentagon: Outline.regular(5).moved(0, 0.06)
        case .hexagon: Outline.regular(6)
        case .star: Outline.star(5, inner: 0.42, radius: 1.08).moved(0, 0.08)
        case .cross:
            .polygon(
                -0.32, -0.95, 0.32, -0.95, 0.32, -0.32, 0.95, -0.32, 0.95, 0.32, 0.32, 0.32, 0.32, 0.95, -0.32, 0.95,
                -0.32, 0.32, -0.95, 0.32, -0.95, -0.32, -0.32, -0.32)
        case .heart: Self.heartOutline
        case .diamond: .polygon(0, -1, 0.66, 0, 0, 1, -0.66, 0)
        case .ring: Outline.circle(0, 0, 0.95).without(.circle(0, 0, 0.5))
        default: .polygon(-1, -0.28, 0.1, -0.28, 0.1, -0.8, 1, 0, 0.1, 0.8, 0.1, 0.28, -1, 0.28)
        }
    }

    /// A heart, its dent on top.
    static let heartOutline = Outline.curve([
        (Point(1, -0.35), Point(0.15, -1.1), Point(1, -1.0)), (Point(0, 0.95), Point(1, 0.2), Point(0.25, 0.55)),
        (Point(-1, -0.35), Point(-0.25, 0.55), Point(-1, 0.2)), (Point(0, -0.6), Point(-1, -1.0), Point(-0.15, -1.1)),
    ])
}
