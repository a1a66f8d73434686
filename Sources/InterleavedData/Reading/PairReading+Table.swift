extension PairReading {
    /// Reads a table of cells under a header.
    mutating func readTable(_ file: String, separator: UInt8, root: String) throws(PairDataError) {
        let table = DelimitedTable(try DatasetFile.bytes(of: file), separator: separator)
        guard let header = table.rows.first else {
            if let (line, problem) = table.problems.first {
                throw .rows(path: file, [PairRowError(file: file, place: .line(line), problem: problem)])
            }
            throw .empty(path: file)
        }
        let columns = try TableColumns(header: header.cells, file: file)
        problems += table.problems.map { PairRowError(file: file, place: .line($0.line), problem: $0.problem) }
        for row in table.rows.dropFirst() {
            do throws(PairRowError.Problem) {
                records.append(try columns.record(row.cells, root: root))
            } catch { problems.append(PairRowError(file: file, place: .line(row.line), problem: error)) }
        }
    }
}

extension PairRowError.Problem: Error {}

/// Which column of a table is what.
private struct TableColumns {
    private let count: Int
    private let picture: Int
    private let pictureName: String
    private let caption: Int?
    private let question: Int?
    private let answer: Int?
    private let split: Int?
    private let set: Int?
    private let label: Int?

    init(header: [String], file: String) throws(PairDataError) {
        let names = header.map { $0.trimmed.lowercased() }
        func column(_ candidates: [String]) -> Int? {
            for name in candidates { if let index = names.firstIndex(of: name) { return index } }
            return nil
        }
        guard let picture = column(PairRowReader.pictureKeys) else {
            throw .noColumn(file: file, oneOf: PairRowReader.pictureKeys, header: header)
        }
        self.picture = picture
        pictureName = header[picture]
        count = header.count
        caption = column(["caption", "text"])
        question = column(["question"])
        answer = column(["answer"])
        guard caption != nil || (question != nil && answer != nil) else {
            throw .noColumn(file: file, oneOf: ["caption", "text", "question and answer"], header: header)
        }
        split = column(["split"])
        set = column(["set"])
        label = column(["label"])
    }

    func record(_ cells: [String], root: String) throws(PairRowError.Problem) -> PairRecord {
        guard cells.count == count else { throw .cellCount(expected: count, found: cells.count) }
        func cell(_ column: Int?) -> String? {
            guard let column, !cells[column].isEmpty else { return nil }
            return cells[column]
        }
        guard let path = cell(picture) else {
            throw .wrong(key: pictureName, expected: "the picture's path", found: "empty")
        }
        var record = PairRecord(
            id: path, picture: .file(path: DatasetFile.path(path, in: root)), split: cell(split), set: cell(set),
            label: cell(label))
        if let caption { record.captions = [cells[caption]] }
        if let question, let answer, let text = cell(question) {
            record.questions = [QuestionAnswer(text, cells[answer])]
            if record.captions == [""] { record.captions = [] }
        }
        return record
    }
}
