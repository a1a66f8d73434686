import TensorEngine

/// Reads the lines of a file one after the other, holding a block of it at a time.
///
///     var reader = try LineReader(path: "stories.txt")
///     while let line = try reader.next(limit: 1 << 20) { … line.bytes … }
///
/// A byte-order mark at the start is skipped. Bytes are checked to be UTF-8.
struct LineReader {
    /// A line, or a part of one that is longer than the limit.
    struct Line {
        /// The bytes without the line end.
        var bytes: [UInt8]
        /// Where they start in the file.
        var offset: Int
        /// Whether the line ends here; a part of a long line does not.
        var isComplete: Bool
        /// Whether a line feed ends it; the last line of a file may have none.
        var hasLineEnd: Bool
    }

    /// Bytes read at a time.
    private static let blockLength = 1 << 20

    /// The file.
    let path: String
    private let map: MappedFile
    private var block: [UInt8] = []
    /// Where `block` starts in the file, and how much of it was handed out.
    private var blockStart = 0
    private var position = 0

    /// A reader at the start of the file.
    init(path: String) throws(TextDataError) {
        self.path = path
        map = try MappedFile.opened(path)
        if map.byteCount >= 3, map.bytes(in: 0..<3) == [0xEF, 0xBB, 0xBF] { blockStart = 3 }
    }

    /// The file's length in bytes.
    var byteCount: Int { map.byteCount }

    /// Where the next line starts.
    var offset: Int { blockStart + position }

    /// The next line; of one longer than `limit` bytes a part that ends before `limit`, after a space where there is
    /// one in its second half, else between two characters. Nothing at the end of the file.
    mutating func next(limit: Int) throws(TextDataError) -> Line? {
        let start = offset
        guard start < map.byteCount else { return nil }
        var searched = position
        while true {
            if let end = block[searched...].firstIndex(of: 0x0A), end - position <= limit {
                return try take(upTo: end, skipping: 1, isComplete: true)
            }
            searched = block.count
            if block.count - position > limit {
                return try take(upTo: cut(before: position + limit), skipping: 0, isComplete: false)
            }
            guard blockStart + block.count < map.byteCount else {
                return try take(upTo: block.count, skipping: 0, isComplete: true)
            }
            searched -= readOn()
        }
    }

    /// Reads a further block; gives how many bytes were dropped in front of what is still needed.
    private mutating func readOn() -> Int {
        let dropped = position
        block.removeFirst(position)
        blockStart += position
        position = 0
        let from = blockStart + block.count
        let to = min(map.byteCount, from + Self.blockLength)
        block += map.bytes(in: from..<to)
        map.releasePages(in: from..<to)
        return dropped
    }

    private mutating func take(upTo end: Int, skipping: Int, isComplete: Bool) throws(TextDataError) -> Line {
        let start = offset
        var bytes = Array(block[position..<end])
        position = end + skipping
        if isComplete, bytes.last == 0x0D { bytes.removeLast() }
        if let bad = UTF8Check.firstBadByte(bytes) { throw .notUTF8(file: path, offset: start + bad) }
        return Line(bytes: bytes, offset: start, isComplete: isComplete, hasLineEnd: skipping > 0)
    }

    /// Where to cut a line that is too long, at `limit` of the block at the latest.
    private func cut(before limit: Int) -> Int {
        let middle = position + (limit - position) / 2
        if let space = block[middle..<limit].lastIndex(of: 0x20) { return space + 1 }
        var end = limit
        while end > limit - 4, end > position + 1, block[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}

extension MappedFile {
    /// The file, mapped.
    static func opened(_ path: String) throws(TextDataError) -> MappedFile {
        do { return try MappedFile(path: path) } catch {
            throw error.isMissing ? .fileMissing(file: path) : .cannotRead(file: path, code: error.code)
        }
    }
}
