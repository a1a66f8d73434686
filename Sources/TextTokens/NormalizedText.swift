/// A text on its way through the normalisers.
struct NormalizedText {
    /// The text, in UTF-8.
    var bytes: [UInt8]
    /// The bytes of the original that each byte comes from; empty where spans are not asked for.
    var sources: [ByteSpan]

    /// The bytes of the original that those bytes come from.
    func source(of range: Range<Int>) -> ByteSpan {
        guard !sources.isEmpty, !range.isEmpty else { return ByteSpan(start: 0, end: 0) }
        return ByteSpan(start: sources[range.lowerBound].start, end: sources[range.upperBound - 1].end)
    }
}
