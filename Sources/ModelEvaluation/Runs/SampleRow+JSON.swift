import JSONText

extension SampleRow {
    /// The row as JSON: the members of the contract first.
    package var json: JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("id", .string(id)), ("task", .string(task)), ("image", .string(image)),
            ("question", Self.json(question)), ("reference", .string(reference)), ("output", .string(output)),
            ("correct", isCorrect.map { .bool($0) } ?? .null),
            ("logprob", Self.json(logProbability)), ("confidence", Self.json(confidence)),
            ("score", Self.json(score)), ("prompt", Self.json(prompt)),
            ("token_ids", .array(tokenIDs.map { .integer($0) })),
            ("tokens", .array(tokens.map { .string($0) })), ("token_logprobs", Self.json(tokenLogProbabilities)),
        ]
        if let rawOutput { members.append(("raw_output", .string(rawOutput))) }
        if references.count != 1 { members.append(("references", .array(references.map { .string($0) }))) }
        if !choices.isEmpty { members.append(("choices", .array(choices.map { .string($0) }))) }
        if !choiceScores.isEmpty { members.append(("choice_scores", Self.json(choiceScores))) }
        if let choice { members.append(("choice", .integer(choice))) }
        if !demonstrations.isEmpty {
            members.append(("demonstrations", .array(demonstrations.map { .string($0) })))
        }
        if let failure {
            members.append(
                ("error", .object([("code", .string(failure.code)), ("message", .string(failure.message))])))
        }
        if !baselines.isEmpty { members.append(("baselines", .object(baselines.map { ($0.name, $0.json) }))) }
        return .object(members)
    }

    fileprivate static func json(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    private static func json(_ number: Double?) -> JSONValue { number.map { .double($0) } ?? .null }
    fileprivate static func json(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .double($0) }) }

    /// Reads a row; nil where a member that every row has is absent.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let task = json["task"]?.string, let image = json["image"]?.string,
            let output = json["output"]?.string, let reference = json["reference"]?.string
        else { return nil }
        let references = json["references"]?.array?.compactMap(\.string) ?? [reference]
        self.init(id: id, task: task, image: image, question: json["question"]?.string, references: references)
        self.output = output
        isCorrect = json["correct"]?.bool
        score = json["score"]?.double
        logProbability = json["logprob"]?.double
        confidence = json["confidence"]?.double
        prompt = json["prompt"]?.string
        rawOutput = json["raw_output"]?.string
        tokenIDs = json["token_ids"]?.array?.compactMap(\.integer) ?? []
        tokens = json["tokens"]?.array?.compactMap(\.string) ?? []
        tokenLogProbabilities = json["token_logprobs"]?.array?.compactMap(\.double) ?? []
        choices = json["choices"]?.array?.compactMap(\.string) ?? []
        choice = json["choice"]?.integer
        choiceScores = json["choice_scores"]?.array?.map { $0.double ?? -.infinity } ?? []
        demonstrations = json["demonstrations"]?.array?.compactMap(\.string) ?? []
        if let error = json["error"] {
            failure = Failure(code: error["code"]?.string ?? "", message: error["message"]?.string ?? "")
        }
        baselines = json["baselines"]?.object?.members.map { Baseline(name: $0.key, $0.value) } ?? []
    }
}

extension SampleRow.Baseline {
    var json: JSONValue {
        var members: [(key: String, value: JSONValue)] = [("output", SampleRow.json(output))]
        if let image { members.append(("image", .string(image))) }
        if let choice { members.append(("choice", .integer(choice))) }
        if !choiceScores.isEmpty { members.append(("choice_scores", SampleRow.json(choiceScores))) }
        return .object(members)
    }

    init(name: String, _ json: JSONValue) {
        self.init(name: name, output: json["output"]?.string)
        image = json["image"]?.string
        choice = json["choice"]?.integer
        choiceScores = json["choice_scores"]?.array?.map { $0.double ?? -.infinity } ?? []
    }
}
