import TensorEngine

/// Documents packed into rows, with all that a decoder's loss needs of them.
///
/// A row holds whole documents one after the other, then padding. No document sees another; positions begin anew in each.
package struct PackedDocuments: Sendable, Equatable {
    /// A token that is to be predicted.
    package struct Target: Sendable, Equatable {
        /// Where it is predicted: the place before it, counted over all rows, `length` a row.
        package var position: Int
        /// The token.
        package var label: Int
        /// What its loss counts.
        package var weight: Float
        /// Which source it is from.
        package var source: Int
    }

    /// Tokens of a row.
    package let length: Int
    /// `[rows][length]`
    package let ids: [[Int]]
    /// The documents of each row, whose rest is padding.
    package let documents: [[PackedDocument]]
    /// Which of the documents that were packed these are, row by row.
    package let order: [[Int]]
    /// Which of the pictures of all documents, counted in the order in which documents were given, the image tokens are, row by
    /// row.
    package let pictures: [[Int]]
    /// What the bridge reads beside each of these pictures; empty where it reads no text.
    package let instructions: [[[Int]]]
    /// What is to be predicted, row by row.
    package let targets: [[Target]]

    /// These documents in rows.
    ///
    /// - Parameters:
    ///   - rows: of each row the documents, as `DocumentPacking` gives them.
    ///   - padding: the id that fills up rows.
    package init(_ documents: [TokenDocument], rows: [[Int]], padding: Int = 0) {
        length = rows.map { $0.reduce(0) { $0 + documents[$1].ids.count } }.max() ?? 0
        var firstPicture = [0]
        for document in documents {
            firstPicture.append(firstPicture[firstPicture.count - 1] + document.pictures.count)
        }
        var ids: [[Int]] = [], packed: [[PackedDocument]] = [], targets: [[Target]] = []
        for (row, members) in rows.enumerated() {
            var tokens: [Int] = [], own: [Target] = []
            for member in members {
                let document = documents[member]
                let start = row * length + tokens.count
                for index in document.ids.indices.dropFirst() where document.weights[index] > 0 {
                    own.append(
                        Target(
                            position: start + index - 1, label: document.ids[index], weight: document.weights[index],
                            source: document.source))
                }
                tokens += document.ids
            }
            ids.append(tokens + [Int](repeating: padding, count: length - tokens.count))
            packed.append(members.map { PackedDocument(tokens: documents[$0].ids.count, prefix: documents[$0].prefix) })
            targets.append(own)
        }
        self.ids = ids
        self.documents = packed
        self.targets = targets
        order = rows
        pictures = rows.map { $0.flatMap { Array(firstPicture[$0]..<firstPicture[$0 + 1]) } }
        instructions = rows.map { $0.flatMap { documents[$0].instructions } }
    }

    /// The rows of `range` alone, positions counted from the first of them.
    package func rows(_ range: Range<Int>) -> PackedDocuments {
        PackedDocuments(rows: range, of: self)
    }

    private init(rows range: Range<Int>, of whole: PackedDocuments) {
        length = whole.length
        ids = Array(whole.ids[range])
        documents = Array(whole.documents[range])
        order = Array(whole.order[range])
        pictures = Array(whole.pictures[range])
        instructions = Array(whole.instructions[range])
        targets = whole.targets[range].map { row in
            row.map { target in
                var moved = target
                moved.position -= range.lowerBound * whole.length
                return moved
            }
        }
    }

    /// The targets with weights by which the losses of sources are balanced: each source's sum is divided by the weights of its own
    /// targets (else long texts drown captions), then counts as `sources` says, all that occur together as 1.
    ///
    /// - Parameter sources: one a source.
    package func balanced(by sources: [Double]) -> PackedDocuments {
        var sums = [Double](repeating: 0, count: sources.count)
        for target in targets.joined() { sums[target.source] += Double(target.weight) }
        let present = zip(sources, sums).reduce(0.0) { $1.1 > 0 ? $0 + $1.0 : $0 }
        let factors = zip(sources, sums).map { $1 > 0 && present > 0 ? $0 / present / $1 : 0 }
        return PackedDocuments(
            targets: targets.map { row in
                row.map { target in
                    var weighed = target
                    weighed.weight = Float(Double(target.weight) * factors[target.source])
                    return weighed
                }
            }, of: self)
    }

    private init(targets: [[Target]], of other: PackedDocuments) {
        length = other.length
        ids = other.ids
        documents = other.documents
        order = other.order
        pictures = other.pictures
        instructions = other.instructions
        self.targets = targets
    }
}
