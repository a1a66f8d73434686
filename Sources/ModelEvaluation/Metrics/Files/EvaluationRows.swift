import JSONText

/// The rows of a JSON file of predictions or references, with readers that know where they are.
struct EvaluationRows {
    let file: String
    let document: JSONValue
    let values: [JSONValue]

    /// Reads an array, or the array under `member` of an object.
    init(_ bytes: [UInt8], file: String, member: String?) throws(EvaluationFileError) {
        self.file = file
        do { document = try JSONValue(parsing: bytes) } catch { throw .notJSON(file: file, error: error) }
        if let member {
            guard let rows = document[member]?.array else {
                throw .wrongShape(file: file, place: "\"\(member)\"", expected: "an array of rows")
            }
            values = rows
        } else {
            guard let rows = document.array else {
                throw .wrongShape(file: file, place: "the document", expected: "an array of rows")
            }
            values = rows
        }
    }

    /// The id under `field`. Rows count from 1 in errors.
    func id(_ field: String, of row: JSONValue, at index: Int) throws(EvaluationFileError) -> ExampleID {
        guard let id = ExampleID(row[field]) else {
            throw .wrongField(file: file, row: index + 1, field: field, expected: "a whole number or a text")
        }
        return id
    }

    /// The text under `field`.
    func string(_ field: String, of row: JSONValue, at index: Int) throws(EvaluationFileError) -> String {
        guard let text = row[field]?.string else {
            throw .wrongField(file: file, row: index + 1, field: field, expected: "a text")
        }
        return text
    }
}
