/// An area: closed contours of straight edges. Contours that add area run one way, holes the other, so that the sum of
/// signed areas over a pixel, held to 0…1, is its coverage.
package struct Outline: Sendable, Equatable {
    /// Closed contours; the last point joins the first.
    package private(set) var contours: [[Point]] = []

    package init() {}

    /// An outline of one contour.
    package init(_ contour: [Point]) { add(contour) }

    /// The area that any of those outlines covers.
    package init(union parts: [Outline]) { contours = parts.flatMap(\.contours) }

    /// Adds the area inside a contour, whichever way it runs.
    package mutating func add(_ contour: [Point]) { contours.append(Self.oriented(contour, positive: true)) }

    /// Takes the area inside a contour away; it must lie in area that was added once.
    package mutating func cut(_ contour: [Point]) { contours.append(Self.oriented(contour, positive: false)) }

    /// This outline without `hole`, which must lie inside it.
    package func without(_ hole: Outline) -> Outline {
        var result = self
        for contour in hole.contours { result.cut(contour) }
        return result
    }

    /// This outline and `other` together.
    package func with(_ other: Outline) -> Outline { Outline(union: [self, other]) }

    /// This outline where the placement puts it.
    package func placed(_ placement: Placement) -> Outline {
        let map = placement.map()
        var result = Outline()
        result.contours = contours.map { $0.map(map) }
        return result
    }

    /// This outline moved, and stretched along the axes (stretches above 0).
    package func moved(_ x: Double, _ y: Double, wide: Double = 1, high: Double = 1) -> Outline {
        var result = Outline()
        result.contours = contours.map { $0.map { Point($0.x * wide + x, $0.y * high + y) } }
        return result
    }

    /// The smallest box around all points; nil where there is none.
    package var bounds: (low: Point, high: Point)? {
        guard let first = contours.first?.first else { return nil }
        var low = first
        var high = first
        for contour in contours {
            for point in contour {
                low = Point(min(low.x, point.x), min(low.y, point.y))
                high = Point(max(high.x, point.x), max(high.y, point.y))
            }
        }
        return (low, high)
    }

    private static func oriented(_ contour: [Point], positive: Bool) -> [Point] {
        var twiceArea = 0.0
        for (index, point) in contour.enumerated() {
            let next = contour[(index + 1) % contour.count]
            twiceArea += point.x * next.y - next.x * point.y
        }
        return (twiceArea >= 0) == positive ? contour : contour.reversed()
    }
}
