import JSONText

/// A row's object, with errors that know where it is.
struct DatasetRow {
    let object: JSONObject
    let file: String
    let place: PairRowError.Place

    init(_ value: JSONValue, file: String, place: PairRowError.Place) throws(PairRowError) {
        guard let object = value.object else {
            throw PairRowError(file: file, place: place, problem: .notAnObject)
        }
        if let key = object.duplicateKey {
            throw PairRowError(file: file, place: place, problem: .repeatedKey(key))
        }
        (self.object, self.file, self.place) = (object, file, place)
    }

    subscript(key: String) -> JSONValue? { object[key] }

    func has(_ key: String) -> Bool { object[key] != nil }

    func error(_ problem: PairRowError.Problem) -> PairRowError {
        PairRowError(file: file, place: place, problem: problem)
    }

    /// The text under the key; nil where there is none or null.
    func text(_ key: String) throws(PairRowError) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.string else { throw error(.wrong(key: key, expected: "a text", found: kind(key))) }
        return text
    }

    /// As `text`; a number is a name too.
    func name(_ key: String) throws(PairRowError) -> String? {
        if let number = object[key]?.integer { return String(number) }
        return try text(key)
    }

    /// The whole number under the key.
    func number(_ key: String) throws(PairRowError) -> Int {
        guard let value = object[key] else { throw error(.missing(key: key, expected: "a whole number")) }
        guard let number = value.integer else {
            throw error(.wrong(key: key, expected: "a whole number", found: kind(key)))
        }
        return number
    }

    /// The text under the key, or all of a list; nil where there is none or null.
    func texts(_ key: String) throws(PairRowError) -> [String]? {
        guard let value = object[key], !value.isNull else { return nil }
        if let text = value.string { return [text] }
        let expected = "a text, or a list of texts"
        guard let list = value.array else { throw error(.wrong(key: key, expected: expected, found: kind(key))) }
        var texts: [String] = []
        for element in list {
            // The official annotations have an object for each person's answer.
            guard let text = element.string ?? element["answer"]?.string else {
                throw error(.wrong(key: key, expected: expected, found: "a list with \(element.text.prefix(60))"))
            }
            texts.append(text)
        }
        return texts
    }

    /// What kind of value stands under the key.
    func kind(_ key: String) -> String {
        switch object[key] {
        case nil: "absent"
        case .null: "null"
        case .bool: "true or false"
        case .integer, .double: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
