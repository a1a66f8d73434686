/// A table of a page; a click on a column's head sorts by it, where scripts are let run.
///
///     PageTable(columns: [.text("task"), .number("score")],
///               rows: [[.text("pairs"), .number(0.62, digits: 3)]], caption: "95 % intervals")
package struct PageTable: Sendable {
    /// A column.
    package struct Column: Sendable {
        /// Stands above.
        package let title: String
        /// Whether its cells stand to the right, their digits under each other.
        package let isNumeric: Bool

        /// A column of words.
        package static func text(_ title: String) -> Column { Column(title: title, isNumeric: false) }
        /// A column of numbers.
        package static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
    }

    /// A cell.
    package struct Cell: Sendable {
        /// How a cell looks.
        enum Look: String {
            case plain, code, right, wrong, warning, faint
        }

        let text: String
        let look: Look
        /// What it is sorted by, where that is not its text.
        let number: Double?

        /// Words.
        package static func text(_ text: String) -> Cell { Cell(text: text, look: .plain, number: nil) }
        /// Names, hashes, commands: in letters of one width.
        package static func code(_ text: String) -> Cell { Cell(text: text, look: .code, number: nil) }
        /// A number with so many digits after the point.
        package static func number(_ value: Double, digits: Int) -> Cell {
            Cell(text: NumberText.fixed(value, digits: digits), look: .plain, number: value)
        }
        /// A number in words of its own, `1.2 GiB`; sorted by its value.
        package static func number(_ value: Double, text: String) -> Cell {
            Cell(text: text, look: .plain, number: value)
        }
        /// A count.
        package static func count(_ value: Int) -> Cell {
            Cell(text: NumberText.grouped(value), look: .plain, number: Double(value))
        }
        /// `right` or `wrong`, in words, sign and colour.
        package static func verdict(_ isRight: Bool) -> Cell {
            Cell(text: isRight ? "✓ right" : "✗ wrong", look: isRight ? .right : .wrong, number: isRight ? 1 : 0)
        }
        /// Something to beware of.
        package static func warning(_ text: String) -> Cell { Cell(text: "⚠ " + text, look: .warning, number: nil) }
        /// Nothing to say.
        package static var none: Cell { Cell(text: "–", look: .faint, number: nil) }
    }

    /// From left to right.
    package var columns: [Column]
    /// From top to bottom; a row that is too short is filled up, one that is too long cut.
    package var rows: [[Cell]]
    /// Stands under the table; `""` for none.
    package var caption: String

    /// A table.
    package init(columns: [Column], rows: [[Cell]], caption: String = "") {
        self.columns = columns
        self.rows = rows
        self.caption = caption
    }

    /// The table as an element. In a frame of its own, which a narrow page can scroll.
    var element: String {
        var text = "<div class=\"table\"><table>"
        if !caption.isEmpty { text += "<caption>\(MarkupText.escaped(caption))</caption>" }
        text += "<thead><tr>"
        for column in columns {
            let style = column.isNumeric ? " class=\"number\"" : ""
            text += "<th scope=\"col\"\(style)>\(MarkupText.escaped(column.title))</th>"
        }
        text += "</tr></thead><tbody>\n"
        for row in rows {
            text += "<tr>"
            for (index, column) in columns.enumerated() {
                text += element(of: index < row.count ? row[index] : .none, isNumeric: column.isNumeric)
            }
            text += "</tr>\n"
        }
        if rows.isEmpty { text += "<tr><td class=\"faint\" colspan=\"\(max(columns.count, 1))\">none</td></tr>\n" }
        return text + "</tbody></table></div>\n"
    }

    private func element(of cell: Cell, isNumeric: Bool) -> String {
        var classes = isNumeric ? ["number"] : []
        if [.right, .wrong, .warning, .faint].contains(cell.look) { classes.append(cell.look.rawValue) }
        let style = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
        let key = cell.number.flatMap { $0.isFinite ? " data-sort=\"\($0)\"" : nil } ?? ""
        let text = MarkupText.escaped(cell.text)
        return "<td\(style)\(key)>\(cell.look == .code ? "<code>\(text)</code>" : text)</td>"
    }
}
