extension Outline {
    /// A polygon of corner coordinates x, y, x, y, …
    package static func polygon(_ coordinates: Double...) -> Outline {
        precondition(coordinates.count % 2 == 0 && coordinates.count >= 6, "\(coordinates.count) coordinates")
        return Outline(
            stride(from: 0, to: coordinates.count, by: 2).map { Point(coordinates[$0], coordinates[$0 + 1]) })
    }

    /// A box with edges along the axes, corners rounded by `radius`.
    package static func box(
        _ left: Double, _ top: Double, _ right: Double, _ bottom: Double, radius: Double = 0
    ) -> Outline {
        guard radius > 0 else { return polygon(left, top, right, top, right, bottom, left, bottom) }
        let corners = [
            Point(right - radius, bottom - radius), Point(left + radius, bottom - radius),
            Point(left + radius, top + radius), Point(right - radius, top + radius),
        ]
        return Outline(
            corners.enumerated().flatMap { quarter, corner in
                arc(corner, radius, radius, from: Double(quarter) / 4, to: Double(quarter + 1) / 4)
            })
    }

    /// A circle.
    package static func circle(_ x: Double, _ y: Double, _ radius: Double) -> Outline {
        ellipse(x, y, radius, radius)
    }

    /// An ellipse with axes along x and y.
    package static func ellipse(_ x: Double, _ y: Double, _ wide: Double, _ high: Double) -> Outline {
        Outline(arc(Point(x, y), wide, high, from: 0, to: 1).dropLast())
    }

    /// The points of an elliptic arc, both ends included.
    package static func arc(
        _ center: Point, _ wide: Double, _ high: Double, from start: Double, to end: Double
    ) -> [Point] {
        let steps = max(3, Int((abs(end - start) * 48).rounded(.up)))
        return (0...steps).map { step in
            let direction = Turn.direction(start + (end - start) * Double(step) / Double(steps))
            return Point(center.x + wide * direction.x, center.y + high * direction.y)
        }
    }

    /// A regular polygon of that radius, one corner on top.
    package static func regular(_ corners: Int, radius: Double = 1) -> Outline {
        Outline((0..<corners).map { radius * Turn.direction(Double($0) / Double(corners) - 0.25) })
    }

    /// A star whose first point is on top; `inner` is the radius of its dents as a share of its own.
    package static func star(_ points: Int, inner: Double, radius: Double = 1) -> Outline {
        Outline(
            (0..<2 * points).map {
                ($0 % 2 == 0 ? radius : radius * inner) * Turn.direction(Double($0) / Double(2 * points) - 0.25)
            })
    }

    /// A line of that width through the points, its ends and bends round.
    package static func stroke(_ points: [Point], width: Double, isClosed: Bool = false) -> Outline {
        var outline = Outline()
        let half = width / 2
        let followers = isClosed ? points.dropFirst() + points.prefix(1) : points.dropFirst()
        for (from, to) in zip(points, followers) {
            let along = to - from
            guard along.length > 0 else { continue }
            let across = Point(-along.y * half / along.length, along.x * half / along.length)
            outline.add([from + across, to + across, to - across, from - across])
        }
        for point in points { outline.add(circle(point.x, point.y, half).contours[0]) }
        return outline
    }

    /// A closed curve: from each point to the next by a cubic with its two control points.
    ///
    /// - Parameter pieces: (end point, control after the former end, control before this end); the first piece starts
    ///   at the last one's end.
    package static func curve(_ pieces: [(end: Point, leaving: Point, arriving: Point)]) -> Outline {
        guard var from = pieces.last?.end else { return Outline() }
        var points: [Point] = []
        for piece in pieces {
            for step in 1...14 {
                let share = Double(step) / 14
                let first = from.toward(piece.leaving, share)
                let middle = piece.leaving.toward(piece.arriving, share)
                let last = piece.arriving.toward(piece.end, share)
                points.append(first.toward(middle, share).toward(middle.toward(last, share), share))
            }
            from = piece.end
        }
        return Outline(points)
    }
}
