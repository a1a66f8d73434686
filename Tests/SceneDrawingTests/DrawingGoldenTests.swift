import Imaging
import SceneDrawing
import Testing

/// Checksums of pictures somebody has looked at: a change of the drawing must be meant, and then raises
/// `SceneSeries.version`.
@Suite struct DrawingGoldenTests {
    private static let goldens: [(number: Int, side: Int, checksum: UInt32)] = [
        (0, 64, 1145245128),
        (1, 64, 3695573540),
        (2, 64, 4017082381),
        (3, 96, 3672422870),
        (4, 64, 2554671034),
        (5, 128, 3657787077),
        (6, 64, 3288214431),
        (7, 64, 3233024968),
        (8, 64, 1439106096),
        (9, 64, 3569845528),
    ]

    @Test func `scenes are drawn as they were when somebody looked at them`() {
        let series = SceneSeries(seed: 1)

        for golden in Self.goldens {
            let found = Self.checksum(series.scene(at: golden.number).bitmap(side: golden.side).pixels)
            #expect(found == golden.checksum, "scene \(golden.number) at \(golden.side): \(found)")
        }
    }

    @Test func `captions and questions are those of this version`() {
        let scene = SceneSeries(seed: 1).scene(at: 4)

        #expect(SceneSeries.version == 1)
        #expect(scene.caption == "a small pink bottle, a large blue flower and a large red house")
        #expect(
            scene.questions.map(\.text) == [
                "Is there a blue flower and a pink bottle?", "What color is the bottle?",
                "Is the blue flower above or below the pink bottle?", "Do you see a white object?",
                "Is there a pink bottle or a red house?", "What blue thing do you see?", "How big is the flower?",
            ])
    }

    @Test(arguments: [1, 7, 33, 200]) func `any size can be drawn`(side: Int) {
        let bitmap = SceneSeries(seed: 1).scene(at: 0).bitmap(side: side)

        #expect(bitmap.width == side && bitmap.height == side)
    }

    /// Adler-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }
}
