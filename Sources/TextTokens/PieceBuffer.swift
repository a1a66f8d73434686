/// A text divided into pieces, on its way from the splitting rules to the model.
struct PieceBuffer {
    /// The text, in UTF-8.
    var bytes: [UInt8]
    /// The bytes of the original that each byte comes from; empty where spans are not asked for.
    var sources: [ByteSpan]
    /// Where the text began in the original, were nothing changed.
    var originalStart: Int
    /// The pieces in the order of the text; what lies between them was removed.
    var pieces: [Range<Int>]

    /// Whether sources are kept.
    var tracksSources: Bool { !sources.isEmpty }

    /// Whether the piece begins where the original begins.
    func startsOriginal(_ piece: Range<Int>) -> Bool {
        if tracksSources, !piece.isEmpty { return sources[piece.lowerBound].start == 0 }
        return originalStart == 0 && piece.lowerBound == 0
    }

    /// Divides each piece anew. `divide` is given the text and a piece and appends what the piece becomes.
    mutating func split(_ divide: ([UInt8], Range<Int>, inout [Range<Int>]) -> Void) {
        var result: [Range<Int>] = []
        result.reserveCapacity(pieces.count * 2)
        for piece in pieces { divide(bytes, piece, &result) }
        pieces = result
    }

    /// Writes each piece anew. `rewrite` is given a piece and appends its new text to the writer.
    mutating func rewrite(_ rewrite: (PieceBuffer, Range<Int>, inout PieceWriter) -> Void) {
        var writer = PieceWriter(tracksSources: tracksSources)
        writer.bytes.reserveCapacity(bytes.count + bytes.count / 4)
        var result: [Range<Int>] = []
        result.reserveCapacity(pieces.count)
        for piece in pieces {
            let start = writer.bytes.count
            rewrite(self, piece, &writer)
            if writer.bytes.count > start { result.append(start..<writer.bytes.count) }
        }
        bytes = writer.bytes
        sources = writer.sources
        pieces = result
    }
}

/// Takes down the new text of pieces, and where it comes from.
struct PieceWriter {
    var bytes: [UInt8] = []
    var sources: [ByteSpan] = []
    let tracksSources: Bool

    init(tracksSources: Bool) { self.tracksSources = tracksSources }

    /// Takes over bytes as they are.
    @inline(__always)
    mutating func copy(_ buffer: PieceBuffer, _ range: Range<Int>) {
        bytes.append(contentsOf: buffer.bytes[range])
        if tracksSources { sources.append(contentsOf: buffer.sources[range]) }
    }

    /// Writes bytes that come from the byte at `position` of the old text.
    @inline(__always)
    mutating func write(_ new: [UInt8], from buffer: PieceBuffer, _ position: Int) {
        bytes.append(contentsOf: new)
        if tracksSources { sources.append(contentsOf: repeatElement(buffer.sources[position], count: new.count)) }
    }
}
