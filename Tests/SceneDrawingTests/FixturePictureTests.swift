import Imaging
import SceneDrawing
import Testing

@Suite struct FixturePictureTests {
    @Test func `names are files and differ`() {
        let names = FixturePicture.all.map(\.name)

        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") })
    }

    @Test func `the red circle is red in the middle and white around`() throws {
        let bitmap = try #require(FixturePicture.all.first { $0.name == "red-circle.png" }).bitmap()

        #expect(bitmap[x: 64, y: 64].description == "#dd2e2e")
        #expect(bitmap[x: 2, y: 2] == .white)
    }
}
