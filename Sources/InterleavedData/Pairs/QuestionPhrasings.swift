import JSONText

/// Other words for the questions of a dataset, so that a model learns what is asked and not how.
///
///     {"captions": ["What is this?"],
///      "questions": {"What coin is this?": ["Which coin is it?", "How much is this coin worth?"]}}
///
/// `captions` are questions whose answer is the row's caption. A question that is not named keeps its words.
package struct QuestionPhrasings: Sendable, Equatable {
    /// Questions that the caption answers.
    package let captions: [String]
    /// Other words for a question, by the question.
    package let questions: [String: [String]]

    /// The phrasings in a JSON document.
    ///
    /// - Parameter file: named in errors.
    package init(_ document: JSONValue, file: String) throws(PhrasingsError) {
        guard let object = document.object else { throw .notPhrasings(file: file, place: "the document") }
        if let key = object.duplicateKey { throw .notPhrasings(file: file, place: "the repeated key \(key)") }
        if let key = object.keys.first(where: { $0 != "captions" && $0 != "questions" }) {
            throw .notPhrasings(file: file, place: key)
        }
        captions = try Self.texts(object["captions"] ?? .array([]), "captions", file)
        var questions: [String: [String]] = [:]
        guard let named = (object["questions"] ?? .object([])).object else {
            throw .notPhrasings(file: file, place: "questions")
        }
        if let key = named.duplicateKey { throw .notPhrasings(file: file, place: "the repeated question \(key)") }
        for (question, value) in named.members { questions[question] = try Self.texts(value, question, file) }
        self.questions = questions
        guard !captions.isEmpty || !questions.isEmpty else { throw .notPhrasings(file: file, place: "the document") }
    }

    private static func texts(_ value: JSONValue, _ place: String, _ file: String) throws(PhrasingsError) -> [String] {
        let texts = (value.array ?? []).compactMap(\.string)
        guard let count = value.array?.count, count == texts.count, !texts.contains("") else {
            throw .notPhrasings(file: file, place: place)
        }
        return texts
    }

    /// A row of `pairs.jsonl` with every phrasing of its questions, each with the answer it had.
    ///
    /// - Parameters:
    ///   - image: what its picture is called from where the rows will stand.
    ///   - keepsQuestions: whether the questions' own words stay too; those without other words always do.
    /// - Returns: nil where the value is not a row.
    package func row(_ row: JSONValue, image: (String) -> String, keepsQuestions: Bool) -> JSONValue? {
        guard let object = row.object, let picture = object["image"]?.string else { return nil }
        var pairs: [JSONValue] = []
        func add(_ question: String, _ answer: JSONValue) {
            let pair = JSONValue.array([.string(question), answer])
            if !pairs.contains(pair) { pairs.append(pair) }
        }
        for pair in object["qa"]?.array ?? [] {
            guard let words = pair.array, words.count == 2, let question = words[0].string else { return nil }
            let others = questions[question] ?? []
            if keepsQuestions || others.isEmpty { add(question, words[1]) }
            for other in others { add(other, words[1]) }
        }
        if let caption = object["caption"], caption.string != nil {
            for question in captions { add(question, caption) }
        }
        var members = object.members.map { member in
            member.key == "image"
                ? (key: "image", value: JSONValue.string(image(picture)))
                : member.key == "qa" ? (key: "qa", value: .array(pairs)) : member
        }
        if object["qa"] == nil { members.append(("qa", .array(pairs))) }
        return .object(members)
    }
}

/// Why phrasings cannot be used.
package enum PhrasingsError: Error, Equatable, CustomStringConvertible {
    /// Something in the file is not what phrasings are made of.
    case notPhrasings(file: String, place: String)
    /// A line of the dataset is no row.
    case notARow(file: String, line: Int)

    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .notPhrasings(let file, let place):
            "\(file): \(place): phrasings are {\"captions\": [question, ...], \"questions\": {question: [other words, ...]}}"
        case .notARow(let file, let line):
            "\(file): line \(line): not a row of pairs.jsonl ({\"image\", \"caption\", \"qa\": [[question, answer], ...]})"
        }
    }
}
