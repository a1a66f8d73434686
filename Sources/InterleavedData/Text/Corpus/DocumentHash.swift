import Crypto

/// The first 16 bytes of the SHA-256 of a document, by which equal documents are known and splits are drawn.
struct DocumentHash: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// The hash of the text's bytes, white space at both ends left out.
    init(of bytes: [UInt8]) {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let start = bytes.firstIndex { !isSpace($0) } ?? 0
        let end = (bytes.lastIndex { !isSpace($0) } ?? -1) + 1
        var hash = SHA256()
        hash.update(data: bytes[start..<max(start, end)])
        var words: [UInt64] = [0, 0]
        for (index, byte) in hash.finalize().prefix(16).enumerated() {
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
        }
        (high, low) = (words[0], words[1])
    }

    /// A number in `0..<1` that hangs on the document alone.
    var unit: Double { Double(high >> 11) * 0x1p-53 }
}
