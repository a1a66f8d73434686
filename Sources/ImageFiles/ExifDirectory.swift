/// Reads one number out of the TIFF directory that EXIF is (TIFF 6.0, section 2). Every offset is checked; what does not
/// fit into the block is taken for absent.
struct ExifDirectory {
    private let bytes: [UInt8]
    private let isBigEndian: Bool

    private static let orientationTag = 274
    private static let prefix = Array("Exif\0\0".utf8)

    /// The value of tag 274, where the block has it.
    static func orientation(in block: ArraySlice<UInt8>) -> Int? {
        var block = block
        for _ in 0..<2 where block.starts(with: prefix) { block = block.dropFirst(prefix.count) }
        guard let directory = ExifDirectory(tiff: Array(block)) else { return nil }
        return directory.value(of: orientationTag)
    }

    private init?(tiff: [UInt8]) {
        // Either byte order of the 42 is met in the wild.
        switch tiff.prefix(2) {
        case [0x49, 0x49]: isBigEndian = false
        case [0x4D, 0x4D]: isBigEndian = true
        default: return nil
        }
        guard tiff.count >= 8, Set(tiff[2..<4]) == [0, 42] else { return nil }
        bytes = tiff
    }

    /// Where a tag is repeated the last one counts.
    private func value(of tag: Int) -> Int? {
        guard let start = integer(at: 4, width: 4), let count = integer(at: start, width: 2) else { return nil }
        var value: Int?
        for entry in 0..<count {
            let at = start + 2 + entry * 12
            guard at + 12 <= bytes.count else { break }
            if integer(at: at, width: 2) == tag, let found = entryValue(at: at) { value = found }
        }
        return value
    }

    /// The first value of the entry at that offset: tag (2 bytes), type (2), count (4), value or its offset (4).
    private func entryValue(at offset: Int) -> Int? {
        guard let type = integer(at: offset + 2, width: 2), let count = integer(at: offset + 4, width: 4), count > 0,
            let width = [3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4][type]  // the integer types
        else { return nil }
        var at: Int? = offset + 8
        if count * width > 4 { at = integer(at: offset + 8, width: 4) }
        guard let at, at + count * width <= bytes.count else { return nil }
        return integer(at: at, width: width)
    }

    private func integer(at offset: Int, width: Int) -> Int? {
        guard offset >= 0, offset + width <= bytes.count else { return nil }
        let ordered = isBigEndian ? Array(bytes[offset..<offset + width]) : bytes[offset..<offset + width].reversed()
        return ordered.reduce(0) { $0 << 8 | Int($1) }
    }
}
