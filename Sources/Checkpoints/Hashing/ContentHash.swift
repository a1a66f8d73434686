import Crypto
import TensorEngine

/// A SHA-256, by which a bridge knows the base it was trained against.
package struct ContentHash: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The hash whose 64 hexadecimal digits these are; nil where they are not.
    package init?(hexadecimal text: String) {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard text.utf8.count == 64, digits.count == 64 else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The hash of these 32 bytes; nil where they are not so many.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(_ digest: SHA256.Digest) { bytes = Array(digest) }

    /// 64 hexadecimal digits in lower case, as `sha256sum` prints them.
    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// A hash of texts that come one after the other.
package struct ContentHasher {
    private var hash = SHA256()

    package init() {}

    /// Takes in a text with an end that no text holds.
    package mutating func add(_ text: String) {
        hash.update(data: Array(text.utf8))
        hash.update(data: [0xFF])
    }

    /// The hash of all texts.
    package func finish() -> ContentHash { ContentHash(hash.finalize()) }
}

extension ContentHash {
    /// Bytes hashed at a time; their pages are given back afterwards.
    private static let pieceLength = 1 << 24

    /// The hash of the file at `path`, as `sha256sum` has it.
    package init(ofFile path: String) throws(CheckpointError) {
        let map: MappedFile
        do {
            map = try MappedFile(path: path)
        } catch {
            throw error.isMissing ? .fileMissing(file: path) : .cannotRead(file: path, code: error.code)
        }
        var hash = SHA256()
        Self.update(&hash, map, 0..<map.byteCount)
        self.init(hash.finalize())
    }

    /// The hash of these bytes.
    package init(ofBytes bytes: [UInt8]) { self.init(SHA256.hash(data: bytes)) }

    /// The hash of one tensor's bytes.
    package init(of entry: SafetensorsEntry, in file: SafetensorsFile) {
        var hash = SHA256()
        Self.update(&hash, file.map, entry.bytes)
        self.init(hash.finalize())
    }

    /// The hash of the tensors of `folder` whose names `isIncluded` takes: of their names, types, shapes and bytes, in the
    /// order of the names (by Unicode scalars), so that it does not depend on shards or on the order in the file.
    ///
    /// For each tensor the line `name TYPE [a, b]\n` in UTF-8, then its bytes.
    package init(of folder: CheckpointFolder, where isIncluded: (String) -> Bool = { _ in true }) {
        var hash = SHA256()
        let names = folder.entries.map(\.name).filter(isIncluded)
        for name in names.sorted(by: { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }) {
            guard let file = folder.file(of: name), let entry = folder.entry(named: name) else { continue }
            hash.update(data: Array("\(name) \(entry.type.rawValue) \(entry.shape)\n".utf8))
            Self.update(&hash, file.map, entry.bytes)
        }
        self.init(hash.finalize())
    }

    private static func update(_ hash: inout SHA256, _ map: MappedFile, _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + pieceLength, range.upperBound)
            unsafe map.withBytes(in: start..<end) { unsafe hash.update(bufferPointer: $0) }
            map.releasePages(in: start..<end)
            start = end
        }
    }
}
