import TensorEngine

/// The rows of a set, found by what is asked of them and what is answered.
struct ExampleSet: Sendable {
    /// What is asked of a row and answered: its caption where there is no question.
    struct Asked: Sendable, Hashable {
        var question: String?
        var answer: String

        /// The part of a document, its answer another word where `names` has one.
        func part(renamed names: [String: String]) -> InterleavedDocument.Part {
            guard let question else { return .caption(answer) }
            return .question(QuestionAnswer(question, names[answer] ?? answer))
        }
    }

    /// The rows.
    let rows: [PairRecord]
    private let byAsked: [Asked: [Int]]
    /// The different answers to each question, in the order of their first rows.
    private let answers: [String: [String]]

    init(_ rows: [PairRecord]) {
        self.rows = rows
        var byAsked: [Asked: [Int]] = [:]
        var answers: [String: [String]] = [:]
        for (index, row) in rows.enumerated() {
            for asked in Self.all(row) {
                if byAsked[asked] == nil, let question = asked.question {
                    answers[question, default: []].append(asked.answer)
                }
                byAsked[asked, default: []].append(index)
            }
        }
        (self.byAsked, self.answers) = (byAsked, answers)
    }

    private static func captions(_ row: PairRecord) -> [Asked] {
        row.captions.filter { !$0.isBlank }.map { Asked(question: nil, answer: $0) }
    }

    private static func questions(_ row: PairRecord) -> [Asked] {
        row.questions.filter { !$0.question.isBlank && !$0.answer.isBlank }.map {
            Asked(question: $0.question, answer: $0.answer)
        }
    }

    private static func all(_ row: PairRecord) -> [Asked] { captions(row) + questions(row) }

    /// Something to ask of a row that has text.
    func question(of row: PairRecord, captionShare: Double, using generator: inout SeededGenerator) -> Asked {
        let (captions, questions) = (Self.captions(row), Self.questions(row))
        let wantsCaption = generator.unit() < captionShare
        let choices = questions.isEmpty || (wantsCaption && !captions.isEmpty) ? captions : questions
        return choices[generator.integer(below: choices.count)]
    }

    /// Something to ask of a row in an example before `other`: the same where the row has it, else another of its kind.
    func question(of row: PairRecord, like other: Asked, using generator: inout SeededGenerator) -> Asked? {
        let choices = other.question == nil ? Self.captions(row) : Self.questions(row)
        if let same = choices.first(where: { $0.question == other.question }) { return same }
        return choices.isEmpty ? nil : choices[generator.integer(below: choices.count)]
    }

    /// A row of another picture to which the same is asked and answered; nil where there is none.
    func row(answering asked: Asked, except picture: PictureLocation, using generator: inout SeededGenerator)
        -> PairRecord?
    {
        let others = (byAsked[asked] ?? []).filter { rows[$0].picture != picture }
        return others.isEmpty ? nil : rows[others[generator.integer(below: others.count)]]
    }

    /// Other words for the answers to these questions: each another answer of the set to the same question, none twice. Empty where
    /// there are too few.
    func renaming(_ asked: [Asked], using generator: inout SeededGenerator) -> [String: String] {
        var names: [String: String] = [:]
        var used: Set<String> = []
        for one in asked where names[one.answer] == nil {
            let free = (answers[one.question ?? ""] ?? []).filter { $0 != one.answer && !used.contains($0) }
            guard !free.isEmpty else { return [:] }
            let name = free[generator.integer(below: free.count)]
            names[one.answer] = name
            used.insert(name)
        }
        return names
    }
}
