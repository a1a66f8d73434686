import JSONText

/// The values of a file with one JSON value a line.
package struct JSONLines: Sendable {
    /// Values with the numbers of their lines, counted from 1; empty lines are left out.
    package let rows: [(number: Int, value: JSONValue)]

    /// Reads all lines.
    ///
    /// - Throws: `EvaluationFileError.wrongShape` with the line that is not JSON.
    package init(_ bytes: [UInt8], file: String) throws(EvaluationFileError) {
        var rows: [(number: Int, value: JSONValue)] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
            do { rows.append((index + 1, try JSONValue(parsing: Array(line)))) } catch {
                throw .wrongShape(file: file, place: "line \(index + 1)", expected: "JSON: \(error)")
            }
        }
        self.rows = rows
    }
}
