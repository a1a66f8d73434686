import JSONText

/// NLVR: is this sentence true of the drawn picture? Each sentence stands with six arrangements of the same boxes.
package struct NLVRTask: EvaluationTask {
    package static let card = TaskCard(
        name: "nlvr", title: "NLVR development set", files: ["dev.json", "test.json"],
        source: "github.com/lil-lab/nlvr, nlvr/dev; pictures in images/DIRECTORY/", licence: "CC BY 4.0",
        metric: "accuracy, consistency (all six arrangements right)", prompt: TrueOrFalse.prompt, ranks: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let split = source.split ?? "dev"
        let file = try source.file(["\(split).json", "\(split)/\(split).json"])
        files = [file]
        var examples: [EvaluationExample] = []
        for row in try source.lines(of: file) {
            let identifier = try row.text("identifier")
            let directory = try row.id("directory").description
            for arrangement in 0..<6 {
                let name = "\(split)-\(identifier)-\(arrangement)"
                let picture = source.picture(
                    "images/\(directory)/\(name).png", in: [split, "..", "\(split)/.."])
                examples.append(
                    try TrueOrFalse.example(id: name, row: row, pictures: [picture], sentence: identifier))
            }
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "identifier")
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? { TrueOrFalse.score(answer) }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        try TrueOrFalse.summary(meanSummary("accuracy", answers, variant: variant), answers)
    }

    /// `dev-1572-0-3.png,true`
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let lines = answers.map { "\($0.example.id).png,\($0.output ?? "")\n" }
        return ResultFile(name: "nlvr_predictions.csv", text: lines.joined())
    }
}

/// NLVR2: the same for two photographs, shown side by side as one picture.
package struct NLVR2Task: EvaluationTask {
    package static let card = TaskCard(
        name: "nlvr2", title: "NLVR2 development set", files: ["dev.json", "test1.json", "balanced_dev.json"],
        source: "github.com/lil-lab/nlvr, nlvr2/data; pictures by their links, in images/ or dev/",
        licence: "sentences CC BY 4.0; pictures have their own owners",
        metric: "accuracy, consistency (all pairs of a sentence right)", prompt: TrueOrFalse.prompt, ranks: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(source.split.map { ["\($0).json"] } ?? Self.card.files)
        files = [file]
        var examples: [EvaluationExample] = []
        for row in try source.lines(of: file) {
            let identifier = try row.text("identifier")
            let parts = identifier.split(separator: "-")
            guard parts.count == 4 else { throw row.wrong("identifier", identifier, "split-set-pair-sentence") }
            let base = parts[..<3].joined(separator: "-")
            let pictures = ["\(base)-img0.png", "\(base)-img1.png"].map {
                source.picture($0, in: ["images", "images/\(parts[0])", String(parts[0])])
            }
            examples.append(
                try TrueOrFalse.example(
                    id: identifier, row: row, pictures: [.strip(pictures)], sentence: "\(parts[1])-\(parts[3])"))
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "identifier")
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? { TrueOrFalse.score(answer) }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        try TrueOrFalse.summary(meanSummary("accuracy", answers, variant: variant), answers)
    }

    /// `identifier,True`
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let lines = answers.map { "\($0.example.id),\($0.output == "true" ? "True" : "False")\n" }
        return ResultFile(name: "nlvr2_predictions.csv", text: lines.joined())
    }
}
