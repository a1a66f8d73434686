import TensorEngine

/// A packed row for a person: its documents with what is to be predicted, and what each part sees of the others.
///
///     document 1: train-0, columns 0 to 86, positions 0 to 86
///       1 [picture 1, 16 tokens]
///       2 Question: What is it? Answer:
///       3 « a coin»
///     what parts see: █ all, ▒ what is before, · nothing
///        1 ▒··
///        2 █▒·
///        3 ██▒
package struct PackedRowView: Sendable {
    /// Neighbouring tokens of a document that are image tokens of one picture, bear loss, or do not.
    package struct Segment: Sendable, Equatable {
        /// Which of the row's documents it is of.
        package var document: Int
        /// Its columns in the row.
        package var columns: Range<Int>
        /// Counted in the row from 1; nil for words.
        package var picture: Int?
        /// Whether its tokens are predicted with loss.
        package var bearsLoss: Bool
        /// Its tokens as text, special ones with them.
        package var text: String
    }

    /// The documents' names, in order.
    package let names: [String]
    /// Each document's columns, and how many tokens of it are read both ways.
    package let documents: [(columns: Range<Int>, prefix: Int)]
    /// From left to right.
    package let segments: [Segment]
    /// Tokens of the row, padding with them.
    package let length: Int
    /// Which share of the pairs of tokens is visible, `[segments that look][segments that are seen]`, by the mask that training uses.
    package let visible: [[Double]]

    /// A row of `packed`, which these documents were packed into.
    ///
    /// - Parameter text: what ids say.
    package init(_ row: Int, of packed: PackedDocuments, _ all: [TokenDocument], text: ([Int]) -> String) {
        var segments: [Segment] = []
        var documents: [(columns: Range<Int>, prefix: Int)] = []
        var (start, picture) = (0, 0)
        for (number, member) in packed.order[row].enumerated() {
            let document = all[member]
            for range in Self.runs(of: document) {
                let isPicture = document.pictures.contains(range)
                if isPicture { picture += 1 }
                segments.append(
                    Segment(
                        document: number, columns: start + range.lowerBound..<start + range.upperBound,
                        picture: isPicture ? picture : nil, bearsLoss: document.weights[range.lowerBound] > 0,
                        text: isPicture ? "" : text(Array(document.ids[range]))))
            }
            documents.append((start..<start + document.ids.count, document.prefix))
            start += document.ids.count
        }
        names = packed.order[row].map { all[$0].id }
        self.documents = documents
        self.segments = segments
        length = packed.length
        let mask = AttentionMask.documents([packed.documents[row]], sequence: packed.length)
        visible = segments.map { looking in
            segments.map { seen in
                let pairs = looking.columns.reduce(0) { sum, query in
                    let keys = Int(mask.first[query])..<max(Int(mask.first[query]), Int(mask.end[query]))
                    return sum + keys.clamped(to: seen.columns).count
                }
                return Double(pairs) / Double(looking.columns.count * seen.columns.count)
            }
        }
    }

    /// Pictures, and runs of words that all bear loss or none.
    private static func runs(of document: TokenDocument) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var index = 0
        while index < document.ids.count {
            var end = index + 1
            if let picture = document.pictures.first(where: { $0.lowerBound == index }) {
                end = picture.upperBound
            } else {
                let bearsLoss = document.weights[index] > 0
                while end < document.ids.count, (document.weights[end] > 0) == bearsLoss,
                    !document.pictures.contains(where: { $0.lowerBound == end })
                { end += 1 }
            }
            runs.append(index..<end)
            index = end
        }
        return runs
    }

    /// A segment on one line.
    package func label(_ segment: Segment) -> String {
        if let picture = segment.picture { return "[picture \(picture), \(segment.columns.count) tokens]" }
        let words = segment.text.replacing("\n", with: "⏎").replacing("\r", with: "⏎")
        return segment.bearsLoss ? "«\(words)»" : words
    }

    /// The row on a terminal.
    package var text: String {
        let used = documents.last?.columns.upperBound ?? 0
        let targets = segments.reduce(0) { $0 + ($1.bearsLoss ? $1.columns.count : 0) }
        let pictures = segments.count { $0.picture != nil }
        var lines = [
            "\(names.count) documents, \(used) of \(length) positions, \(pictures) pictures, \(targets) tokens with loss «…»"
        ]
        for (number, document) in documents.enumerated() {
            let both = document.prefix > 0 ? ", the first \(document.prefix) read both ways" : ""
            lines.append(
                "document \(number + 1): \(names[number]), columns \(document.columns.lowerBound) to "
                    + "\(document.columns.upperBound - 1), positions 0 to \(document.columns.count - 1)\(both)")
            for (index, segment) in segments.enumerated() where segment.document == number {
                lines.append("  \(Self.padded(index + 1)) \(label(segment))")
            }
        }
        lines.append("what each part (rows) sees of each (columns): █ all, ▒ a part, · nothing")
        for (index, row) in visible.enumerated() {
            lines.append("  \(Self.padded(index + 1)) " + row.map { $0 == 0 ? "·" : $0 < 1 ? "▒" : "█" }.joined())
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ number: Int) -> String {
        let text = "\(number)"
        return String(repeating: " ", count: max(0, 3 - text.count)) + text
    }
}
