import TensorEngine

/// Puts a batch together, row by row.
struct TextBatchWriter {
    private let length: Int
    private let padding: Int
    private let denoisers: [String]
    private var rows = 0
    /// Tokens in the row that is being written.
    private(set) var used = 0
    private var ids: [Int] = []
    private var labels: [Int] = []
    private var weights: [Float] = []
    private var positions: [Int] = []
    private var first: [Int32] = []
    private var end: [Int32] = []
    private var segments: [TextSegment] = []

    init(length: Int, padding: Int, denoisers: [String]) {
        self.length = length
        self.padding = padding
        self.denoisers = denoisers
    }

    /// Tokens that the row still takes.
    var room: Int { length - used }

    /// Adds an example to the row.
    /// - Parameters:
    ///   - seesWholePrefix: whether its prefix is bidirectional.
    ///   - weight: what each of its targets counts.
    mutating func add(
        _ example: TextExample, seesWholePrefix: Bool, weight: Float, denoiser: Int, part: Int, document: Int
    ) {
        precondition(example.ids.count <= room, "\(example.ids.count) tokens where \(room) fit")
        for (index, id) in example.ids.enumerated() {
            let isScored = index + 1 >= example.prefix && index + 1 < example.ids.count
            let visible = seesWholePrefix && index < example.prefix ? example.prefix : index + 1
            add(id, label: isScored ? example.ids[index + 1] : TextBatch.ignored, weight, index, visible)
        }
        let columns = used..<used + example.ids.count
        used = columns.upperBound
        segments.append(
            TextSegment(
                row: rows, columns: columns, prefix: example.prefix, denoiser: denoiser, part: part,
                document: document))
    }

    /// Adds a window of a text, whose last token is only a label.
    /// - Parameter firstScored: the place in it of the first token that is to be predicted.
    mutating func add(window: [Int], firstScored: Int, document: Int) {
        precondition(window.count - 1 <= room, "\(window.count - 1) tokens where \(room) fit")
        for index in 0..<window.count - 1 {
            let isScored = index + 1 >= firstScored
            add(
                window[index], label: isScored ? window[index + 1] : TextBatch.ignored, isScored ? 1 : 0, index,
                index + 1)
        }
        let columns = used..<used + window.count - 1
        used = columns.upperBound
        segments.append(
            TextSegment(row: rows, columns: columns, prefix: firstScored, denoiser: 0, part: 0, document: document))
    }

    /// - Parameter visible: keys of its own example that the token sees.
    private mutating func add(_ id: Int, label: Int, _ weight: Float, _ position: Int, _ visible: Int) {
        ids.append(id)
        labels.append(label)
        weights.append(label == TextBatch.ignored ? 0 : weight)
        positions.append(position)
        first.append(Int32(used))
        end.append(Int32(used + visible))
    }

    /// Fills up the row and begins the next.
    mutating func endRow() {
        ids += repeatElement(padding, count: room)
        labels += repeatElement(TextBatch.ignored, count: room)
        weights += repeatElement(0, count: room)
        positions += repeatElement(0, count: room)
        first += repeatElement(0, count: room)
        end += repeatElement(0, count: room)
        used = 0
        rows += 1
    }

    /// The batch of the rows that were ended.
    func batch() -> TextBatch {
        TextBatch(
            rows: rows, length: length, ids: ids, labels: labels, weights: weights, positions: positions,
            mask: AttentionMask(first: first, end: end, queries: length), segments: segments, denoisers: denoisers)
    }
}
