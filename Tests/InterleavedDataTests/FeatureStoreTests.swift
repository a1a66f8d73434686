import Checkpoints
import Foundation
import InterleavedData
import TensorEngine
import TestFixtures
import Testing

/// Kept features are found again to the bit; what is damaged is found out and never handed on.
@Suite struct FeatureStoreTests {
    private let scratch: ScratchFolder
    private let source = ContentHash(ofBytes: [1])

    init() throws { scratch = try ScratchFolder() }

    private var folder: String { scratch.file("features") }

    private func store(_ source: ContentHash? = nil) throws -> FeatureStore {
        try FeatureStore(folder: folder, source: source ?? self.source)
    }

    private func key(_ number: UInt8) -> FeatureKey { FeatureKey(ContentHash(ofBytes: [number])) }

    private func features(_ number: UInt8, _ shape: [Int] = [1, 3, 5]) -> Tensor {
        var generator = SeededGenerator(seed: UInt64(number))
        return Tensor.drawn(shape, .normal(1), using: &generator)
    }

    /// A file of four records; its path.
    private func filled() throws -> String {
        let store = try store()
        for number in 0..<4 as Range<UInt8> { try store.store(features(number), for: key(number)) }
        return store.path
    }

    @Test func `features are found again, by the next process too`() throws {
        let path: String
        do {
            let first = try store()
            #expect(first.features(for: key(0)) == nil)
            for number in 0..<4 as Range<UInt8> { try first.store(features(number), for: key(number)) }
            for number in 0..<4 as Range<UInt8> {
                #expect(first.features(for: key(number))?.bytes == features(number).bytes)
            }
            // A second time changes nothing.
            try first.store(features(7), for: key(0))
            #expect(first.features(for: key(0))?.bytes == features(0).bytes && first.counts.stored == 4)
            path = first.path
        }

        let reopened = try store()
        #expect(reopened.path == path && reopened.count == 4)
        for number in 0..<4 as Range<UInt8> {
            let found = try #require(reopened.features(for: key(number)))
            #expect(found.bytes == features(number).bytes && found.isMapped && found.shape == [1, 3, 5])
        }
        #expect(reopened.counts.found == 4 && reopened.counts.stored == 0 && reopened.counts.damaged == 0)
    }

    @Test func `another source has features of its own, beside`() throws {
        let path = try filled()
        let other = try store(ContentHash(ofBytes: [2]))
        #expect(other.features(for: key(0)) == nil && other.path != path)
        try other.store(features(9), for: key(0))

        #expect(try store().features(for: key(0))?.bytes == features(0).bytes)
    }

    /// Where a byte of a file is changed: key, checksum, elements of the second record.
    @Test(arguments: [0, 31, 32, 63, 64, 64 + 59])
    func `one changed byte costs one record, which is made anew`(offset: Int) throws {
        let path = try filled()
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        let stride = (bytes.count - 128) / 4
        bytes[128 + stride + offset] ^= 4
        try Data(bytes).write(to: URL(filePath: path))

        let damaged = try store()
        #expect(damaged.features(for: key(1)) == nil)
        for number in [0, 2, 3] as [UInt8] {
            #expect(damaged.features(for: key(number))?.bytes == features(number).bytes)
        }
        try damaged.store(features(1), for: key(1))
        #expect(damaged.features(for: key(1))?.bytes == features(1).bytes)

        let again = try FeatureStore(folder: folder, source: source)
        #expect(again.features(for: key(1))?.bytes == features(1).bytes)
    }

    @Test func `a file cut anywhere keeps what is whole and nothing else`() throws {
        let path = try filled()
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        let stride = (bytes.count - 128) / 4
        for length in [0, 1, 127, 128, 129, 128 + stride - 1, 128 + stride, 128 + 2 * stride + 70, bytes.count - 1] {
            try Data(bytes[..<length]).write(to: URL(filePath: path))
            let whole = max(0, length - 128) / stride

            do {
                let cut = try store()
                #expect(cut.count == whole, "cut to \(length)")
                for number in 0..<4 as Range<UInt8> {
                    let found = cut.features(for: key(number))
                    #expect(found?.bytes == (Int(number) < whole ? features(number).bytes : nil), "cut to \(length)")
                    try cut.store(features(number), for: key(number))
                }
            }
            #expect(try Array(Data(contentsOf: URL(filePath: path))) == bytes, "cut to \(length)")
        }
    }

    @Test(arguments: [0, 8, 12, 16, 24, 64])
    func `a damaged header is no header`(offset: Int) throws {
        let path = try filled()
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        bytes[offset] ^= 1
        try Data(bytes).write(to: URL(filePath: path))

        let damaged = try store()
        #expect(damaged.count == 0 && damaged.counts.damaged == 1)
        try damaged.store(features(2), for: key(2))
        #expect(damaged.features(for: key(2))?.bytes == features(2).bytes)
    }

    @Test func `garbage of any length is no cache`() throws {
        var generator = SeededGenerator(seed: 5)
        for length in [1, 64, 128, 500, 4_096] {
            let path = try store().path
            try Data((0..<length).map { _ in UInt8(generator.integer(below: 256)) }).write(to: URL(filePath: path))
            #expect(try store().features(for: key(0)) == nil)
        }
    }

    @Test func `one adds, others read`() throws {
        let path = try filled()
        let first = try store()
        let second = try store()
        #expect(first.isWritable && !second.isWritable && second.path == path)
        #expect(second.features(for: key(1))?.bytes == features(1).bytes)
        try second.store(features(8), for: key(8))
        #expect(second.features(for: key(8)) == nil && first.features(for: key(8)) == nil)
        try first.store(features(8), for: key(8))
        #expect(first.features(for: key(8))?.bytes == features(8).bytes)
    }

    @Test func `features of another shape are not kept among the others`() throws {
        let store = try store()
        try store.store(features(0), for: key(0))
        try store.store(features(1, [1, 5, 3]), for: key(1))
        #expect(store.features(for: key(1)) == nil && store.features(for: key(0)) != nil)
    }

    @Test func `places where nothing can be kept are told`() throws {
        let file = try scratch.write("x", "file")
        #expect {
            _ = try FeatureStore(folder: file, source: source)
        } throws: {
            if case .cannotMakeFolder(let path, _)? = $0 as? FeatureStoreError { path == file } else { false }
        }
        let path = try store().path
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect {
            _ = try store()
        } throws: {
            if case .cannotOpen(let file, _)? = $0 as? FeatureStoreError { "\($0)".contains(file) } else { false }
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no device that is always full"))
    func `a full disk is told`() throws {
        let path = try store().path
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
        let full = try store()
        #expect {
            try full.store(features(0), for: key(0))
        } throws: {
            $0 as? FeatureStoreError == .cannotWrite(file: path, code: ENOSPC) && "\($0)".contains("make room")
        }
        #expect(full.features(for: key(0)) == nil)
    }
}
