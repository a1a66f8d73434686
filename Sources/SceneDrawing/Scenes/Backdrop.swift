import TensorEngine

/// What lies behind the objects.
package struct Backdrop: Sendable, Equatable {
    /// Its pattern.
    package enum Pattern: String, Sendable, CaseIterable {
        case plain, gradient, stripes, checks, dots, grain

        /// The word before "background".
        package var adjective: String {
            switch self {
            case .plain: "plain"
            case .gradient: "shaded"
            case .stripes: "striped"
            case .checks: "checked"
            case .dots: "dotted"
            case .grain: "grainy"
            }
        }
    }

    package let pattern: Pattern
    package let first: Ink
    package let second: Ink
    /// How the pattern is turned, in turns.
    let turns: Double
    /// The pattern's period, as a share of the side.
    let period: Double
    /// For the grain.
    let seed: UInt64

    /// A backdrop whose colours stand off from those inks as far as can be.
    init(against inks: [Ink], using generator: inout SeededGenerator) {
        pattern = generator.pick(Pattern.allCases)
        var best: (ground: Ink, distance: Float) = (.white, -1)
        for _ in 0..<100 where best.distance < 1 {
            let ground = Self.ground(using: &generator)
            let distance = inks.map { ground.difference(from: $0) }.min() ?? 3
            if distance > best.distance { best = (ground, distance) }
        }
        first = best.ground
        // The second tone goes away from the inks if it can, and never far.
        let options = [best.ground.lit(0.86), best.ground.mixed(with: .white, 0.3), best.ground.lit(0.92)]
        second =
            options.max { left, right in
                (inks.map { left.difference(from: $0) }.min() ?? 3)
                    < (inks.map { right.difference(from: $0) }.min() ?? 3)
            } ?? best.ground
        turns = generator.pick([0, 0.125, 0.25, 0.375, generator.unit()])
        period = generator.uniform(in: 0.14...0.3)
        seed = generator.next()
    }

    /// A colour of low or middling saturation.
    private static func ground(using generator: inout SeededGenerator) -> Ink {
        let value = Float(
            generator.happens(0.7) ? generator.uniform(in: 0.66...0.98) : generator.uniform(in: 0.16...0.5))
        let saturation = Float(generator.uniform(in: 0.05...0.5))
        let hue = generator.unit()
        func part(_ shift: Double) -> Float {
            value * (1 - saturation * (0.5 - 0.5 * Float(Turn.sine(hue + shift + 0.25))))
        }
        return Ink(part(0), part(-1.0 / 3), part(1.0 / 3))
    }

    /// Covers a canvas.
    func paint(on canvas: inout Canvas) {
        let side = Double(canvas.width)
        let along = Turn.direction(turns)
        let grain = pattern == .grain ? Grain(seed: seed) : nil
        canvas.paint { x, y in
            let place = Point((Double(x) + 0.5) / side - 0.5, (Double(y) + 0.5) / side - 0.5)
            let u = place.x * along.x + place.y * along.y
            let v = place.y * along.x - place.x * along.y
            return first.mixed(with: second, Float(share(u, v, grain)))
        }
    }

    /// How much of the second tone lies at a place, 0…1.
    private func share(_ u: Double, _ v: Double, _ grain: Grain?) -> Double {
        switch pattern {
        case .plain: return 0
        case .gradient: return min(max(u * 0.75 + 0.5, 0), 1)
        case .stripes: return Self.edge(Turn.sine(u / period))
        case .checks: return Self.edge(Turn.sine(u / period / 1.4) * Turn.sine(v / period / 1.4) * 3)
        case .dots:
            let (x, y) = (u / period - (u / period).rounded(), v / period - (v / period).rounded())
            return min(max((0.28 - (x * x + y * y).squareRoot()) * 10 + 0.5, 0), 1)
        case .grain: return grain?.value(u, v) ?? 0
        }
    }

    private static func edge(_ wave: Double) -> Double { min(max(wave * 2 + 0.5, 0), 1) }
}

/// Value noise: random heights on a lattice, smoothly joined, two octaves.
struct Grain: Sendable {
    private let heights: [Double]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        heights = (0..<256).map { _ in generator.unit() }
    }

    /// The noise at a place, 0…1.
    func value(_ x: Double, _ y: Double) -> Double {
        0.6 * octave(x * 7 + 32, y * 7 + 32) + 0.4 * octave(x * 17 + 64, y * 17 + 64)
    }

    private func octave(_ x: Double, _ y: Double) -> Double {
        let (column, row) = (Int(x), Int(y))
        let (u, v) = (Self.eased(x - Double(column)), Self.eased(y - Double(row)))
        func height(_ dx: Int, _ dy: Int) -> Double { heights[((row + dy) & 15) * 16 + (column + dx) & 15] }
        let upper = height(0, 0) + u * (height(1, 0) - height(0, 0))
        let lower = height(0, 1) + u * (height(1, 1) - height(0, 1))
        return upper + v * (lower - upper)
    }

    private static func eased(_ share: Double) -> Double { share * share * (3 - 2 * share) }
}
