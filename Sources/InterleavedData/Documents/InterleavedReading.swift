import JSONText

/// What reading a file of interleaved documents gave: good documents, and what is wrong with the others.
package struct InterleavedReading: Sendable {
    /// What of a document is taken.
    package struct Options: Sendable, Equatable {
        /// MMC4: a picture and a sentence that are less alike than this do not belong together, and the picture is left out.
        package var minimumSimilarity = 0.24
        /// Pictures of a document at most; of MMC4's those most like their sentences, else the first ones.
        package var mostPictures = 6

        /// OpenFlamingo's settings.
        package init() {}
    }

    /// How it is stored.
    package let format: InterleavedFormat
    /// The good documents, in the order of the file.
    package private(set) var documents: [InterleavedDocument] = []
    /// The bad rows.
    package private(set) var problems: [PairRowError] = []
    /// Pictures that were left out: too little like their sentence, or too many.
    package private(set) var picturesLeftOut = 0

    /// Rows of the file, good and bad.
    package var rowCount: Int { documents.count + problems.count }

    /// Reads the documents of a file; no picture is read.
    ///
    /// - Parameters:
    ///   - format: how it is stored; told by the first row that says so where it is nil.
    ///   - imageRoot: the folder that pictures' paths start from; that of the file where not given.
    /// - Throws: `PairDataError` for what concerns the whole of it. Damaged rows are in `problems`.
    package init(
        path: String, format: InterleavedFormat? = nil, imageRoot: String? = nil, options: Options = Options()
    ) throws(PairDataError) {
        let rows = try JSONRows(file: path)
        let told: InterleavedFormat? = if let format { format } else { try Self.format(of: rows) }
        guard let format = told else { throw .notInterleaved(path: path) }
        self.format = format
        let root = imageRoot ?? DatasetFile.folder(of: path)
        var reader = InterleavedRowReader(
            format: format, file: path, imageRoot: root, options: options, bytes: rows.bytes)
        var (documents, problems, leftOut) = ([InterleavedDocument](), [PairRowError](), 0)
        try rows.forEach { row, place in
            do throws(PairRowError) {
                documents.append(try reader.document(try row.get(), place: place, leftOut: &leftOut))
            } catch { problems.append(error) }
            return true
        }
        (self.documents, self.problems, picturesLeftOut) = (documents, problems, leftOut)
    }

    /// The format that the first rows tell; damaged ones may stand before it.
    private static func format(of rows: JSONRows) throws(PairDataError) -> InterleavedFormat? {
        var found: InterleavedFormat?
        try rows.forEach { row, _ in
            found = (try? row.get().object).flatMap { InterleavedFormat.of(Set($0.keys)) }
            return found == nil
        }
        return found
    }
}
