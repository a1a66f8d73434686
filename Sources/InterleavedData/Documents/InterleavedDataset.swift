/// Interleaved documents of a file, and what is wrong with those of its rows that are none.
///
///     let dataset = try InterleavedDataset(path: "interleaved/documents.jsonl")
///     dataset.documents.count, dataset.problems.count
package struct InterleavedDataset: Sendable {
    /// The path as it was given.
    package let path: String
    /// How it is stored.
    package let format: InterleavedFormat
    /// The documents, in the order of the file.
    package let documents: [InterleavedDocument]
    /// Damaged rows, which are left out: whoever uses the documents must tell of them.
    package let problems: [PairRowError]
    /// Pictures that were left out of documents.
    package let picturesLeftOut: Int

    /// The documents of a file; see `InterleavedReading`.
    /// - Throws: where not one row is a document.
    package init(
        path: String, format: InterleavedFormat? = nil, imageRoot: String? = nil,
        options: InterleavedReading.Options = .init()
    ) throws(PairDataError) {
        let reading = try InterleavedReading(path: path, format: format, imageRoot: imageRoot, options: options)
        guard !reading.documents.isEmpty else {
            throw reading.problems.isEmpty ? .empty(path: path) : .rows(path: path, reading.problems)
        }
        self.path = path
        self.format = reading.format
        documents = reading.documents
        problems = reading.problems
        picturesLeftOut = reading.picturesLeftOut
    }

    /// What is to be told of rows and pictures that were left out; nil where none was.
    package var damage: String? {
        var parts: [String] = []
        if let first = problems.first {
            parts.append(
                "\(problems.count) of \(documents.count + problems.count) rows are damaged and left out; "
                    + "the first: \(first)")
        }
        if picturesLeftOut > 0 {
            parts.append("\(path): \(picturesLeftOut) pictures left out, too little like their sentence or too many")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
