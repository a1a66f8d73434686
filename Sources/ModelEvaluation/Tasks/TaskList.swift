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

    /// The task of that name.
    package static func named(_ name: String) -> (any EvaluationTask.Type)? { all.first { $0.card.name == name } }

    /// All names.
    package static var names: [String] { all.map { $0.card.name } }
}
