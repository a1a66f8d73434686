/// VQAv2: ten annotators' answers to each question about COCO pictures.
package struct VQAv2: VQATask {
    package static let card = TaskCard(
        name: "vqav2", title: "VQAv2 validation",
        files: ["v2_OpenEnded_mscoco_val2014_questions.json", "v2_mscoco_val2014_annotations.json"],
        source: "visualqa.org; pictures of COCO val2014, in val2014/", licence: "annotations CC BY 4.0",
        metric: "VQA accuracy", variants: Self.variants(.official), prompt: .modelAsk, majorityBy: "question_type")

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        files = [try source.file([Self.card.files[0]]), try source.file([Self.card.files[1]])]
        examples = try VQAQuestionFiles.examples(
            questions: files[0], annotations: files[1], source: source, places: COCOCaptions.places)
    }
}
