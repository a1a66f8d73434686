extension FixturePicture {
    /// A copper coin.
    static let coin = FixturePicture("coin.jpg", "a copper 5 cent coin on a light table") { sketch in
        sketch.ground(0xD8D4CC)
        let disc = Outline.circle(0, 0, 0.86)
        sketch.shadow(disc)
        sketch.shade(disc, from: 0xC08A62, to: 0x6E4128)
        sketch.shade(.circle(0, 0, 0.78), from: 0x7A4A30, to: 0xB07A54)
        sketch.shade(.circle(0, 0, 0.75), from: 0xA86F4A, to: 0x8A5436)
        for point in 0..<12 {
            let place = 0.64 * Turn.direction(Double(point) / 12)
            sketch.fill(Outline.star(5, inner: 0.4, radius: 0.075).moved(place.x, place.y), 0x7A4A30)
        }
        sketch.write("5", at: Point(-0.2, -0.04), high: 0.8, 0x5E3822)
        sketch.write("5", at: Point(-0.22, -0.06), high: 0.8, 0xC89A74)
        sketch.write("CENT", at: Point(0.36, 0.3), high: 0.15, weight: 0.18, 0x5E3822)
    }

    /// A pair of blue trousers, laid out.
    static let trousers = FixturePicture("trousers.jpg", "a pair of blue trousers on a wooden floor", height: 160) {
        sketch in
        woodenFloor(&sketch)
        let legs = Outline.polygon(
            -0.52, -1.05, 0.52, -1.05, 0.6, -0.6, 0.62, 1.08, 0.16, 1.1, 0.02, -0.3, -0.02, -0.3, -0.16, 1.1, -0.62,
            1.08,
            -0.6, -0.6)
        sketch.shadow(legs)
        sketch.shade(legs, from: 0x4F74A8, to: 0x2B4670)
        sketch.fill(.box(-0.52, -1.05, 0.52, -0.93), 0x2C4468)
        for x in [-0.38, 0.0, 0.38] { sketch.fill(.box(x - 0.03, -1.07, x + 0.03, -0.9), 0x3C5C8C) }
        sketch.fill(.stroke([Point(0, -0.93), Point(0, -0.32)], width: 0.025), 0x22385A)
        for side in [-1.0, 1.0] {
            sketch.fill(
                .stroke([Point(side * 0.26, -0.9), Point(side * 0.4, -0.7), Point(side * 0.55, -0.68)], width: 0.025),
                0x22385A)
            sketch.fill(
                .stroke([Point(side * 0.33, -0.5), Point(side * 0.38, 0.95)], width: 0.03), 0x6E90C0, opacity: 0.5)
        }
    }

    /// A T-shirt, laid out.
    static let shirt = FixturePicture("t-shirt.jpg", "a green T-shirt with a star on a patterned cloth") { sketch in
        sketch.ground(0xC9B08A)
        for row in -5...5 {
            for column in -5...5 {
                let shift = row % 2 == 0 ? 0.0 : 0.11
                sketch.fill(
                    Outline.regular(4, radius: 0.06).moved(Double(column) * 0.22 + shift, Double(row) * 0.2), 0xA98B60)
            }
        }
        let shirt = Outline.polygon(
            -0.34, -0.72, -0.2, -0.62, 0, -0.58, 0.2, -0.62, 0.34, -0.72, 0.9, -0.34, 0.7, 0.02, 0.5, -0.12, 0.52, 0.78,
            -0.52, 0.78, -0.5, -0.12, -0.7, 0.02, -0.9, -0.34)
        sketch.shadow(shirt)
        sketch.shade(shirt, from: 0x7CBF6A, to: 0x4B8A45)
        sketch.fill(
            .stroke(
                [Point(-0.3, -0.7), Point(-0.18, -0.58), Point(0, -0.54), Point(0.18, -0.58), Point(0.3, -0.7)],
                width: 0.05), 0x3A6E38)
        sketch.fill(Outline.star(5, inner: 0.42, radius: 0.26).moved(0, 0.12), 0xF4E9C0)
    }

    /// An open hand, five fingers up.
    static let hand = FixturePicture("hand-five.jpg", "an open hand with five fingers before a grey wall") { sketch in
        let center = 64
        sketch.canvas.paint { x, y in
            let distance = Float((x - center) * (x - center) + (y - center) * (y - center)) / 8192
            return Ink(0xC9C8CE).lit(1 - 0.45 * distance)
        }
        var parts: [Outline] = [
            .box(-0.3, -0.02, 0.34, 0.66, radius: 0.22),
            .polygon(-0.2, 0.5, 0.24, 0.5, 0.2, 1.1, -0.2, 1.1),
            .stroke([Point(-0.16, 0.5), Point(-0.46, 0.18), Point(-0.66, -0.06)], width: 0.17),
        ]
        for (base, tip) in [
            (Point(-0.2, 0.1), Point(-0.34, -0.66)), (Point(-0.03, 0.08), Point(-0.08, -0.82)),
            (Point(0.13, 0.08), Point(0.2, -0.74)), (Point(0.26, 0.14), Point(0.44, -0.46)),
        ] { parts.append(.stroke([base, tip], width: 0.17)) }
        let hand = Outline(union: parts)
        sketch.shade(hand, from: 0xC79A7C, to: 0x8A6048)
        sketch.fill(
            .stroke([Point(-0.2, 0.3), Point(0.05, 0.24), Point(0.28, 0.2)], width: 0.02), 0x7A5440, opacity: 0.6)
        sketch.fill(
            .stroke([Point(-0.14, 0.12), Point(-0.04, 0.36), Point(-0.06, 0.58)], width: 0.02), 0x7A5440, opacity: 0.6)
    }

    /// A playing card.
    static let playingCard = FixturePicture("playing-card.png", "a playing card, the seven of hearts", height: 176) {
        sketch in
        sketch.ground(0x2F6B4A)
        let card = Outline.box(-0.82, -1.2, 0.82, 1.2, radius: 0.12)
        sketch.shadow(card)
        sketch.fill(card, 0xFBFAF5)
        for (x, y) in [
            (-0.32, -0.72), (0.32, -0.72), (-0.32, 0), (0.32, 0), (-0.32, 0.72), (0.32, 0.72), (0, -0.36),
        ] { sketch.fill(Kind.heartOutline.placed(Placement(center: Point(x, y), scale: 0.19)), 0xCC2233) }
        for (place, turns) in [(Point(-0.66, -1.0), 0.0), (Point(0.66, 1.0), 0.5)] {
            sketch.write("7", at: place, high: 0.22, turns: turns, 0xCC2233)
        }
    }

    private static func woodenFloor(_ sketch: inout Sketch) {
        sketch.ground(0x9C7148)
        for (board, tone) in [0xA87B50, 0x8E6540, 0xA27649, 0x936A42, 0xAC8054].enumerated() {
            let left = -1.25 + Double(board) * 0.5
            sketch.fill(.box(left, -1.3, left + 0.48, 1.3), UInt32(tone))
        }
    }
}
