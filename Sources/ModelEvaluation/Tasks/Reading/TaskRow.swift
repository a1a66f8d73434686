import JSONText

/// A row of a task's file, with readers that know where they are.
struct TaskRow: Sendable {
    let value: JSONValue
    let file: String
    /// Counted from 1.
    let number: Int

    /// The text under `field`.
    func text(_ field: String) throws(EvaluationFileError) -> String {
        guard let text = value[field]?.string else { throw problem(field, "a text") }
        return text
    }

    /// The text under `field`; nil where it is absent, null, or empty.
    func optionalText(_ field: String) throws(EvaluationFileError) -> String? {
        guard let member = value[field], !member.isNull else { return nil }
        guard let text = member.string else { throw problem(field, "a text or null") }
        return text.isEmpty ? nil : text
    }

    /// The id under `field`, a number or a text.
    func id(_ field: String) throws(EvaluationFileError) -> ExampleID {
        guard let id = ExampleID(value[field]) else { throw problem(field, "a whole number or a text") }
        return id
    }

    /// The whole number under `field`.
    func integer(_ field: String) throws(EvaluationFileError) -> Int {
        guard let integer = value[field]?.integer else { throw problem(field, "a whole number") }
        return integer
    }

    /// The texts under `field`, at least one.
    func texts(_ field: String) throws(EvaluationFileError) -> [String] {
        guard let list = value[field]?.array, !list.isEmpty, list.allSatisfy({ $0.string != nil }) else {
            throw problem(field, "a list of texts")
        }
        return list.compactMap(\.string)
    }

    /// What `read` reads; nothing where `field` is absent and may be.
    func optional<Value>(
        _ field: String, where mayLack: Bool, else absent: Value,
        _ read: () throws(EvaluationFileError) -> Value
    ) throws(EvaluationFileError) -> Value {
        mayLack && value[field] == nil ? absent : try read()
    }

    /// A text, or all of a list, under `field`.
    func textOrTexts(_ field: String) throws(EvaluationFileError) -> [String] {
        if let text = value[field]?.string { return [text] }
        return try texts(field)
    }

    /// The `key` of each record of the list under `field`, at least one.
    func texts(_ field: String, each key: String) throws(EvaluationFileError) -> [String] {
        let list = value[field]?.array ?? []
        let texts = list.compactMap { $0[key]?.string }
        guard !list.isEmpty, texts.count == list.count else {
            throw problem(field, "a list of records with \"\(key)\"")
        }
        return texts
    }

    /// The rows of the list under `field`.
    func rows(_ field: String) throws(EvaluationFileError) -> [TaskRow] {
        guard let list = value[field]?.array else { throw problem(field, "a list of rows") }
        return list.enumerated().map { TaskRow(value: $1, file: file, number: $0 + 1) }
    }

    /// The position among `choices` under `field`.
    func position(_ field: String, of choices: [String]) throws(EvaluationFileError) -> Int {
        let position = try integer(field)
        guard choices.indices.contains(position) else {
            throw wrong(field, "\(position)", "the position of one of \(choices.count) choices, from 0")
        }
        return position
    }

    /// The position of the letter under `field`.
    func letter(_ field: String, of choices: [String]) throws(EvaluationFileError) -> Int {
        let letter = try text(field)
        guard let position = ChoiceLetter.letters(choices.count).firstIndex(of: letter) else {
            throw wrong(field, letter, "the letter of one of \(choices.count) choices")
        }
        return position
    }

    /// What `expected` says is not there.
    func problem(_ field: String, _ expected: String) -> EvaluationFileError {
        .wrongField(file: file, row: number, field: field, expected: expected)
    }

    /// A value that is not allowed.
    func wrong(_ field: String, _ found: String, _ allowed: String) -> EvaluationFileError {
        .wrongValue(file: file, row: number, field: field, found: found, allowed: allowed)
    }
}

extension ExampleID {
    /// The id as the file has it.
    var json: JSONValue {
        switch self {
        case .number(let number): .integer(number)
        case .text(let text): .string(text)
        }
    }
}
