/// A text on its way through the normalisers.
struct NormalizedText {
    /// The text, in UTF-8.
    var bytes: [UInt8]
    /// The bytes of the original that each byte comes from; empty where spans are not asked for.
    var sources: [ByteSpan]
    /// Where the text begins in the original.
    var originalStart: Int32 = 0

    /// The bytes of the original that those bytes come from.
    func source(of range: Range<Int>) -> ByteSpan {
        guard !sources.isEmpty, !range.isEmpty else { return ByteSpan(start: 0, end: 0) }
        return ByteSpan(start: sources[range.lowerBound].start, end: sources[range.upperBound - 1].end)
    }

    /// Writes the text anew. `rewrite` goes through the old text with the rewriter's methods.
    mutating func rewrite(_ rewrite: (inout TextRewriter) -> Void) {
        var rewriter = TextRewriter(self)
        rewrite(&rewriter)
        bytes = rewriter.bytes
        sources = rewriter.sources
    }

    /// Whether every byte is ASCII.
    var isASCII: Bool {
        var bits: UInt8 = 0
        for byte in bytes { bits |= byte }
        return bits < 0x80
    }
}

/// Goes through a text and writes another, keeping account of what comes from where as the library does.
struct TextRewriter {
    let old: NormalizedText
    /// The byte of the old text that comes next.
    private(set) var position = 0
    private(set) var bytes: [UInt8] = []
    private(set) var sources: [ByteSpan] = []
    private let tracksSources: Bool

    init(_ old: NormalizedText) {
        self.old = old
        tracksSources = !old.sources.isEmpty
        bytes.reserveCapacity(old.bytes.count + 16)
    }

    /// Whether old text is left.
    var isAtEnd: Bool { position >= old.bytes.count }

    /// The scalar that comes next in the old text, and its length in bytes.
    var next: (value: UInt32, length: Int) { UTF8Text.scalar(old.bytes, position) }

    /// Takes over the old text up to `end`.
    mutating func copy(to end: Int) {
        guard end > position else { return }
        bytes.append(contentsOf: old.bytes[position..<end])
        if tracksSources { sources.append(contentsOf: old.sources[position..<end]) }
        position = end
    }

    /// Leaves out the old text up to `end`.
    mutating func skip(to end: Int) { position = max(position, end) }

    /// Leaves out scalars.
    mutating func skip(scalars count: Int) {
        for _ in 0..<count where !isAtEnd { position += UTF8Text.length(old.bytes[position]) }
    }

    /// Writes a scalar in place of the next one.
    /// - Parameter removed: how many more old scalars it stands for.
    mutating func replace(_ scalar: UInt32, removed: Int = 0) {
        write(scalar, at: position)
        skip(scalars: 1 + removed)
    }

    /// Writes a scalar that is new; it comes from where the one before it came from.
    mutating func insert(_ scalar: UInt32) { write(scalar, at: position - 1) }

    private mutating func write(_ scalar: UInt32, at source: Int) {
        let before = bytes.count
        UTF8Text.append(scalar, to: &bytes)
        guard tracksSources else { return }
        let span =
            old.sources.indices.contains(source)
            ? old.sources[source] : ByteSpan(start: old.originalStart, end: old.originalStart)
        sources.append(contentsOf: repeatElement(span, count: bytes.count - before))
    }

    /// Takes over the scalars that are kept, as the library's `filter` does.
    mutating func filter(_ isKept: (UInt32) -> Bool) {
        var last: (scalar: UInt32, removed: Int)?
        while !isAtEnd || last != nil {
            // Read ahead: a scalar is written once it is known how many after it are removed.
            var ahead = position + (last == nil ? 0 : UTF8Text.length(old.bytes[position]))
            var removed = 0
            while ahead < old.bytes.count {
                let (scalar, length) = UTF8Text.scalar(old.bytes, ahead)
                guard !isKept(scalar) else { break }
                removed += 1
                ahead += length
            }
            if let (scalar, _) = last { replace(scalar, removed: removed) } else { skip(scalars: removed) }
            last = isAtEnd ? nil : (next.value, 0)
        }
    }
}
