import Foundation

/// What reading a dataset gave: good rows, and what is wrong with the others.
package struct PairReading: Sendable {
    /// How it is stored.
    package let format: PairFormat
    /// The good rows, in the order of the file.
    package internal(set) var records: [PairRecord] = []
    /// The bad ones.
    package internal(set) var problems: [PairRowError] = []
    /// Rows that are text alone.
    package internal(set) var rowsWithoutPicture = 0

    /// Reads the dataset at a path; see `PairDataset.init`.
    /// - Throws: `PairDataError` for what concerns the whole of it. Malformed rows are in `problems`.
    package init(path: String, format: PairFormat? = nil, imageRoot: String? = nil) throws(PairDataError) {
        let source = try PairSource(path: path, format: format)
        self.format = source.format
        for file in source.files {
            let root = imageRoot ?? DatasetFile.folder(of: file)
            switch source.format {
            case .pairs, .karpathy, .vqa, .llava: try readJSON(file, root: root)
            case .csv: try readTable(file, separator: UInt8(ascii: ","), root: root)
            case .tsv: try readTable(file, separator: UInt8(ascii: "\t"), root: root)
            case .folder: try readFolder(file)
            case .webdataset: try readShard(file)
            }
        }
    }

    private mutating func readJSON(_ file: String, root: String) throws(PairDataError) {
        let rows = try JSONRows(file: file)
        if rows.layout == .annotated, format == .karpathy { return try readAnnotations(rows, root: root) }
        let reader = PairRowReader(format: format, file: file, imageRoot: root)
        var (records, problems, withoutPicture) = ([PairRecord](), [PairRowError](), 0)
        try rows.forEach { row, place in
            switch row {
            case .failure(let error): problems.append(error)
            case .success(let value):
                do throws(PairRowError) {
                    if let record = try reader.record(value, place: place) {
                        records.append(record)
                    } else {
                        withoutPicture += 1
                    }
                } catch { problems.append(error) }
            }
            return true
        }
        self.records += records
        self.problems += problems
        rowsWithoutPicture += withoutPicture
    }
}
