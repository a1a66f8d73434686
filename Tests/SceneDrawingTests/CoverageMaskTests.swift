import SceneDrawing
import Testing

@Suite struct CoverageMaskTests {
    private static func isClose(_ left: Float, _ right: Double, _ tolerance: Double = 0.01) -> Bool {
        abs(Double(left) - right) <= tolerance
    }

    @Test(arguments: [
        (Outline.box(1.25, 2.5, 4.75, 6), 12.25), (.polygon(0, 0, 8, 0, 0, 8), 32), (.polygon(0, 0, 0, 8, 8, 0), 32),
        (.polygon(0.5, 0.5, 20.5, 3.5, 4.5, 4.5), 34),
        (Outline.box(0, 0, 8, 8).without(.box(2, 2, 4, 5)), 58), (Outline.box(0, 0, 4, 4).with(.box(2, 2, 6, 6)), 28),
        (Outline.box(-3, -3, 3, 3), 36),
    ])
    func `areas are exact`(outline: Outline, area: Double) {
        #expect(Self.isClose(CoverageMask(outline).area, area))
    }

    @Test func `a circle has the area of its polygon of 48 corners`() {
        let area = 24 * Turn.sine(1.0 / 48) * 100

        #expect(Self.isClose(CoverageMask(.circle(12.3, 11.7, 10)).area, area, 0.05))
    }

    @Test func `a pixel that is half covered says so`() {
        let mask = CoverageMask(.box(0, 0, 2, 1.5))

        #expect(mask[x: 0, y: 0] == 1)
        #expect(mask[x: 1, y: 1] == 0.5)
        #expect(mask[x: 2, y: 0] == 0)
        #expect(mask[x: -5, y: 90] == 0)
    }

    @Test func `nothing covers nothing`() {
        #expect(CoverageMask(Outline()).area == 0)
        #expect(CoverageMask(Outline()).values.isEmpty)
    }

    @Test func `a shadow keeps its area and moves`() {
        let mask = CoverageMask(.box(0, 0, 6, 6))
        let shadow = mask.shadow(movedBy: (x: 10, y: 0), radius: 2)

        #expect(Self.isClose(shadow.area, 36, 0.001))
        #expect(shadow[x: 13, y: 3] == 1)
        #expect(shadow[x: 3, y: 3] == 0)
    }

    @Test(arguments: [0.0, 0.1, 0.25, 0.4, 0.5, 0.77, 1, -0.3, 12.375]) func `sine and cosine make a unit vector`(
        turns: Double
    ) {
        let direction = Turn.direction(turns)

        #expect(abs(direction.length - 1) < 1e-11)
        #expect(abs(Turn.sine(turns) + Turn.sine(turns + 0.5)) < 1e-11)
    }
}
