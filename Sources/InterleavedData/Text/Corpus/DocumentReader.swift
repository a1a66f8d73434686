import JSONText

/// Reads the documents of a source one after the other.
struct DocumentReader {
    /// A JSON line longer than this is refused.
    static let jsonLineLimit = 1 << 28

    private let source: TextSource
    /// A document longer than this is cut, at a line end where there is one in its second half.
    private let limit: Int
    private var lines: LineReader
    private var lineNumber = 0
    private var words: PairWords?
    private var ready: [TextDocument] = []
    /// Lines of the document that is being read.
    private var pending = TextDocument(bytes: [], offset: 0)
    /// Where in `pending` a line last ended.
    private var lastLineEnd = 0

    /// A reader of the documents of `source`, none longer than `limit` bytes.
    init(_ source: TextSource, limit: Int) throws(TextDataError) {
        self.source = source
        self.limit = limit
        lines = try LineReader(path: source.path)
        if case .pairs(let template, let split) = source.layout {
            try template.validate()
            words = PairWords(template: template, split: split)
        }
    }

    /// Bytes of the file that were read.
    var bytesRead: Int { lines.offset }

    /// The next document; nothing at the end of the file. Documents are not empty.
    mutating func next() throws(TextDataError) -> TextDocument? {
        while ready.isEmpty {
            let more =
                switch source.layout {
                case .blankLines, .lines, .whole: try readText()
                case .jsonLines(let field): try readJSON(field)
                case .pairs: try readPair()
                }
            if !more { return ready.isEmpty ? nil : ready.removeFirst() }
        }
        return ready.removeFirst()
    }

    // MARK: - Text

    /// Takes in a line; false at the end of the file.
    private mutating func readText() throws(TextDataError) -> Bool {
        guard let line = try lines.next(limit: limit) else {
            endDocument()
            return false
        }
        if source.layout != .whole, line.isComplete, Self.isBlank(line.bytes) {
            endDocument()
            return true
        }
        if pending.bytes.isEmpty, !pending.continuesEarlier { pending.offset = line.offset }
        pending.bytes += line.bytes
        if line.hasLineEnd {
            pending.bytes.append(0x0A)
            lastLineEnd = pending.bytes.count
        }
        if line.isComplete, source.layout == .lines { endDocument() }
        while pending.bytes.count > limit { cutDocument() }
        return true
    }

    /// Hands out the first part of a document that is too long.
    private mutating func cutDocument() {
        var end = lastLineEnd > limit / 2 && lastLineEnd <= limit ? lastLineEnd : limit
        if end == limit, let line = pending.bytes[(limit / 2)..<limit].lastIndex(of: 0x0A) { end = line + 1 }
        while end < pending.bytes.count, end > 1, pending.bytes[end] & 0xC0 == 0x80 { end -= 1 }
        var part = pending
        part.bytes = Array(pending.bytes[..<end])
        part.isContinued = true
        ready.append(part)
        pending.bytes.removeFirst(end)
        pending.offset += end
        pending.continuesEarlier = true
        lastLineEnd = max(0, lastLineEnd - end)
    }

    /// Hands out the document that was read; line ends at its end are no part of it, unless the file is one document.
    private mutating func endDocument() {
        if source.layout != .whole {
            // The rest of a document that was cut is kept even where it is line ends alone: its first part is gone.
            let kept = pending.continuesEarlier ? 1 : 0
            while pending.bytes.count > kept, pending.bytes.last == 0x0A { pending.bytes.removeLast() }
        }
        if !pending.bytes.isEmpty { ready.append(pending) }
        pending = TextDocument(bytes: [], offset: lines.offset)
        lastLineEnd = 0
    }

    private static func isBlank(_ line: [UInt8]) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    // MARK: - JSON Lines

    private mutating func nextJSON() throws(TextDataError) -> (value: JSONValue, offset: Int)? {
        while let line = try lines.next(limit: Self.jsonLineLimit) {
            lineNumber += 1
            guard line.isComplete else {
                throw .lineTooLong(file: source.path, offset: line.offset, limit: Self.jsonLineLimit)
            }
            if Self.isBlank(line.bytes) { continue }
            do throws(JSONError) { return (try JSONValue(parsing: line.bytes), line.offset) } catch {
                throw .notJSON(file: source.path, line: lineNumber, error: error)
            }
        }
        return nil
    }

    private mutating func readJSON(_ field: String) throws(TextDataError) -> Bool {
        guard let (value, offset) = try nextJSON() else { return false }
        guard let text = value[field]?.string else {
            throw .wrongLine(file: source.path, line: lineNumber, expected: "an object with a text under \"\(field)\"")
        }
        pending = TextDocument(bytes: Array(text.utf8), offset: offset)
        while pending.bytes.count > limit { cutDocument() }
        endDocument()
        return true
    }

    private mutating func readPair() throws(TextDataError) -> Bool {
        guard let (value, offset) = try nextJSON() else { return false }
        guard let made = words?.lines(of: value) else {
            throw .wrongLine(
                file: source.path, line: lineNumber,
                expected: "an object with \"caption\" (text or null) and \"qa\" ([[question, answer], …])")
        }
        for line in made {
            let bytes = Array(line.text.utf8)
            guard bytes.count <= limit else {
                throw .wrongLine(file: source.path, line: lineNumber, expected: "a row of at most \(limit) bytes")
            }
            ready.append(TextDocument(bytes: bytes, prefixBytes: line.prefixBytes, offset: offset))
        }
        return true
    }
}
