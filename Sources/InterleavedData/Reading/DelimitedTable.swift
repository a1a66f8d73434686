/// A table of separated cells under a header, quoted as RFC 4180 has it: a cell that begins with a quote ends at the next
/// single one; within it a quote is doubled, and separators and line ends are its own. A quote elsewhere is a character.
package struct DelimitedTable {
    /// A line of cells, and the line of the file that it begins on.
    package struct Row {
        /// Counted from 1.
        package let line: Int
        /// As many as the line has.
        package let cells: [String]
    }

    /// Rows, the header first, up to the first place that cannot be read.
    package private(set) var rows: [Row] = []
    /// What is wrong, row by row; bad rows are left out of `rows`.
    package private(set) var problems: [(line: Int, problem: PairRowError.Problem)] = []

    private let bytes: [UInt8]
    private let separator: UInt8
    private var position = 0
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Divides the bytes. A byte-order mark in front is skipped, empty lines are left out.
    package init(_ bytes: [UInt8], separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        while position < bytes.count {
            if skipEmptyLine() { continue }
            let start = line
            do throws(CellError) {
                rows.append(Row(line: start, cells: try nextRow()))
            } catch {
                problems.append((start, error.problem))
                // Where a quote does not close, nothing after it can be told apart.
                if error.problem == .unclosedQuote { return }
                skipLine()
            }
        }
    }

    private struct CellError: Error { let problem: PairRowError.Problem }

    private mutating func skipEmptyLine() -> Bool {
        if bytes[position] == Self.lineFeed {
            (position, line) = (position + 1, line + 1)
            return true
        }
        if bytes[position] == Self.carriageReturn, position + 1 < bytes.count, bytes[position + 1] == Self.lineFeed {
            (position, line) = (position + 2, line + 1)
            return true
        }
        return false
    }

    private mutating func skipLine() {
        while position < bytes.count, bytes[position] != Self.lineFeed { position += 1 }
        if position < bytes.count { (position, line) = (position + 1, line + 1) }
    }

    private mutating func nextRow() throws(CellError) -> [String] {
        var cells: [String] = []
        while true {
            let isQuoted = position < bytes.count && bytes[position] == Self.quote
            cells.append(isQuoted ? try quotedCell() : try plainCell())
            guard position < bytes.count else { return cells }
            if bytes[position] == separator {
                position += 1
            } else {
                skipLine()  // at the line's end
                return cells
            }
        }
    }

    private mutating func plainCell() throws(CellError) -> String {
        let start = position
        while position < bytes.count, bytes[position] != separator, bytes[position] != Self.lineFeed { position += 1 }
        var end = position
        let endsLine = position == bytes.count || bytes[position] == Self.lineFeed
        if endsLine, end > start, bytes[end - 1] == Self.carriageReturn { end -= 1 }
        return try text(Array(bytes[start..<end]))
    }

    private mutating func quotedCell() throws(CellError) -> String {
        position += 1
        var cell: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte != Self.quote {
                if byte == Self.lineFeed { line += 1 }
                cell.append(byte)
            } else if position < bytes.count, bytes[position] == Self.quote {
                cell.append(byte)
                position += 1
            } else {
                try requireCellEnd()
                return try text(cell)
            }
        }
        throw CellError(problem: .unclosedQuote)
    }

    /// Goes past a carriage return before the line's end.
    private mutating func requireCellEnd() throws(CellError) {
        guard position < bytes.count else { return }
        if bytes[position] == separator || bytes[position] == Self.lineFeed { return }
        let next = position + 1
        if bytes[position] == Self.carriageReturn, next == bytes.count || bytes[next] == Self.lineFeed {
            position = next
            return
        }
        throw CellError(problem: .textAfterQuote)
    }

    private func text(_ cell: [UInt8]) throws(CellError) -> String {
        guard let text = String(validating: cell, as: UTF8.self) else { throw CellError(problem: .notUTF8) }
        return text
    }
}
