/// OK-VQA: questions that want knowledge from outside the picture; five annotators, each counted twice.
package struct OKVQA: VQATask {
    package static let card = TaskCard(
        name: "ok-vqa", title: "OK-VQA (val2014)",
        files: ["OpenEnded_mscoco_val2014_questions.json", "mscoco_val2014_annotations.json"],
        fileChoice: .all,
        source: "okvqa.allenai.org (v1.1); pictures of COCO val2014, in val2014/",
        licence: "annotations CC BY 4.0 (not verified)",
        metric: "VQA accuracy; answers are neither lemmatised nor stemmed", variants: Self.variants(.official),
        prompt: .modelAsk, majorityBy: "question_type")

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        files = try VQAQuestionFiles.files(
            source, questions: "OpenEnded_mscoco_{split}2014_questions.json",
            annotations: "mscoco_{split}2014_annotations.json")
        examples = try VQAQuestionFiles.examples(files, source: source, places: COCOCaptions.places)
    }
}
