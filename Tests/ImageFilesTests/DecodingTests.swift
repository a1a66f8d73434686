import Foundation
import ImageFiles
import Imaging
import TestFixtures
import Testing

/// One row of a manifest: a file and the CRC-32 of the RGB pixels that it must decode to, over white, upright.
struct DecodingCase: CustomTestStringConvertible, Sendable {
    let file: URL
    let width: Int
    let height: Int
    let expected: UInt32

    init?(_ fields: [String], in folder: URL) {
        guard fields.count == 4, let width = Int(fields[1]), let height = Int(fields[2]),
            let expected = UInt32(fields[3], radix: 16)
        else { return nil }
        file = folder.appending(path: fields[0])
        self.width = width
        self.height = height
        self.expected = expected
    }

    var testDescription: String { file.lastPathComponent }

    var holds: Bool {
        get throws {
            let bitmap = try ImageSource.file(path: file.path(percentEncoded: false)).bitmap()
            return bitmap.width == width && bitmap.height == height && checksum(bitmap.pixels) == expected
        }
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    static let committed: [DecodingCase] = {
        let manifest = try? String(contentsOf: fixtures.appending(path: "manifest.tsv"), encoding: .utf8)
        return (manifest ?? "").split(separator: "\n").compactMap {
            DecodingCase($0.split(separator: "\t").map(String.init), in: fixtures)
        }
    }()
}

@Suite struct DecodingTests {
    @Test func `has its cases`() {
        #expect(DecodingCase.committed.count == 203)
    }

    @Test(arguments: DecodingCase.committed)
    func `decodes to the expected pixels`(example: DecodingCase) throws {
        #expect(try example.holds)
    }

    @Test(.enabled(if: PeerCases.python != nil, "no Python with Pillow here"))
    func `decodes files made anew to Pillow's pixels`() throws {
        let cases = try PeerCases("decode", count: 1000)
        defer { cases.remove() }

        var differing: [String] = []
        for example in cases.rows.compactMap({ DecodingCase($0, in: cases.folder) }) {
            if (try? example.holds) != true { differing.append(example.testDescription) }
        }

        #expect(cases.rows.count > 2000)
        #expect(differing.isEmpty, "\(differing)")
    }
}
