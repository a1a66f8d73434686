import Foundation
import ImageFiles
import Imaging
import Testing

/// Pictures and blocks of bytes that the tests damage.
enum Sample {
    static let bitmap = Bitmap(
        width: 37, height: 29, pixels: (0..<37 * 29 * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 + $0) })

    static func png() throws -> [UInt8] { try bitmap.pngData() }
    static func jpeg() throws -> [UInt8] { try bitmap.jpegData(quality: 90) }

    /// A PNG header alone, with its checksum, and the end of the file.
    static func pngHeader(width: UInt32, height: UInt32) -> [UInt8] {
        func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
            let body = Array(name.utf8) + data
            return bigEndian(UInt32(data.count)) + body + bigEndian(checksum(body))
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]) + chunk("IDAT", [0x78, 0x9C])
    }

    /// Start and frame header of a JPEG file of that size, no more.
    static func jpegHeader(width: UInt16, height: UInt16) -> [UInt8] {
        let size = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
        return [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8] + size + [1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0]
    }
}

@Suite struct DamagedFileTests {
    private func code(of bytes: [UInt8], options: ImageDecodingOptions = .init()) -> String? {
        do {
            _ = try DecodedImage(decoding: bytes, name: "x", options: options)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `an empty file`() {
        #expect(throws: ImageFileError.empty(name: "x")) { try Bitmap(decoding: [], name: "x") }
    }

    @Test func `a PNG file cut off anywhere`() throws {
        let whole = try Sample.png()

        let codes = Set((2..<whole.count).map { code(of: Array(whole.prefix($0))) })

        #expect(codes == ["truncated"])
        #expect(code(of: whole) == nil)
    }

    @Test func `a JPEG file cut off anywhere`() throws {
        let whole = try Sample.jpeg()

        let codes = Set((2..<whole.count).map { code(of: Array(whole.prefix($0))) })

        #expect(codes == ["truncated"])
        #expect(code(of: whole) == nil)
    }

    @Test(arguments: DecodingCase.committed.enumerated().filter { $0.offset % 4 == 0 }.map(\.element))
    func `no fixture decodes without its last byte`(example: DecodingCase) throws {
        let bytes = Array(try Data(contentsOf: example.file))

        #expect(["truncated", "damaged"].contains(code(of: bytes.dropLast())))
        #expect(["truncated", "damaged"].contains(code(of: Array(bytes.prefix(bytes.count / 2)))))
    }

    @Test func `a JPEG file cut off in its data and closed with an end marker`() throws {
        let whole = try Sample.jpeg()

        #expect(code(of: whole.dropLast(200) + [0xFF, 0xD9]) == "damaged")
    }

    @Test func `bytes behind the picture do no harm`() throws {
        let png = try Sample.png()
        let jpeg = try Sample.jpeg()

        #expect(try Bitmap(decoding: png + [1, 2, 3], name: "x") == Sample.bitmap)
        #expect(try Bitmap(decoding: jpeg + [1, 2, 3], name: "x") == Bitmap(decoding: jpeg, name: "x"))
    }

    @Test func `stray bytes between JPEG segments do no harm`() throws {
        let jpeg = try Sample.jpeg()
        let stray = jpeg[..<20] + [0, 1, 2, 3] + jpeg[20...]  // behind the 18 bytes of the first segment

        #expect(try Bitmap(decoding: Array(stray), name: "x") == Bitmap(decoding: jpeg, name: "x"))
    }

    @Test(arguments: 0..<64)
    func `a flipped bit in a PNG file is always found`(seed: Int) throws {
        var bytes = try Sample.png()
        let at = 8 + seed * 6_151 % (bytes.count - 8)
        bytes[at] ^= 1 << (seed % 8)

        #expect(code(of: bytes) != nil)
    }

    @Test(arguments: [
        (3, 0x0D as UInt8, "damaged"), (4, 0x0A, "damaged"), (0, 0x09, "damaged"), (1, 0x51, "damaged"),
    ])
    func `an altered PNG signature`(at: Int, byte: UInt8, expected: String) throws {
        var bytes = try Sample.png()
        bytes[at] = byte

        #expect(code(of: bytes) == expected)
    }

    @Test(arguments: [
        ("GIF89a......", ImageFormat.gif), ("RIFF....WEBPVP8 ", .webp), ("BM............", .bmp),
        ("II*\0........", .tiff), ("....ftypheic....", .heic), ("....ftypavif....", .avif), ("%PDF-1.7....", .pdf),
        ("<?xml version=\"1.0\"?><svg>", .svg), ("<!DOCTYPE html><html>", .html), ("8BPS....", .psd),
        ("P6\n2 2\n255\n", .netpbm), ("....ftypisom....", .mp4), ("qoif....", .qoi),
    ])
    func `another format is named`(start: String, format: ImageFormat) {
        #expect(throws: ImageFileError.unsupportedFormat(name: "cat.png", format: format)) {
            try Bitmap(decoding: Array(start.utf8), name: "cat.png")
        }
    }

    @Test func `what is no picture at all`() {
        #expect(throws: ImageFileError.notAnImage(name: "x", firstBytes: Array("Dear dia".utf8))) {
            try Bitmap(decoding: Array("Dear diary".utf8), name: "x")
        }
    }

    @Test func `more pixels than the limit, told from the header alone`() {
        #expect(
            throws: ImageFileError.tooManyPixels(name: "x", width: 20_000, height: 10_000, limit: 178_956_970)
        ) { try Bitmap(decoding: Sample.pngHeader(width: 20_000, height: 10_000), name: "x") }
        #expect(
            throws: ImageFileError.tooManyPixels(name: "x", width: 65_500, height: 65_500, limit: 178_956_970)
        ) { try Bitmap(decoding: Sample.jpegHeader(width: 65_500, height: 65_500), name: "x") }
        #expect(code(of: Sample.pngHeader(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF)) == "too_many_pixels")
        #expect(code(of: Sample.pngHeader(width: 0, height: 5)) == "damaged")
    }

    @Test func `the limit is exact and can be moved`() throws {
        let png = try Sample.png()
        let count = Sample.bitmap.width * Sample.bitmap.height

        #expect(code(of: png, options: .init(maximumPixels: count)) == nil)
        #expect(code(of: png, options: .init(maximumPixels: count - 1)) == "too_many_pixels")
        // The size in the file counts, not that after reduction.
        #expect(
            code(
                of: try Sample.jpeg(), options: .init(maximumPixels: count - 1, reducedJPEG: .init(width: 4, height: 4))
            )
                == "too_many_pixels")
    }

    @Test func `a JPEG file of two components or twelve bits is unsupported`() {
        var twelve = Sample.jpegHeader(width: 8, height: 8)
        twelve[6] = 12
        let two: [UInt8] =
            [0xFF, 0xD8, 0xFF, 0xC0, 0, 14, 8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0, 0xFF, 0xDA, 0, 10, 2, 1, 0, 2, 0]
            + [0, 63, 0, 0]

        #expect(code(of: twelve) == "unsupported")
        #expect(code(of: two) == "unsupported")
    }

    /// Whatever is done to a file, reading it returns. (The C half is fuzzed as Tests/Fuzzing says.)
    @Test(arguments: 0..<16)
    func `damage at random never ends the process`(seed: UInt64) throws {
        var generator = SplitMix64(state: seed)
        var outcomes: Set<String> = []
        for example in DecodingCase.committed where Int.random(in: 0..<4, using: &generator) == 0 {
            var bytes = Array(try Data(contentsOf: example.file))
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[at] = UInt8.random(in: 0...255, using: &generator)
            }
            outcomes.insert(code(of: bytes) ?? "fine")
        }

        #expect(outcomes.contains("damaged"))
    }
}

/// A generator whose numbers are the same everywhere.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
