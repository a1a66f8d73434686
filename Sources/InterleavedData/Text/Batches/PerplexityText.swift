import TensorEngine
import TextTokens

/// A text cut into windows in which every token is predicted once: what perplexity is computed on.
///
///     let text = try PerplexityText(file: "held-out.txt", layout: .whole, tokenizer: tokenizer, length: 256, stride: 128)
///     var score = 0.0
///     for batch in text.batches(rows: 16) { score += nats of batch.labels }
///     score / Double(text.tokens)                       // nats a token
///     score / (Double(text.bytes) * log(2))             // bits a byte
///
/// Each document is `leading tokens · tokens`; every token is predicted from what is before it in its window. With
/// `stride == length` windows are disjoint: the context of a token is 1 to `length` tokens. With a smaller stride they
/// slide: each window but a document's first scores its last `stride` tokens, whose context is at least
/// `length − stride + 1` tokens. The end of text is no token of the text and is not scored. Without leading tokens the
/// first token of a document is predicted from nothing: it is not scored, and its bytes are not counted.
package struct PerplexityText: Sendable {
    /// One row.
    private struct Window: Sendable {
        var ids: [Int]
        /// Labels before this one were scored in an earlier window.
        var firstScored: Int
        var document: Int
    }

    /// Tokens that are scored.
    package private(set) var tokens = 0
    /// Bytes of the text that they stand for.
    package private(set) var bytes = 0
    /// Documents.
    package private(set) var documents = 0
    /// Tokens of a row at most.
    package let length: Int
    /// Tokens from one window to the next.
    package let stride: Int
    private let padding: Int
    /// Tokens before every document, and, where asked for, before every window.
    private let leading: [Int]
    private let leadsEveryWindow: Bool
    private var windows: [Window] = []

    /// How many windows there are.
    package var windowCount: Int { windows.count }

    /// Documents as windows.
    /// - Parameters:
    ///   - length: tokens of a window.
    ///   - stride: tokens from one window to the next; `length` where nil.
    ///   - leading: tokens before every document; the tokenizer's own beginning of text where nil and it has one.
    ///   - leadsEveryWindow: whether they stand before later windows of a document too, as mode tokens do.
    package init(
        texts: [[UInt8]], tokenizer: TextTokenizer, length: Int, stride: Int? = nil, leading: [String]? = nil,
        leadsEveryWindow: Bool = false
    ) throws(TextDataError) {
        try self.init(tokenizer, length, stride, leading, leadsEveryWindow)
        for text in texts { add(text, tokenizer) }
        guard tokens > 0 else { throw .noDocuments(files: []) }
    }

    /// The documents of a file as windows.
    /// - Parameter layout: `.whole` scores the file as one text, every byte of it.
    package init(
        file: String, layout: TextSource.Layout = .whole, tokenizer: TextTokenizer, length: Int, stride: Int? = nil,
        leading: [String]? = nil, leadsEveryWindow: Bool = false
    ) throws(TextDataError) {
        try self.init(tokenizer, length, stride, leading, leadsEveryWindow)
        var reader = try DocumentReader(TextSource(file, layout), limit: DocumentReader.jsonLineLimit)
        while let document = try reader.next() { add(document.bytes, tokenizer) }
        guard tokens > 0 else { throw .noDocuments(files: [file]) }
    }

    private init(
        _ tokenizer: TextTokenizer, _ length: Int, _ stride: Int?, _ leading: [String]?, _ leadsEveryWindow: Bool
    ) throws(TextDataError) {
        self.leading = try Self.leading(leading, tokenizer)
        self.leadsEveryWindow = leadsEveryWindow
        let longest = length - (leadsEveryWindow ? self.leading.count : 0)
        guard longest >= 2, length <= 1 << 20 else {
            throw .badOption(name: "window", reason: "\(length) tokens are too few or more than 2²⁰")
        }
        let step = stride ?? longest
        guard step >= 1, step <= longest else {
            throw .badOption(name: "stride", reason: "\(step) is not in 1...\(longest)")
        }
        self.length = length
        self.stride = step
        padding = tokenizer.padding ?? tokenizer.endOfSentence ?? 0
    }

    private static func leading(_ names: [String]?, _ tokenizer: TextTokenizer) throws(TextDataError) -> [Int] {
        guard let names else { return tokenizer.beginningOfSentence.map { [$0] } ?? [] }
        var ids: [Int] = []
        for name in names {
            guard let id = tokenizer.id(of: name) else {
                throw .missingToken(token: name, purpose: "before every document")
            }
            ids.append(id)
        }
        return ids
    }

    private mutating func add(_ text: [UInt8], _ tokenizer: TextTokenizer) {
        let sequence = leading + tokenizer.encodeOrdinary(text).map { Int($0) }
        let unscored = max(1, leading.count)
        guard sequence.count > unscored else { return }
        tokens += sequence.count - unscored
        bytes += text.count
        if leading.isEmpty {
            bytes -= tokenizer.encodeWithRanges(String(decoding: text, as: UTF8.self)).first?.range.upperBound ?? 0
        }
        // The label of column c of a window at s is sequence[s + c + 1].
        var (start, scored) = (0, unscored)
        while scored < sequence.count {
            let again = start > 0 && leadsEveryWindow ? leading : []
            let end = min(sequence.count, start + length - again.count + 1)
            windows.append(
                Window(
                    ids: again + sequence[start..<end], firstScored: again.count + scored - start, document: documents)
            )
            scored = end
            start += stride
        }
        documents += 1
    }

    /// The windows `range` as rows, one a row.
    ///
    /// The last token of a window is only a label, so that rows hold `length` tokens. Labels of all windows together are
    /// the scored tokens, each once.
    package func batch(_ range: Range<Int>) -> TextBatch {
        var writer = TextBatchWriter(length: length, padding: padding, denoisers: ["text"])
        for window in windows[range] {
            writer.add(window: window.ids, firstScored: window.firstScored, document: window.document)
            writer.endRow()
        }
        return writer.batch()
    }
}
