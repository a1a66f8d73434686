/// The tasks there are.
package enum TaskList {
    /// All of them, in the order of `eval --list`.
    package static let all: [any EvaluationTask.Type] = [
        PairsTask.self, COCOCaptions.self, NoCaps.self, Flickr30kCaptions.self, COCORetrieval.self,
        Flickr30kRetrieval.self, VQAv2.self, OKVQA.self, AOKVQAMultipleChoice.self, AOKVQADirectAnswer.self,
        GQATask.self, VizWiz.self, TextVQA.self, DocVQA.self, ChartQA.self, ScienceQA.self, POPETask.self, MMETask.self,
        MMMUTask.self, SEEDBench.self, MMBenchTask.self, NLVRTask.self, NLVR2Task.self, ZeroShotClassification.self,
        WinogroundTask.self, TextChoices.self,
    ]

    /// The suite in the box: they want no files.
    package static let builtIn: [any EvaluationTask.Type] = [
        DrawnCaptions.self, DrawnVQA.self, DrawnCounting.self, DrawnRelations.self, DrawnProbes.self,
        DrawnRetrieval.self,
    ]

    /// The task of that name.
    package static func named(_ name: String) -> (any EvaluationTask.Type)? {
        (all + builtIn).first { $0.card.name == name }
    }

    /// Whether the task of that name wants files.
    package static func wantsFiles(_ name: String) -> Bool { !builtIn.contains { $0.card.name == name } }

    /// All names.
    package static var names: [String] { (all + builtIn).map { $0.card.name } }
}
