import Foundation
import TensorEngine

/// Documents on their way from the sources to the shards: dealt out to files by their place in the shuffled order, each of
/// which fits in memory and is then put in order (an external shuffle).
///
/// A document's place is a number drawn from the seed and its number in the corpus: any order of all documents is equally
/// likely, and it does not hang on how many files there are.
struct DocumentSpill {
    /// A document as it lies in a file.
    struct Entry {
        var key: UInt64
        var ordinal: UInt64
        var source: UInt32
        var prefixBytes: Int
        var continues: Bool
        var isContinued: Bool
        var bytes: ArraySlice<UInt8>
    }

    private static let headerLength = 32
    private static let bufferLength = 1 << 16

    private let folder: String
    private let seed: UInt64
    /// How many files there are.
    let bucketCount: Int
    private var buffers: [[UInt8]]
    private var ordinal: UInt64 = 0

    /// Files `NAME-I.spill` in `folder` for documents of about `bytes` bytes in all.
    init(folder: String, seed: UInt64, bytes: Int, bucketBytes: Int) {
        self.folder = folder
        self.seed = seed
        bucketCount = min(4096, bytes / bucketBytes + 1)
        buffers = Array(repeating: [], count: bucketCount * TextSplit.allCases.count)
    }

    private func path(_ split: TextSplit, _ bucket: Int) -> String { "\(folder)/\(split.rawValue)-\(bucket).spill" }

    /// Adds a document.
    mutating func add(_ document: TextDocument, source: Int, split: TextSplit) throws(TextDataError) {
        let key = SplitMix.mixed(seed, ordinal)
        let bucket = Int(key.multipliedFullWidth(by: UInt64(bucketCount)).high)
        let index = bucket * TextSplit.allCases.count + split.index
        let flags = (document.continuesEarlier ? 1 : 0) | (document.isContinued ? 2 : 0)
        buffers[index].append(littleEndian: key)
        buffers[index].append(littleEndian: ordinal)
        for value in [source, document.prefixBytes, flags, document.bytes.count] {
            buffers[index].append(littleEndian: UInt32(truncatingIfNeeded: value))
        }
        buffers[index] += document.bytes
        ordinal += 1
        if buffers[index].count >= Self.bufferLength { try flush(index) }
    }

    private mutating func flush(_ index: Int) throws(TextDataError) {
        guard !buffers[index].isEmpty else { return }
        let splits = TextSplit.allCases
        let file = try OutputFile(
            path: path(splits[index % splits.count], index / splits.count), appending: true)
        try file.write(buffers[index])
        buffers[index].removeAll(keepingCapacity: true)
    }

    /// Writes what is still in memory.
    mutating func finish() throws(TextDataError) { for index in buffers.indices { try flush(index) } }

    /// The documents of one file in their order, and removes it. Empty where nothing fell there.
    func take(_ split: TextSplit, bucket: Int) throws(TextDataError) -> [Entry] {
        let path = path(split, bucket)
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let map = try MappedFile.opened(path)
        let bytes = map.bytes(in: 0..<map.byteCount)
        try? FileManager.default.removeItem(atPath: path)
        var entries: [Entry] = []
        var offset = 0
        while offset + Self.headerLength <= bytes.count {
            let count = bytes.littleEndian(at: offset + 28, width: 4)
            let flags = bytes.littleEndian(at: offset + 24, width: 4)
            let start = offset + Self.headerLength
            guard start + count <= bytes.count else { throw .damagedStore(file: path, reason: "it was cut") }
            entries.append(
                Entry(
                    key: UInt64(bitPattern: Int64(bytes.littleEndian(at: offset, width: 8))),
                    ordinal: UInt64(bitPattern: Int64(bytes.littleEndian(at: offset + 8, width: 8))),
                    source: UInt32(bytes.littleEndian(at: offset + 16, width: 4)),
                    prefixBytes: bytes.littleEndian(at: offset + 20, width: 4), continues: flags & 1 != 0,
                    isContinued: flags & 2 != 0, bytes: bytes[start..<start + count]))
            offset = start + count
        }
        return entries.sorted { ($0.key, $0.ordinal) < ($1.key, $1.ordinal) }
    }
}
