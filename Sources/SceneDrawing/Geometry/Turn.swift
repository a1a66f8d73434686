/// An angle in whole turns, clockwise as y grows downwards; 0 points to the right.
///
/// Sine and cosine are our own polynomials and not the platform's: the same seed must give the same pixels everywhere.
package enum Turn {
    /// The unit vector in that direction.
    ///
    ///     Turn.direction(0.25)   // (0, 1): straight down
    package static func direction(_ turns: Double) -> Point { Point(sine(turns + 0.25), sine(turns)) }

    /// sin(2π · turns): reduced to a quarter turn, then Taylor's series to the 15th power (error below 1e-11).
    package static func sine(_ turns: Double) -> Double {
        var reduced = turns - turns.rounded()  // -0.5...0.5
        if reduced > 0.25 { reduced = 0.5 - reduced } else if reduced < -0.25 { reduced = -0.5 - reduced }
        let angle = 2 * Double.pi * reduced
        let square = angle * angle
        var sum = 0.0
        for power in stride(from: 15.0, through: 3.0, by: -2.0) {
            sum = -square / (power * (power - 1)) * (1 + sum)
        }
        return angle * (1 + sum)
    }
}
