extension Kind {
    /// The drawing of an everyday thing.
    var silhouette: [Layer] {
        switch self {
        case .house, .car, .boat, .rocket: vehicleOrBuilding
        case .tree, .flower, .mushroom, .apple, .fish: living
        case .sun, .moon, .cloud: sky
        default: household
        }
    }

    private static func base(_ parts: Outline...) -> Layer { Layer(outline: Outline(union: parts), tone: .base) }
    private static func detail(_ parts: Outline...) -> Layer { Layer(outline: Outline(union: parts), tone: .detail) }

    private var vehicleOrBuilding: [Layer] {
        switch self {
        case .house:
            [
                Self.base(
                    .box(-0.72, -0.15, 0.72, 0.92), .box(0.38, -0.85, 0.6, -0.2)),
                Self.detail(.polygon(0, -0.98, 1, -0.08, -1, -0.08), .box(-0.18, 0.34, 0.2, 0.92)),
                Self.detail(.box(-0.56, 0.14, -0.3, 0.4), .box(0.32, 0.14, 0.58, 0.4)),
            ]
        case .car:
            [
                Self.base(
                    .box(-1, -0.08, 1, 0.46, radius: 0.16), .polygon(-0.62, 0, -0.36, -0.52, 0.34, -0.52, 0.66, 0)),
                Self.detail(
                    .polygon(-0.42, -0.04, -0.26, -0.4, -0.06, -0.4, -0.06, -0.04),
                    .polygon(0.06, -0.04, 0.06, -0.4, 0.26, -0.4, 0.44, -0.04)),
                Self.detail(.circle(-0.52, 0.46, 0.26), .circle(0.52, 0.46, 0.26)),
                Self.base(.circle(-0.52, 0.46, 0.1), .circle(0.52, 0.46, 0.1)),
            ]
        case .boat:
            [
                Self.base(.polygon(-1, 0.36, 1, 0.36, 0.66, 0.88, -0.66, 0.88)),
                Self.detail(.box(-0.06, -0.96, 0.06, 0.36)),
                Self.base(
                    .polygon(0.12, -0.86, 0.86, 0.22, 0.12, 0.22), .polygon(-0.12, -0.6, -0.12, 0.22, -0.7, 0.22)),
            ]
        default:
            [
                Self.detail(.polygon(-0.3, 0.2, -0.66, 0.86, -0.22, 0.66), .polygon(0.3, 0.2, 0.66, 0.86, 0.22, 0.66)),
                Self.base(
                    .curve([
                        (Point(0.3, 0.7), Point(0.45, -0.6), Point(0.5, 0.2)),
                        (Point(-0.3, 0.7), Point(0, 0.7), Point(0, 0.7)),
                        (Point(0, -1), Point(-0.5, 0.2), Point(-0.45, -0.6)),
                    ])),
                Self.detail(.circle(0, -0.2, 0.19), .polygon(-0.16, 0.7, 0.16, 0.7, 0, 1)),
            ]
        }
    }

    private var living: [Layer] {
        switch self {
        case .tree:
            [
                Self.detail(.box(-0.14, 0.3, 0.14, 0.98)),
                Self.base(
                    .circle(0, -0.5, 0.48), .circle(-0.42, -0.05, 0.46), .circle(0.42, -0.05, 0.46), .circle(0, 0, 0.45)
                ),
            ]
        case .flower:
            [
                Self.detail(.stroke([Point(0, 0), Point(0, 0.98)], width: 0.14), .ellipse(0.3, 0.66, 0.28, 0.13)),
                Self.base(petals),
                Self.detail(.circle(0, -0.36, 0.2)),
            ]
        case .mushroom:
            [
                Self.detail(.box(-0.28, -0.1, 0.28, 0.94, radius: 0.16)),
                Self.base(Outline(Outline.arc(Point(0, 0.1), 1, 1, from: 0.5, to: 1))),
                Self.detail(.circle(0, -0.5, 0.17), .circle(-0.5, -0.18, 0.13), .circle(0.5, -0.18, 0.13)),
            ]
        case .apple:
            [
                Self.base(.circle(-0.34, 0.2, 0.56), .circle(0.34, 0.2, 0.56), .ellipse(0, 0.4, 0.6, 0.54)),
                Self.detail(
                    .stroke([Point(0, -0.26), Point(0.04, -0.56), Point(0.16, -0.88)], width: 0.13),
                    Outline.ellipse(0, 0, 0.3, 0.14).placed(
                        Placement(center: Point(0.42, -0.62), scale: 1, turns: -0.08))),
            ]
        default:
            [
                Self.base(
                    .curve([
                        (Point(-1, 0), Point(0.2, 0.7), Point(-0.75, 0.6)),
                        (Point(0.55, 0), Point(-0.75, -0.6), Point(0.2, -0.7)),
                    ]), .polygon(0.4, 0, 1, -0.56, 0.86, 0, 1, 0.56)),
                Self.detail(.circle(-0.62, -0.1, 0.11), .polygon(-0.16, -0.06, 0.2, -0.06, 0.1, 0.28)),
            ]
        }
    }

    private var petals: Outline {
        Outline(
            union: (0..<6).map { petal in
                let place = 0.38 * Turn.direction(Double(petal) / 6 + 0.25)
                return .circle(place.x, place.y - 0.36, 0.25)
            })
    }

    private var sky: [Layer] {
        switch self {
        case .sun:
            [
                Self.base(
                    Outline(
                        union: (0..<8).map { ray in
                            let direction = Turn.direction(Double(ray) / 8)
                            return .stroke([0.74 * direction, 0.92 * direction], width: 0.16)
                        }), .circle(0, 0, 0.54))
            ]
        case .moon:
            [
                Self.base(
                    Outline(
                        Outline.arc(Point(0.1, 0), 0.96, 0.96, from: 0.13, to: 0.87)
                            + Outline.arc(Point(0.5, 0), 0.72, 0.72, from: 0.76, to: 0.24).dropFirst().dropLast()))
            ]
        default:
            [
                Self.base(
                    .circle(-0.52, 0.16, 0.42), .circle(-0.06, -0.16, 0.52), .circle(0.5, 0.1, 0.46),
                    .box(-0.56, 0.1, 0.56, 0.58, radius: 0.1))
            ]
        }
    }

    private var household: [Layer] {
        switch self {
        case .cup:
            [
                Self.base(
                    .polygon(-0.78, -0.66, 0.42, -0.66, 0.3, 0.8, -0.66, 0.8),
                    .stroke(
                        Outline.arc(Point(0.44, -0.02), 0.42, 0.4, from: -0.25, to: 0.25), width: 0.18)),
                Self.detail(.ellipse(-0.18, -0.66, 0.6, 0.16)),
            ]
        case .key:
            [
                Self.base(
                    Outline.circle(-0.56, 0, 0.44).without(.circle(-0.62, 0, 0.19)), .box(-0.2, -0.11, 1, 0.11),
                    .box(0.78, 0, 0.97, 0.44), .box(0.46, 0, 0.64, 0.36))
            ]
        case .umbrella:
            [
                Self.detail(
                    .stroke(
                        [Point(0, -0.9), Point(0, 0.72)] + Outline.arc(Point(0.2, 0.72), 0.2, 0.2, from: 0.5, to: 0),
                        width: 0.13)),
                Self.base(canopy),
            ]
        case .bell:
            [
                Self.detail(.circle(0, 0.76, 0.2), .circle(0, -0.84, 0.14)),
                Self.base(
                    .curve([
                        (Point(0.5, 0.1), Point(0.42, -0.8), Point(0.48, -0.4)),
                        (Point(0.86, 0.68), Point(0.52, 0.4), Point(0.7, 0.5)),
                        (Point(-0.86, 0.68), Point(0.3, 0.68), Point(-0.3, 0.68)),
                        (Point(-0.5, 0.1), Point(-0.7, 0.5), Point(-0.52, 0.4)),
                        (Point(0, -0.8), Point(-0.48, -0.4), Point(-0.42, -0.8)),
                    ])),
            ]
        case .hat:
            [
                Self.base(.polygon(-0.5, -0.7, 0.5, -0.7, 0.56, 0.5, -0.56, 0.5), .ellipse(0, 0.5, 1, 0.24)),
                Self.detail(.polygon(-0.545, 0.16, 0.545, 0.16, 0.555, 0.42, -0.555, 0.42)),
            ]
        case .bottle:
            [
                Self.base(
                    .box(-0.44, -0.2, 0.44, 0.98, radius: 0.12),
                    .polygon(-0.17, -0.78, 0.17, -0.78, 0.43, -0.1, -0.43, -0.1),
                    .box(-0.17, -0.86, 0.17, -0.4)),
                Self.detail(.box(-0.44, 0.14, 0.44, 0.62), .box(-0.2, -0.98, 0.2, -0.8)),
            ]
        case .chair:
            [
                Self.base(
                    .box(-0.62, -0.96, -0.42, 0.96), .box(-0.62, 0.02, 0.62, 0.24), .box(0.42, 0.1, 0.62, 0.96)),
                Self.base(.box(-0.62, -0.96, -0.26, -0.2)),
            ]
        default:
            [
                Self.base(
                    .box(-0.56, -0.98, -0.38, 0.98), .box(0.38, -0.98, 0.56, 0.98),
                    .box(-0.4, -0.76, 0.4, -0.6), .box(-0.4, -0.32, 0.4, -0.16), .box(-0.4, 0.12, 0.4, 0.28),
                    .box(-0.4, 0.56, 0.4, 0.72))
            ]
        }
    }

    /// The umbrella's roof: a half disc whose lower rim is three arches.
    private var canopy: Outline {
        var rim = Outline.arc(Point(0, 0), 1, 0.92, from: 0.5, to: 1)
        for arch in [0.667, 0.0, -0.667] { rim += Outline.arc(Point(arch, 0), 0.333, 0.18, from: 1, to: 0.5) }
        return Outline(rim)
    }
}
