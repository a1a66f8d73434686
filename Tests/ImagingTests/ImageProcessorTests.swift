import Foundation
import Imaging
import JSONText
import TestFixtures
import Testing

/// One row of a manifest: a configuration, a picture by formula, and transformers' float32 pixels.
struct ProcessorCase: CustomTestStringConvertible, Sendable {
    let number: String
    let width: Int
    let height: Int
    let seed: UInt64
    let shape: [Int]
    let folder: URL

    init?(_ fields: [String], in folder: URL) {
        let numbers = fields.compactMap { Int($0) }
        guard numbers.count == 6 else { return nil }
        number = fields[0]
        (width, height, seed) = (numbers[1], numbers[2], UInt64(numbers[3]))
        shape = [1, 3, numbers[4], numbers[5]]
        self.folder = folder
    }

    var testDescription: String { "\(folder.lastPathComponent)/\(number).json on \(width)×\(height)" }

    var holds: Bool {
        get throws {
            let file = folder.appending(path: number + ".json")
            let json = try JSONValue(parsing: Array(try Data(contentsOf: file)))
            let processor = ImageProcessor(try ImageProcessorConfiguration(json: json, file: "\(number).json"))
            let expected = Array(try Data(contentsOf: folder.appending(path: number + ".f32")))

            let batch = try processor.process(testPicture(width: width, height: height, seed: seed))

            let bytes = batch.values.flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
            }
            return batch.shape == shape && bytes == expected
        }
    }

    static let committed: [ProcessorCase] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/processors")
        let text = (try? String(contentsOf: folder.appending(path: "manifest.tsv"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            ProcessorCase($0.split(separator: "\t").map(String.init), in: folder)
        }
    }()
}

@Suite struct ImageProcessorTests {
    @Test func `has its cases`() {
        #expect(ProcessorCase.committed.count > 20)
    }

    @Test(arguments: ProcessorCase.committed)
    func `equals transformers to the bit`(example: ProcessorCase) throws {
        #expect(try example.holds)
    }

    @Test(.enabled(if: PeerCases.python != nil, "no Python with transformers here"))
    func `equals transformers on configurations drawn anew`() throws {
        let cases = try PeerCases("process", count: 200)
        defer { cases.remove() }

        let differing = cases.rows.compactMap { ProcessorCase($0, in: cases.folder) }.filter { (try? $0.holds) != true }

        #expect(cases.rows.count > 150)
        #expect(differing.isEmpty, "\(differing.map(\.testDescription))")
    }

    @Test func `joins pictures in their order`() throws {
        let processor = ImageProcessor(ImageProcessorConfiguration(size: .exact(height: 4, width: 6)))
        let first = testPicture(width: 9, height: 5, seed: 1)
        let second = testPicture(width: 3, height: 30, seed: 2)

        let batch = try processor.process([first, second])

        #expect(batch.shape == [2, 3, 4, 6])
        #expect(batch.values == (try processor.process(first).values) + (try processor.process(second).values))
    }

    @Test func `refuses a batch of none, and of different sizes`() {
        let processor = ImageProcessor(ImageProcessorConfiguration(size: .shortestEdge(4, longest: nil)))
        let wide = testPicture(width: 20, height: 10, seed: 1)
        let high = testPicture(width: 10, height: 20, seed: 1)

        #expect(throws: ImageProcessorError.emptyBatch) { try processor.process([]) }
        #expect(throws: ImageProcessorError.sizesDiffer(first: [4, 8], other: [8, 4])) {
            try processor.process([wide, high])
        }
    }

    @Test func `refuses a picture too elongated to resize`() {
        let processor = ImageProcessor(ImageProcessorConfiguration(size: .shortestEdge(2000, longest: nil)))
        let strip = testPicture(width: 1, height: 9000, seed: 1)

        #expect(throws: ImageProcessorError.self) { try processor.process(strip) }
    }
}
