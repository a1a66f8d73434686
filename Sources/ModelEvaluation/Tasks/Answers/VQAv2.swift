/// VQAv2: ten annotators' answers to each question about COCO pictures.
package struct VQAv2: VQATask {
    package static let card = TaskCard(
        name: "vqav2", title: "VQAv2 validation (--split train, test-dev, test: those files)",
        files: ["v2_OpenEnded_mscoco_val2014_questions.json", "v2_mscoco_val2014_annotations.json"],
        fileChoice: .all,
        source: "visualqa.org; pictures of COCO val2014, in val2014/", licence: "annotations CC BY 4.0",
        metric: "VQA accuracy", variants: Self.variants(.official), prompt: .modelAsk, majorityBy: "question_type")

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        files = try VQAQuestionFiles.files(
            source, questions: "v2_OpenEnded_mscoco_{split}2014_questions.json",
            annotations: "v2_mscoco_{split}2014_annotations.json")
        examples = try VQAQuestionFiles.examples(files, source: source, places: COCOCaptions.places)
    }
}
