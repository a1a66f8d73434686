import InterleavedData
import JSONText

extension TaskSource {
    /// The rows of a JSON list, or of the list under `member` of an object.
    ///
    /// - Throws: `EvaluationFileError` where the file is no such thing, or has no row.
    func rows(of path: String, member: String? = nil) throws(EvaluationFileError) -> [TaskRow] {
        let document = try json(path)
        let list = member.map { document[$0] ?? .null } ?? document
        guard let rows = list.array else {
            throw .wrongShape(
                file: path, place: member.map { "\"\($0)\"" } ?? "the document", expected: "an array of rows")
        }
        guard !rows.isEmpty else { throw .empty(file: path) }
        return rows.enumerated().map { TaskRow(value: $1, file: path, number: $0 + 1) }
    }

    /// The rows of a file with one JSON object a line.
    func lines(of path: String) throws(EvaluationFileError) -> [TaskRow] {
        let rows = try JSONLines(try bytes(of: path), file: path).rows
        guard !rows.isEmpty else { throw .empty(file: path) }
        return rows.map { TaskRow(value: $0.value, file: path, number: $0.number) }
    }

    /// The members of a JSON object that are rows, by key, in the order of the file.
    func members(of path: String) throws(EvaluationFileError) -> [(key: String, row: TaskRow)] {
        guard let object = try json(path).object else {
            throw .wrongShape(file: path, place: "the document", expected: "an object of rows by id")
        }
        if let key = object.duplicateKey { throw .duplicate(file: path, field: "id", id: .text(key)) }
        guard !object.members.isEmpty else { throw .empty(file: path) }
        return object.members.enumerated().map { index, member in
            (member.key, TaskRow(value: member.value, file: path, number: index + 1))
        }
    }

    /// The rows of a table of tab-separated cells under a header, as objects of texts; an empty cell is null.
    func table(of path: String) throws(EvaluationFileError) -> [TaskRow] {
        let table = DelimitedTable(try bytes(of: path), separator: UInt8(ascii: "\t"))
        if let problem = table.problems.first {
            throw .wrongShape(file: path, place: "line \(problem.line)", expected: "a row: \(problem.problem)")
        }
        guard let header = table.rows.first, table.rows.count > 1 else { throw .empty(file: path) }
        var rows: [TaskRow] = []
        for row in table.rows.dropFirst() {
            guard row.cells.count == header.cells.count else {
                throw .wrongShape(
                    file: path, place: "line \(row.line), of \(row.cells.count) cells,",
                    expected: "a row of \(header.cells.count) cells as the header")
            }
            let members = zip(header.cells, row.cells).map { ($0, $1.isEmpty ? JSONValue.null : .string($1)) }
            rows.append(TaskRow(value: .object(members), file: path, number: row.line))
        }
        return rows
    }

    /// Throws where two examples have the same id.
    static func requireUnique(
        _ examples: [EvaluationExample], file: String, field: String
    ) throws(EvaluationFileError) {
        guard !examples.isEmpty else { throw .empty(file: file) }
        var seen = Set<String>()
        for example in examples where !seen.insert(example.id).inserted {
            throw .duplicate(file: file, field: field, id: .text(example.id))
        }
    }
}
