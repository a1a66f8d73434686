/// NoCaps: captions of objects that COCO does not have, in three domains.
package struct NoCaps: CaptioningTask {
    package static let card = TaskCard(
        name: "nocaps", title: "NoCaps validation", files: ["nocaps_val_4500_captions.json"],
        source: "nocaps.org; pictures of Open Images V4 validation, in val/ or images/",
        licence: "annotations CC BY 2.0 (not verified); pictures CC BY 2.0",
        metric: "CIDEr over all; CIDEr_in-domain, CIDEr_near-domain, CIDEr_out-domain each as a set of its own",
        prompt: .modelCaption)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(Self.card.files)
        try source.requireNoSplit(of: file)
        files = [file]
        examples = Self.examples(of: try CaptionSet(path: file, source: source, places: ["val", "images"]))
        try TaskSource.requireUnique(examples, file: file, field: "id")
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = captionSummary(answers)
        for domain in ["in-domain", "near-domain", "out-domain"] {
            let part = answers.filter { $0.example.category("domain") == domain }
            if !part.isEmpty { summary.values.append(("CIDEr_\(domain)", captionSummary(part).score)) }
        }
        summary.remarks.append("each domain is a set of its own, with its own document frequencies")
        return summary
    }
}
