import Foundation
import ImageFiles
import Imaging
import InterleavedData
import TensorEngine
import Testing

@Suite struct AugmentationTests {
    private let picture = DrawnPictures.bitmap(1, width: 30, height: 22)
    private let square = DrawnPictures.bitmap(2, width: 21, height: 21)

    /// Both halves in one go.
    private func varied(_ augmentation: Augmentation, _ image: DecodedImage, seed: UInt64 = 1) throws -> Bitmap {
        var generator = SeededGenerator(seed: seed)
        let source = augmentation.variedSource(image, using: &generator)
        return try augmentation.variedPrepared(source, using: &generator)
    }

    @Test(arguments: [
        Augmentation(), Augmentation(crop: .init(scale: 1...1, ratio: 30.0 / 22...30.0 / 22)),
        Augmentation(rotation: .init(degrees: 0)), Augmentation(background: .init()), Augmentation(color: .init()),
    ])
    func `settings that do nothing change no bit`(augmentation: Augmentation) throws {
        #expect(try varied(augmentation, DecodedImage(bitmap: picture)) == picture)
    }

    @Test func `transparency without a background lies over white`() throws {
        let image = DrawnPictures.transparent()

        #expect(try varied(Augmentation(), image) == image.flattened())
        #expect(
            try varied(Augmentation(background: .init(white: 1, uniform: 0, gradient: 0, noise: 0)), image)
                == image.flattened())
    }

    @Test func `the same generator gives the same picture, another one another`() throws {
        let all = Augmentation(
            crop: .init(scale: 0.3...0.9), rotation: .init(degrees: 30), background: .init(), jitter: 4, flip: 0.5,
            color: .init(brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.3))
        let image = DrawnPictures.transparent(side: 24)

        #expect(try varied(all, image, seed: 4) == varied(all, image, seed: 4))
        #expect(try varied(all, image, seed: 4) != varied(all, image, seed: 5))
    }

    @Test func `a flip mirrors columns, as often as asked`() throws {
        let flipped = try varied(Augmentation(flip: 1), DecodedImage(bitmap: picture))

        for (x, y) in [(0, 0), (7, 3), (29, 21)] { #expect(flipped[x: x, y: y] == picture[x: 29 - x, y: y]) }
        #expect(try varied(Augmentation(flip: 1), DecodedImage(bitmap: flipped)) == picture)
        let count = try (0..<400).count {
            try varied(Augmentation(flip: 0.25), DecodedImage(bitmap: picture), seed: UInt64($0)) == flipped
        }
        #expect((60...140).contains(count))
    }

    @Test(arguments: [(90.0, Orientation.turnedCounterclockwise), (-90, .turnedClockwise), (180, .halfTurned)])
    func `quarter turns are exact`(degrees: Double, orientation: Orientation) {
        let turned = DecodedImage(bitmap: square).rotated(degrees: degrees, fill: .black)

        #expect(turned.bitmap == square.turned(by: orientation))
    }

    @Test func `corners that come from outside are filled, or transparent`() {
        let fill = RGBColor(red: 10, green: 20, blue: 30)
        let opaque = DecodedImage(bitmap: square).rotated(degrees: 45, fill: fill)
        let clear = DecodedImage(bitmap: square, alpha: [UInt8](repeating: 255, count: 441))
            .rotated(degrees: 45, fill: fill)

        for (x, y) in [(0, 0), (20, 0), (0, 20), (20, 20)] { #expect(opaque.bitmap[x: x, y: y] == fill) }
        #expect(opaque.bitmap[x: 10, y: 10] == square[x: 10, y: 10] && opaque.alpha == nil)
        #expect(clear.alpha?[0] == 0 && clear.alpha?[10 * 21 + 10] == 255)
    }

    @Test func `angles stay within the setting, and reach both ways`() throws {
        // A bright point on the right of the middle tells the angle.
        var pixels = [UInt8](repeating: 0, count: 101 * 101 * 3)
        for channel in 0..<3 { pixels[(50 * 101 + 90) * 3 + channel] = 255 }
        let image = DecodedImage(bitmap: Bitmap(width: 101, height: 101, pixels: pixels))
        let heights = try (0..<60).map { seed in
            let turned = try varied(
                Augmentation(rotation: .init(degrees: 15, fill: FillColor(.black))), image, seed: UInt64(seed))
            return try #require(
                (0..<101).max { left, right in
                    Self.rowSum(turned, left) < Self.rowSum(turned, right)
                })
        }

        // 40·sin 15° = 10.4 rows.
        #expect(heights.allSatisfy { abs($0 - 50) <= 11 })
        #expect((heights.min() ?? 50) < 43 && (heights.max() ?? 50) > 57)
    }

    private static func rowSum(_ bitmap: Bitmap, _ row: Int) -> Int {
        bitmap.pixels[row * bitmap.width * 3..<(row + 1) * bitmap.width * 3].reduce(0) { $0 + Int($1) }
    }

    @Test func `boxes of a crop keep to share and proportion, and reach all corners`() {
        let crop = Augmentation.Crop(scale: 0.2...0.5, ratio: 0.5...2)
        var generator = SeededGenerator(seed: 9)
        let boxes = (0..<500).map { _ in crop.box(width: 200, height: 150, using: &generator) }

        for box in boxes {
            let share = Double(box.width * box.height) / 30000
            #expect(share > 0.19 && share < 0.51)
            #expect((0.48...2.05).contains(Double(box.width) / Double(box.height)))
            #expect(box.left >= 0 && box.top >= 0 && box.left + box.width <= 200 && box.top + box.height <= 150)
        }
        #expect(boxes.contains { $0.left < 10 && $0.top < 10 })
        #expect(boxes.contains { $0.left + $0.width > 190 && $0.top + $0.height > 140 })
    }

    @Test(arguments: [
        (400, 10, PixelBox(left: 193, top: 0, width: 13, height: 10)),
        (1, 1, PixelBox(left: 0, top: 0, width: 1, height: 1)),
    ])
    func `where no box fits it is the largest in the middle`(width: Int, height: Int, box: PixelBox) {
        var generator = SeededGenerator(seed: 1)

        #expect(Augmentation.Crop(scale: 1...1).box(width: width, height: height, using: &generator) == box)
    }

    @Test func `a crop takes the pixels of its box, transparency too`() {
        let box = PixelBox(left: 5, top: 2, width: 8, height: 11)
        let image = DrawnPictures.transparent()

        let cropped = image.cropped(to: box)

        #expect(cropped.bitmap.width == 8 && cropped.bitmap.height == 11)
        for (x, y) in [(0, 0), (7, 0), (3, 10), (2, 5)] {
            #expect(cropped.bitmap[x: x, y: y] == image.bitmap[x: x + 5, y: y + 2])
            #expect(cropped.alpha?[y * 8 + x] == image.alpha?[(y + 2) * 16 + x + 5])
        }
    }

    @Test func `jitter keeps the size, takes at most what is allowed, and may take nothing`() throws {
        var generator = SeededGenerator(seed: 2)
        let results = try (0..<80).map { _ in try picture.jittered(by: 3, using: &generator) }

        #expect(results.allSatisfy { $0.width == 30 && $0.height == 22 })
        #expect(results.contains(picture) && results.contains { $0 != picture })
        // Cropping 1 pixel off the left and top, back to size.
        let expected = try picture.cropped(to: PixelBox(left: 1, top: 1, width: 29, height: 21))
            .resized(width: 30, height: 22, filter: .bilinear)
        #expect(results.contains(expected))
        #expect(try DrawnPictures.bitmap(0, width: 1, height: 1).jittered(by: 9, using: &generator).width == 1)
    }

    @Test func `brightness scales, contrast spreads about the mean grey, saturation about each grey`() {
        let color = RGBColor(red: 100, green: 150, blue: 50)
        let bitmap = Bitmap(width: 3, height: 2, color: color)
        func recolored(_ change: ColorChange) -> RGBColor { bitmap.recolored(by: change)[x: 1, y: 1] }

        #expect(recolored(.init(brightness: 1.2)) == RGBColor(red: 120, green: 180, blue: 60))
        #expect(recolored(.init(brightness: 2)) == RGBColor(red: 200, green: 255, blue: 100))
        // The mean grey is 0.299·100 + 0.587·150 + 0.114·50 = 123.65.
        #expect(recolored(.init(contrast: 0.5)) == RGBColor(red: 112, green: 137, blue: 87))
        #expect(recolored(.init(saturation: 0)) == RGBColor(red: 124, green: 124, blue: 124))
        #expect(recolored(.init(contrast: 0)) == RGBColor(red: 124, green: 124, blue: 124))
    }

    @Test func `the hue turns about grey: a third of the circle exchanges the channels`() {
        let bitmap = Bitmap(width: 1, height: 1, color: RGBColor(red: 200, green: 90, blue: 30))
        let grey = Bitmap(width: 1, height: 1, color: RGBColor(red: 77, green: 77, blue: 77))

        #expect(bitmap.recolored(by: .init(hue: 1.0 / 3))[x: 0, y: 0] == RGBColor(red: 30, green: 200, blue: 90))
        #expect(bitmap.recolored(by: .init(hue: -1.0 / 3))[x: 0, y: 0] == RGBColor(red: 90, green: 30, blue: 200))
        #expect(grey.recolored(by: .init(saturation: 1.5, hue: 0.2)) == grey)
    }

    @Test func `drawn changes of colour keep to their amounts`() {
        var generator = SeededGenerator(seed: 3)
        let changes = (0..<300).map { _ in
            Augmentation.ColorJitter(brightness: 0.2, saturation: 0.4, hue: 0.1).drawn(using: &generator)
        }

        #expect(changes.allSatisfy { abs($0.brightness - 1) <= 0.2 && abs($0.saturation - 1) <= 0.4 })
        #expect(changes.allSatisfy { $0.contrast == 1 && abs($0.hue) <= 0.1 })
        #expect(changes.contains { $0.brightness > 1.15 } && changes.contains { $0.brightness < 0.85 })
    }

    @Test func `backgrounds are of the kinds that are asked for, under what is transparent alone`() throws {
        let image = DrawnPictures.transparent(side: 32)
        func ground(_ background: Augmentation.Background, _ seed: UInt64) throws -> Bitmap {
            try varied(Augmentation(background: background), image, seed: seed)
        }
        let uniform = try ground(.init(uniform: 1, gradient: 0, noise: 0), 1)
        let gradient = try ground(.init(uniform: 0, gradient: 1, noise: 0), 1)
        let noise = try (0..<8).map { try ground(.init(uniform: 0, gradient: 0, noise: 1), $0) }

        for result in [uniform, gradient] + noise {
            for (x, y) in [(31, 0), (20, 20), (0, 31)] { #expect(result[x: x, y: y] == image.bitmap[x: x, y: y]) }
        }
        #expect(uniform[x: 0, y: 0] == uniform[x: 15, y: 15] && uniform[x: 0, y: 0] != .white)
        #expect(gradient[x: 0, y: 0] != gradient[x: 15, y: 15])
        #expect(Set(noise.map { $0[x: 0, y: 0] }).count == 8 && Set((0..<16).map { noise[0][x: $0, y: 0] }).count > 1)
        let whites = try (0..<300).count { try ground(.init(white: 1), UInt64($0))[x: 0, y: 0] == .white }
        #expect((45...110).contains(whites))
    }

    @Test func `half transparency mixes`() {
        let image = DecodedImage(
            bitmap: Bitmap(width: 1, height: 1, color: RGBColor(red: 200, green: 0, blue: 100)), alpha: [51])
        let ground = Bitmap(width: 1, height: 1, color: RGBColor(red: 100, green: 50, blue: 100))

        #expect(image.flattened(over: ground)[x: 0, y: 0] == RGBColor(red: 120, green: 40, blue: 100))
    }

    @Test func `settings read back as they were written, also from few words`() throws {
        let all = Augmentation(
            crop: .init(scale: 0.5...1, ratio: 1...1), rotation: .init(degrees: 10, fill: FillColor(.black)),
            background: .init(white: 2), jitter: 8, flip: 0.5, color: .init(hue: 0.1))
        let read = try JSONDecoder().decode(Augmentation.self, from: JSONEncoder().encode(all))
        let short = try JSONDecoder().decode(
            Augmentation.self, from: Data(#"{"crop": {"scale": [0.5, 1]}, "rotation": {"degrees": 5}}"#.utf8))

        #expect(read == all)
        #expect(short == Augmentation(crop: .init(scale: 0.5...1), rotation: .init(degrees: 5)))
        #expect(try JSONDecoder().decode(Augmentation.self, from: Data("{}".utf8)) == Augmentation())
    }

    @Test(arguments: [
        (#"{"flips": 1}"#, "flips"), (#"{"crop": {"scales": [1, 1]}}"#, "crop.scales"),
        (#"{"crop": {"scale": [1]}}"#, "crop.scale"), (#"{"crop": {"scale": [1, 0.5]}}"#, "crop.scale"),
        (#"{"crop": {"scale": [0, 1]}}"#, "crop.scale"), (#"{"crop": {"ratio": [0, 1]}}"#, "crop.ratio"),
        (#"{"rotation": {"degrees": -1}}"#, "rotation.degrees"),
        (#"{"rotation": {"degrees": 1, "fill": "mauve"}}"#, "rotation.fill"), (#"{"jitter": -1}"#, "jitter"),
        (#"{"crop": {"ratio": [1, 1e300]}}"#, "crop.ratio"), (#"{"jitter": 9000000000000000000}"#, "jitter"),
        (#"{"flip": 1.5}"#, "flip"), (#"{"color": {"contrast": 2}}"#, "color.contrast"),
        (#"{"color": {"hue": 0.6}}"#, "color.hue"), (#"{"background": {"white": 0}}"#, "background"),
        (#"{"background": {"noise": -1, "white": 3}}"#, "background"),
    ])
    func `senseless settings are refused by name`(text: String, key: String) throws {
        #expect {
            try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8))
        } throws: { error in
            (error as? AugmentationError)?.key == key && "\(error)".contains(key)
        }
    }
}
