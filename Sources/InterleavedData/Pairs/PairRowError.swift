import JSONText

/// A row of a dataset that is not what its format says.
package struct PairRowError: Error, Sendable, Equatable {
    /// Where in the file it is; counted from 1.
    package enum Place: Sendable, Equatable {
        case line(Int)
        case element(Int)
        case annotation(Int)
        case member(String)
        case picture(String)
    }

    /// What is wrong with it.
    package enum Problem: Sendable, Equatable {
        /// The line is not JSON.
        case notJSON(JSONError)
        /// JSON, but no object.
        case notAnObject
        /// A key that stands twice.
        case repeatedKey(String)
        /// A key that the format wants and the row lacks.
        case missing(key: String, expected: String)
        /// A value of the wrong type or form.
        case wrong(key: String, expected: String, found: String)
        /// More or fewer cells than the header has.
        case cellCount(expected: Int, found: Int)
        /// A quoted cell without its end.
        case unclosedQuote
        /// Something between a cell's closing quote and the next cell.
        case textAfterQuote
        /// Bytes that are not UTF-8.
        case notUTF8
        /// A picture without the text that belongs beside it.
        case noText(expected: String)
        /// Text without a picture.
        case noPicture(expected: String)
    }

    /// The file.
    package var file: String
    /// Where in it.
    package var place: Place
    /// What is wrong.
    package var problem: Problem

    /// An error of those facts.
    package init(file: String, place: Place, problem: Problem) {
        self.file = file
        self.place = place
        self.problem = problem
    }
}

extension PairRowError: CustomStringConvertible {
    /// File, row, what is wrong, what was expected.
    package var description: String { "\(file): \(place): \(problem)" }
}

extension PairRowError.Place: CustomStringConvertible {
    /// `line 17`.
    package var description: String {
        switch self {
        case .line(let number): "line \(number)"
        case .element(let number): "row \(number)"
        case .annotation(let number): "annotation \(number)"
        case .member(let name): "member \(name)"
        case .picture(let name): name
        }
    }
}

extension PairRowError.Problem: CustomStringConvertible {
    /// What is wrong and what was expected.
    package var description: String {
        switch self {
        case .notJSON(let error): "\(error.description); expected a JSON object"
        case .notAnObject: "expected a JSON object"
        case .repeatedKey(let key): "\"\(key)\" stands twice"
        case .missing(let key, let expected): "no \"\(key)\"; expected \(expected)"
        case .wrong(let key, let expected, let found): "\"\(key)\" is \(found); expected \(expected)"
        case .cellCount(let expected, let found): "\(found) cells; expected \(expected), as many as in the header"
        case .unclosedQuote: "a quoted cell does not end; expected a closing \""
        case .textAfterQuote:
            "text after a closing quote; expected the next cell (a quote within a cell is written \"\")"
        case .notUTF8: "bytes that are not UTF-8; expected text in UTF-8"
        case .noText(let expected): "no text; expected \(expected)"
        case .noPicture(let expected): "no picture; expected \(expected)"
        }
    }
}
