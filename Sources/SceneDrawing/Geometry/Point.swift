/// A place or a direction in a drawing; x grows to the right, y downwards.
package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    /// The distance from the origin.
    package var length: Double { (x * x + y * y).squareRoot() }

    package static func + (left: Point, right: Point) -> Point { Point(left.x + right.x, left.y + right.y) }
    package static func - (left: Point, right: Point) -> Point { Point(left.x - right.x, left.y - right.y) }
    package static func * (scale: Double, point: Point) -> Point { Point(scale * point.x, scale * point.y) }

    /// The point that lies `share` of the way to `other`.
    package func toward(_ other: Point, _ share: Double) -> Point { self + share * (other - self) }
}
