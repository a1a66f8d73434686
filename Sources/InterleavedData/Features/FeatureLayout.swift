import Checkpoints
import Crypto

/// How a file of features is laid out: a header, then records of one length.
///
/// All integers are little-endian. The header is 128 bytes: `LORGFEAT`, the version (4 bytes), tokens (4), width (4), four
/// zeros, the source's hash (32), eight zeros, SHA-256 of all before it (32), zeros. A record is its key (32 bytes), SHA-256 of
/// key and elements (32), and the elements, `tokens × width` float32, filled up to a multiple of 64 bytes.
struct FeatureLayout: Equatable {
    let tokens: Int
    let width: Int

    static let headerLength = 128
    static let recordHead = 64
    private static let magic = Array("LORGFEAT".utf8)
    private static let version: UInt32 = 1
    /// More bytes than the features of one picture take.
    private static let limit = 1 << 40

    /// A layout of records of this shape; nil where no features have it.
    init?(tokens: Int, width: Int) {
        guard tokens > 0, width > 0, tokens <= UInt32.max, width <= UInt32.max else { return nil }
        let (count, overflows) = tokens.multipliedReportingOverflow(by: width)
        guard !overflows, count <= Self.limit / 4 else { return nil }
        self.tokens = tokens
        self.width = width
    }

    /// The layout that a header says, where it is whole and of features of `source`.
    init?(header: [UInt8], source: ContentHash) {
        guard header.count >= Self.headerLength, Array(header[0..<8]) == Self.magic,
            Self.integer(header[8..<12]) == Self.version, Array(header[24..<56]) == source.bytes,
            Array(header[64..<96]) == ContentHash(ofBytes: Array(header[0..<64])).bytes
        else { return nil }
        self.init(tokens: Int(Self.integer(header[12..<16])), width: Int(Self.integer(header[16..<20])))
    }

    /// Bytes of the elements of a record.
    var payload: Int { tokens * width * 4 }

    /// Bytes from one record to the next.
    var stride: Int { (Self.recordHead + payload + 63) / 64 * 64 }

    /// Where a record begins.
    func offset(of slot: Int) -> Int { Self.headerLength + slot * stride }

    /// Whole records in a file of so many bytes.
    func records(inFileOf bytes: Int) -> Int { max(0, bytes - Self.headerLength) / stride }

    /// The header's bytes.
    func header(source: ContentHash) -> [UInt8] {
        var bytes = Self.magic + Self.bytes(Self.version) + Self.bytes(UInt32(tokens)) + Self.bytes(UInt32(width))
        bytes += [0, 0, 0, 0] + source.bytes + [UInt8](repeating: 0, count: 8)
        bytes += ContentHash(ofBytes: bytes).bytes
        return bytes + [UInt8](repeating: 0, count: Self.headerLength - bytes.count)
    }

    /// A record's bytes.
    func record(_ key: FeatureKey, elements: [UInt8]) -> [UInt8] {
        let bytes = key.hash.bytes + Self.checksum(key, elements) + elements
        return bytes + [UInt8](repeating: 0, count: stride - bytes.count)
    }

    /// SHA-256 of key and elements.
    static func checksum(_ key: FeatureKey, _ elements: some Sequence<UInt8>) -> [UInt8] {
        ContentHash(ofBytes: key.hash.bytes + elements).bytes
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    private static func bytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
