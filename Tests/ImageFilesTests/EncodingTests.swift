import ImageFiles
import Imaging
import Testing

@Suite struct EncodingTests {
    @Test func `PNG gives back what went in`() throws {
        let opacity = (0..<37 * 29).map { UInt8(truncatingIfNeeded: $0 * 13) }
        let transparent = DecodedImage(bitmap: Sample.bitmap, alpha: opacity)
        let grey = (0..<37 * 29).map { UInt8(truncatingIfNeeded: $0 * 5) }

        let rgb = try DecodedImage(decoding: try Sample.bitmap.pngData(), name: "x")
        let rgba = try DecodedImage(decoding: try transparent.pngData(), name: "x")
        let read = try DecodedImage(
            decoding: try Bitmap.greyPNGData(width: 37, height: 29, samples: grey), name: "x")

        #expect(rgb == DecodedImage(bitmap: Sample.bitmap))
        #expect(rgba == transparent)
        #expect(read.bitmap.pixels == grey.flatMap { [$0, $0, $0] })
    }

    @Test(arguments: [(1, 60.0), (50, 12.0), (100, 4.0)])
    func `JPEG comes close, the closer the higher the quality`(quality: Int, tolerance: Double) throws {
        let pixels = (0..<64 * 48).flatMap { (pixel: Int) -> [UInt8] in
            [UInt8(pixel % 64 * 3), UInt8(pixel / 64 * 4), 128]
        }
        let smooth = Bitmap(width: 64, height: 48, pixels: pixels)

        let read = try Bitmap(decoding: try smooth.jpegData(quality: quality), name: "x")

        let difference = zip(read.pixels, pixels).map { abs(Int($0) - Int($1)) }.reduce(0, +)
        #expect(Double(difference) / Double(pixels.count) < tolerance)
    }

    @Test func `grey JPEG is grey`() throws {
        let samples = (0..<40 * 30).map { UInt8($0 % 40 * 6) }

        let read = try Bitmap(
            decoding: try Bitmap.greyJPEGData(width: 40, height: 30, samples: samples, quality: 95), name: "x")

        #expect((0..<1200).allSatisfy { read.pixels[3 * $0] == read.pixels[3 * $0 + 1] })
        #expect((0..<1200).allSatisfy { abs(Int(read.pixels[3 * $0]) - Int(samples[$0])) < 12 })
    }

    @Test func `a side too long for JPEG is refused`() {
        let long = Bitmap(width: 65_501, height: 1, color: .white)

        #expect(throws: ImageFileError.self) { try long.jpegData() }
        #expect(throws: Never.self) { try long.pngData() }
    }

    @Test(arguments: [
        (600, 400, 600, 400), (300, 200, 300, 200), (200, 200, 300, 200), (100, 60, 150, 100), (1, 1, 75, 50),
    ])
    func `JPEG is reduced by halves, never below the size asked for`(
        width: Int, height: Int, newWidth: Int, newHeight: Int
    ) throws {
        let jpeg = try Bitmap(width: 600, height: 400, color: RGBColor(red: 200, green: 100, blue: 50)).jpegData()

        let reduced = try Bitmap(
            decoding: jpeg, name: "x", options: .init(reducedJPEG: .init(width: width, height: height)))

        #expect(reduced.width == newWidth && reduced.height == newHeight)
        #expect(abs(Int(reduced.pixels[0]) - 200) < 4)
    }
}

@Suite struct ImageFileErrorTests {
    @Test(arguments: [
        (ImageFileError.noSuchInput(name: "x"), ImageFileError.Category.noSuchInput, "no_such_input"),
        (.noImages(folder: "x"), .noSuchInput, "no_images"),
        (.unreadable(name: "x", reason: "r"), .readFailure, "unreadable"),
        (.isFolder(name: "x"), .readFailure, "is_folder"),
        (.tooManyBytes(name: "x", limit: 1), .badData, "too_many_bytes"),
        (.empty(name: "x"), .badData, "empty"), (.notAnImage(name: "x", firstBytes: [0]), .badData, "not_an_image"),
        (.unsupportedFormat(name: "x", format: .gif), .badData, "unsupported"),
        (.unsupportedVariant(name: "x", format: .jpeg, reason: "r"), .badData, "unsupported"),
        (.truncated(name: "x", format: .png, reason: "r"), .badData, "truncated"),
        (.damaged(name: "x", format: .png, reason: "r"), .badData, "damaged"),
        (.tooManyPixels(name: "x", width: 1, height: 1, limit: 0), .badData, "too_many_pixels"),
        (.outOfMemory(name: "x"), .internalFailure, "out_of_memory"),
        (.notEncodable(format: .jpeg, reason: "r"), .internalFailure, "not_encodable"),
    ])
    func `each has its kind, its code and one sentence`(
        error: ImageFileError, category: ImageFileError.Category, code: String
    ) {
        #expect(error.category == category && error.code == code)
        #expect(!error.description.isEmpty && !error.description.contains("\n"))
    }
}
