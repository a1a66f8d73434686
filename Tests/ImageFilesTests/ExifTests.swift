import ImageFiles
import Imaging
import Testing

/// EXIF blocks in a JPEG file's APP1 segment; what is malformed says nothing about orientation.
@Suite struct ExifTests {
    /// The sample with an EXIF block, and how it stands after reading.
    private func orientation(exif: [UInt8]) throws -> Orientation? {
        let jpeg = try Sample.jpeg()
        let payload = Array("Exif\0\0".utf8) + exif
        let length = payload.count + 2
        let segment: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + payload
        let upright = try Bitmap(decoding: jpeg, name: "x")

        let read = try Bitmap(decoding: Array(jpeg[..<2] + segment + jpeg[2...]), name: "x")

        return Orientation.allCases.first { upright.turned(by: $0) == read }
    }

    /// A TIFF block, big endian, with those entries of tag, type, count and four bytes.
    private func block(_ entries: [(tag: UInt16, type: UInt16, count: UInt32, value: [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, UInt8(entries.count)]
        for entry in entries {
            bytes += [UInt8(entry.tag >> 8), UInt8(entry.tag & 255), 0, UInt8(entry.type)]
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: entry.count >> (24 - 8 * $0)) } + entry.value
        }
        return bytes
    }

    @Test func `reads the integer types`() throws {
        #expect(try orientation(exif: block([(274, 3, 1, [0, 6, 0, 0])])) == .turnedClockwise)
        #expect(try orientation(exif: block([(274, 4, 1, [0, 0, 0, 8])])) == .turnedCounterclockwise)
        #expect(try orientation(exif: block([(274, 8, 1, [0, 3, 0, 0])])) == .halfTurned)
        #expect(try orientation(exif: block([(274, 6, 1, [2, 0, 0, 0])])) == .mirrored)
        #expect(try orientation(exif: block([(274, 3, 2, [0, 5, 0, 1])])) == .transposed)
    }

    @Test func `of a repeated tag the last counts`() throws {
        #expect(try orientation(exif: block([(274, 3, 1, [0, 6, 0, 0]), (274, 3, 1, [0, 4, 0, 0])])) == .flipped)
    }

    @Test(
        arguments: [
            [], [0x4D], [0x4D, 0x4D, 0, 42], [0x4D, 0x4D, 0, 42, 0, 0, 0, 8],
            [0x4D, 0x4D, 0, 42, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0xFF, 0xFF, 1, 18], [0x4D, 0x49, 0, 42, 0, 0, 0, 8, 0, 0],
            [0x4D, 0x4D, 0, 43, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], Array("Exif\0\0Exif\0\0".utf8),
            [UInt8](repeating: 0xFF, count: 300),
        ] as [[UInt8]])
    func `garbage says nothing`(block: [UInt8]) throws {
        #expect(try orientation(exif: block) == .upright)
    }

    @Test(
        arguments: [
            (3, 1, [0, 0, 0, 0]), (3, 1, [0, 9, 0, 0]), (3, 0, [0, 6, 0, 0]), (2, 1, [6, 0, 0, 0]),
            (77, 1, [0, 6, 0, 0]),
            (3, 0xFFFF_FFFF, [0, 6, 0, 0]), (4, 2, [0xFF, 0xFF, 0xFF, 0xFF]), (4, 2, [0, 0, 0, 200]),
            (5, 1, [0, 0, 0, 8]),
        ] as [(UInt16, UInt32, [UInt8])])
    func `a value that is no orientation says nothing`(type: UInt16, count: UInt32, value: [UInt8]) throws {
        #expect(try orientation(exif: block([(274, type, count, value)])) == .upright)
    }
}
