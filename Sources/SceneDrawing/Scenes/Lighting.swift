import TensorEngine

/// How a scene is lit and recorded.
package struct Lighting: Sendable, Equatable {
    /// Light falls off across the picture by this share, to either side.
    let slope: Double
    /// Where the light comes from, in turns.
    let turns: Double
    /// How much darker the corners are.
    let vignette: Double
    /// How dark shadows are; 0 for none.
    let shadow: Double
    /// How much lighter objects are above than below.
    let roundness: Double
    /// The sensor noise's standard deviation, in 0…1.
    let noise: Double
    /// For the noise.
    let seed: UInt64

    init(using generator: inout SeededGenerator) {
        slope = generator.happens(0.6) ? generator.uniform(in: 0.02...0.13) : 0
        turns = generator.unit()
        vignette = generator.happens(0.3) ? generator.uniform(in: 0.05...0.22) : 0
        shadow = generator.happens(0.5) ? generator.uniform(in: 0.15...0.4) : 0
        roundness = generator.happens(0.5) ? generator.uniform(in: 0.04...0.12) : 0
        noise = generator.happens(0.5) ? generator.uniform(in: 0.004...0.028) : 0
        seed = generator.next()
    }

    /// Lets light fall on the picture, then records it.
    func apply(to canvas: inout Canvas) {
        if slope > 0 || vignette > 0 {
            let (wide, high) = (Double(canvas.width), Double(canvas.height))
            let from = Turn.direction(turns)
            canvas.light { x, y in
                let place = Point((Double(x) + 0.5) / wide * 2 - 1, (Double(y) + 0.5) / high * 2 - 1)
                let falling = slope * (place.x * from.x + place.y * from.y)
                let corner = vignette * (place.x * place.x + place.y * place.y) / 2
                return Float(1 + falling * 0.7 - corner)
            }
        }
        guard noise > 0 else { return }
        var generator = SeededGenerator(seed: seed)
        let scale = Float(noise) * 1.732 / 65_536
        canvas.paint { _, _, ink in
            // Sums of four 16-bit uniform numbers are near enough to normal; their deviation is 65536 / √3.
            Ink(
                ink.red + scale * Self.sum(generator.next()), ink.green + scale * Self.sum(generator.next()),
                ink.blue + scale * Self.sum(generator.next()))
        }
    }

    private static func sum(_ bits: UInt64) -> Float {
        Float(bits & 0xFFFF) + Float(bits >> 16 & 0xFFFF) + Float(bits >> 32 & 0xFFFF) + Float(bits >> 48) - 131_070
    }
}
