/// Where an outline goes: scaled, turned about the origin, then moved.
package struct Placement: Sendable, Equatable {
    /// Where the origin goes.
    package var center: Point
    /// The length of 1.
    package var scale: Double
    /// Clockwise, in turns.
    package var turns: Double

    package init(center: Point, scale: Double, turns: Double = 0) {
        self.center = center
        self.scale = scale
        self.turns = turns
    }

    /// The map of this placement, its sine and cosine computed once.
    package func map() -> (Point) -> Point {
        let right = Turn.direction(turns)
        return { [center, scale] point in
            Point(
                center.x + scale * (point.x * right.x - point.y * right.y),
                center.y + scale * (point.x * right.y + point.y * right.x))
        }
    }
}
