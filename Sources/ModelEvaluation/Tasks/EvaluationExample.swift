import JSONText

/// One question of a task, or one picture to caption.
package struct EvaluationExample: Sendable {
    /// Unique within the task: what `samples.jsonl` and `eval explain` call it.
    package var id: String
    /// The id as the official file has it, for the result file.
    package var officialID: JSONValue
    /// The pictures, in the order of the prompt; none for a text-only example.
    package var pictures: [PictureReference]
    /// The question; nil for a caption.
    package var question: String?
    /// Further texts that a prompt may name: `hint`, `ocr`.
    package var slots: [String: String]
    /// The possible answers of a closed question, in the order of their letters; empty for an open one.
    package var choices: [String]
    /// The right answers: any of them, or all annotators', as the metric reads them.
    package var references: [String]
    /// The position of the right choice, where there is one.
    package var correctChoice: Int?
    /// Groups for the breakdown: `("answer_type", "yes/no")`.
    package var categories: [(name: String, value: String)]
    /// Examples of one cluster are not independent: questions about one picture.
    package var cluster: String

    /// An example; what is not given is empty, the cluster is the pictures.
    package init(
        id: String, officialID: JSONValue? = nil, pictures: [PictureReference], question: String? = nil,
        slots: [String: String] = [:], choices: [String] = [], references: [String], correctChoice: Int? = nil,
        categories: [(name: String, value: String)] = [], cluster: String? = nil
    ) {
        self.id = id
        self.officialID = officialID ?? .string(id)
        self.pictures = pictures
        self.question = question
        self.slots = slots
        self.choices = choices
        self.references = references
        self.correctChoice = correctChoice
        self.categories = categories
        self.cluster = cluster ?? (pictures.isEmpty ? id : pictures.map(\.name).joined(separator: " + "))
    }

    /// Whether the files say what is right; those of a test split may not.
    package var hasAnswer: Bool { !references.isEmpty || correctChoice != nil }

    /// The value of the category of that name.
    package func category(_ name: String) -> String? { categories.first { $0.name == name }?.value }
}

/// An example with what a model answered.
package struct AnsweredExample: Sendable {
    /// The question.
    package var example: EvaluationExample
    /// The answer that is scored; nil where there is none, because a picture could not be read: that is wrong.
    package var output: String?
    /// The position of the choice, where choices were ranked.
    package var choice: Int?
    /// Score of each choice, where choices were ranked.
    package var choiceScores: [Double]

    /// An example with its answer.
    package init(
        _ example: EvaluationExample, output: String?, choice: Int? = nil, choiceScores: [Double] = []
    ) {
        self.example = example
        self.output = output
        self.choice = choice
        self.choiceScores = choiceScores
    }
}
