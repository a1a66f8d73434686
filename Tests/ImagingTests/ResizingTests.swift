import CImageCodecs
import Foundation
import Imaging
import TestFixtures
import Testing

/// One row of Fixtures/resizing.tsv: a picture by formula, a new size, a filter, and the CRC-32 of Pillow's result.
struct ResizingCase: CustomTestStringConvertible, Sendable {
    let width: Int
    let height: Int
    let newWidth: Int
    let newHeight: Int
    let filter: ResamplingFilter
    let seed: UInt64
    let expected: UInt32

    init?(_ fields: [String]) {
        let numbers = fields.prefix(6).compactMap { Int($0) }
        guard numbers.count == 6, let filter = ResamplingFilter(rawValue: numbers[4]),
            let expected = UInt32(fields[6], radix: 16)
        else { return nil }
        (width, height, newWidth, newHeight) = (numbers[0], numbers[1], numbers[2], numbers[3])
        self.filter = filter
        seed = UInt64(numbers[5])
        self.expected = expected
    }

    var testDescription: String { "\(width)×\(height) → \(newWidth)×\(newHeight) \(filter)" }

    var holds: Bool {
        get throws {
            let picture = testPicture(width: width, height: height, seed: seed)
            return checksum(try picture.resized(width: newWidth, height: newHeight, filter: filter).pixels) == expected
        }
    }

    static let committed: [ResizingCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/resizing.tsv")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { ResizingCase($0.split(separator: "\t").map(String.init)) }
    }()
}

@Suite struct ResizingTests {
    @Test func `has its cases`() {
        #expect(ResizingCase.committed.count == 300)
    }

    @Test(arguments: ResizingCase.committed)
    func `equals Pillow`(example: ResizingCase) throws {
        #expect(try example.holds)
    }

    @Test(.enabled(if: PeerCases.python != nil, "no Python with Pillow here"))
    func `equals Pillow at sizes drawn anew`() throws {
        let cases = try PeerCases("resize", count: 2000)
        defer { cases.remove() }

        let differing = try cases.rows.compactMap(ResizingCase.init).filter { try !$0.holds }

        #expect(cases.rows.count == 2000)
        #expect(differing.isEmpty, "\(differing.map(\.testDescription))")
    }

    @Test func `keeps a picture that has the size already`() throws {
        let picture = testPicture(width: 5, height: 4, seed: 1)

        #expect(try picture.resized(width: 5, height: 4, filter: .lanczos) == picture)
    }

    @Test(arguments: [(0, 4), (4, 0), (-1, 4)])
    func `refuses an empty size`(width: Int, height: Int) {
        let picture = testPicture(width: 2, height: 2, seed: 1)

        #expect(throws: ResizingError.emptySize(width: width, height: height)) {
            try picture.resized(width: width, height: height, filter: .bicubic)
        }
    }

    @Test func `refuses what would not fit into memory`() {
        let picture = testPicture(width: 1, height: 10_000, seed: 1)

        #expect(throws: ResizingError.self) { try picture.resized(width: 1_000_000, height: 10_001, filter: .bicubic) }
        #expect(throws: ResizingError.self) { try picture.resized(width: Int.max, height: 2, filter: .nearest) }
    }

    /// The fast loops against the plain ones, at widths around the vector lengths.
    @Test(arguments: [1, 2, 3, 5, 7, 15, 16, 17, 31, 33, 100], [1, 2, 4, 5, 9])
    func `the fast loops equal the plain ones`(width: Int, rows: Int) {
        let picture = testPicture(width: width, height: rows, seed: 7)
        let weights: [Int32] = (0..<3 * 5).map { Int32(($0 * 2_654_435) % 1_500_000) - 300_000 }
        let counts: [Int32] = [min(5, Int32(width)), 1, min(3, Int32(width))]
        let starts: [Int32] = [0, Int32(width) - 1, Int32(width) - counts[2]]
        var fast = [UInt8](repeating: 0, count: rows * 9)
        var plain = fast

        unsafe starts.withUnsafeBufferPointer { starts in
            unsafe counts.withUnsafeBufferPointer { counts in
                unsafe weights.withUnsafeBufferPointer { weights in
                    var plan = unsafe ic_resampling(
                        starts: starts.baseAddress, counts: counts.baseAddress, weights: weights.baseAddress, taps: 5,
                        outputs: 3)
                    var scratch = unsafe [Int16](repeating: 0, count: ic_horizontal_scratch_count(&plan))
                    unsafe ic_resample_horizontal(picture.pixels, width, rows, &plan, &fast, &scratch)
                    unsafe ic_resample_horizontal_reference(picture.pixels, width, rows, &plan, &plain)
                }
            }
        }

        #expect(fast == plain)
    }
}
