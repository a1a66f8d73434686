import Imaging
import SceneDrawing
import Testing

/// Checksums of pictures somebody has looked at: a change of the drawing must be meant, and then raises
/// `SceneSeries.version`.
@Suite struct DrawingGoldenTests {
    private static let goldens: [(number: Int, side: Int, checksum: UInt32)] = [
        (0, 64, 0),
        (1, 64, 0),
        (2, 64, 0),
        (3, 96, 0),
        (4, 64, 0),
        (5, 128, 0),
        (6, 64, 0),
        (7, 64, 0),
        (8, 64, 0),
        (9, 64, 0),
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
        #expect(scene.caption == "")
        #expect(scene.questions.map(\.text) == [])
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
