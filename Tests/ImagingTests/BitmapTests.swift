import Imaging
import Testing

@Suite struct BitmapTests {
    private let picture = testPicture(width: 70, height: 41, seed: 3)

    @Test(arguments: Orientation.allCases)
    func `turns as EXIF says`(orientation: Orientation) {
        let turned = picture.turned(by: orientation)

        for (x, y) in [(0, 0), (69, 0), (0, 40), (69, 40), (33, 17)] {
            let place =
                switch orientation {
                case .upright: (x, y)
                case .mirrored: (69 - x, y)
                case .halfTurned: (69 - x, 40 - y)
                case .flipped: (x, 40 - y)
                case .transposed: (y, x)
                case .turnedClockwise: (40 - y, x)
                case .transverse: (40 - y, 69 - x)
                case .turnedCounterclockwise: (y, 69 - x)
                }
            #expect(turned[x: place.0, y: place.1] == picture[x: x, y: y])
        }
        #expect(turned.width == (orientation.swapsSides ? 41 : 70))
    }

    @Test(arguments: Orientation.allCases)
    func `transparency turns with the colours`(orientation: Orientation) {
        let image = DecodedImage(bitmap: picture, alpha: (0..<70 * 41).map { picture.pixels[3 * $0] })

        let turned = image.turned(by: orientation)

        #expect(turned.alpha == (0..<70 * 41).map { turned.bitmap.pixels[3 * $0] })
    }

    /// Against the formula in real numbers: Pillow's integers are within one half, and the ends exact.
    @Test func `lays over a colour`() {
        let combinations = (0...255).flatMap { alpha in (0...255).map { (alpha: alpha, stored: $0) } }
        let bitmap = Bitmap(
            width: 256, height: 256, pixels: combinations.flatMap { [UInt8($0.stored), UInt8($0.stored), 7] })
        let image = DecodedImage(bitmap: bitmap, alpha: combinations.map { UInt8($0.alpha) })

        let flat = image.flattened(.over(RGBColor(red: 255, green: 0, blue: 7)))

        for (pixel, (alpha, stored)) in combinations.enumerated() {
            let over = Double(alpha * stored) / 255
            #expect(abs(Double(flat.pixels[3 * pixel]) - (over + Double(255 - alpha))) <= 0.502)
            #expect(abs(Double(flat.pixels[3 * pixel + 1]) - over) <= 0.502)
            #expect(flat.pixels[3 * pixel + 2] == 7)
        }
        #expect(image.flattened(.drop) == bitmap)
    }

    @Test func `a picture without transparency is itself`() {
        #expect(DecodedImage(bitmap: picture).flattened(.over(.black)) == picture)
    }

    @Test func `knows the words of the command line`() {
        #expect(AlphaTreatment(argument: "white") == .over(.white))
        #expect(AlphaTreatment(argument: "drop") == .drop)
        #expect(AlphaTreatment(argument: "#ff8000") == .over(RGBColor(red: 255, green: 128, blue: 0)))
        for wrong in ["", "black", "#ff800", "#ff80000", "ff8000", "#gg0000", "#+f8000", "#ff80é"] {
            #expect(AlphaTreatment(argument: wrong) == nil)
        }
        #expect(RGBColor(red: 1, green: 2, blue: 255).description == "#0102ff")
    }

    @Test func `fills with a colour`() {
        let filled = Bitmap(width: 3, height: 2, color: RGBColor(red: 1, green: 2, blue: 3))

        #expect(filled.pixels == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
    }

    @Test(arguments: [(4, 4), (5, 4), (4, 5), (9, 3), (3, 9), (10, 10), (1, 1), (41, 70), (70, 41)])
    func `cuts the middle`(height: Int, width: Int) {
        let small = testPicture(width: 5, height: 4, seed: 9)

        let cut = small.centerCropped(height: height, width: width)

        #expect(cut.height == height && cut.width == width)
        // transformers' test of the same: the middle pixels survive.
        let top = height >= 4 ? (height - 4 + 1) / 2 : 0
        let left = width >= 5 ? (width - 5 + 1) / 2 : 0
        let sourceTop = height < 4 ? (4 - height) / 2 : 0
        let sourceLeft = width < 5 ? (5 - width) / 2 : 0
        #expect(cut[x: left, y: top] == small[x: sourceLeft, y: sourceTop])
    }

    @Test func `joins batches of one size only`() {
        let one = PixelBatch(batch: 1, height: 1, width: 1, values: [1, 2, 3])
        let other = PixelBatch(batch: 1, height: 1, width: 2, values: [1, 2, 3, 4, 5, 6])

        #expect(PixelBatch(joining: [one, one])?.shape == [2, 3, 1, 1])
        #expect(PixelBatch(joining: [one, other]) == nil)
        #expect(PixelBatch(joining: []) == nil)
    }
}
