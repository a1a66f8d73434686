/// A picture–text dataset: its rows, and where they came from. The pictures are not read until they are wanted.
///
///     let dataset = try PairDataset(path: "photos/pairs.jsonl")
///     let training = try dataset.split("train")
package struct PairDataset: Sendable {
    /// The path as it was given.
    package let path: String
    /// How it is stored.
    package let format: PairFormat
    /// The rows, in the order of the file.
    package var records: [PairRecord]
    /// Rows that are text alone (LLaVA's mixtures have some), which are left out.
    package let rowsWithoutPicture: Int

    /// The dataset at a path.
    ///
    /// - Parameters:
    ///   - path: a file or a folder; see `PairFormat`.
    ///   - format: how it is stored; told by name and content where not given.
    ///   - imageRoot: the folder that pictures' paths start from; that of the file where not given.
    /// - Throws: `PairDataError`; for malformed rows, all of them.
    package init(path: String, format: PairFormat? = nil, imageRoot: String? = nil) throws(PairDataError) {
        let reading = try PairReading(path: path, format: format, imageRoot: imageRoot)
        guard reading.problems.isEmpty else { throw .rows(path: path, reading.problems) }
        guard !reading.records.isEmpty else { throw .empty(path: path) }
        self.path = path
        self.format = reading.format
        records = reading.records
        rowsWithoutPicture = reading.rowsWithoutPicture
    }

    /// A dataset of rows that are there already.
    package init(path: String, format: PairFormat = .pairs, records: [PairRecord]) {
        self.path = path
        self.format = format
        self.records = records
        rowsWithoutPicture = 0
    }

    /// The names of the splits that occur, in the order of their first rows.
    package var splits: [String] {
        var seen: Set<String> = []
        return records.compactMap(\.split).filter { seen.insert($0).inserted }
    }

    /// The names of the sets that occur, in the order of their first rows.
    package var sets: [String] {
        var seen: Set<String> = []
        return records.compactMap(\.set).filter { seen.insert($0).inserted }
    }

    /// The rows of one split.
    /// - Throws: `PairDataError.noSuchSplit` where there are none.
    package func split(_ name: String) throws(PairDataError) -> PairDataset {
        var part = self
        part.records = records.filter { $0.split == name }
        guard !part.records.isEmpty else { throw .noSuchSplit(path: path, split: name, present: splits) }
        return part
    }
}
