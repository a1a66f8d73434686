import JSONText

/// TextVQA: questions about text in pictures. OCR tokens enter the prompt only where its form names `{ocr}`.
package struct TextVQA: VQATask {
    package static let card = TaskCard(
        name: "textvqa", title: "TextVQA validation",
        files: ["TextVQA_0.5.1_val.json", "TextVQA_Rosetta_OCR_v0.2_val.json (optional: OCR tokens)"],
        fileChoice: .present,
        source: "textvqa.org; pictures of Open Images (train_val_images.zip), in train_images/",
        licence: "CC BY 4.0", metric: "VQA accuracy (m4c's, which is lmms-evalai)",
        variants: Self.variants(.lmmsEvalAI), prompt: .modelAsk)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(source.names(["TextVQA_0.5.1_{split}.json"], splits: ["val"]))
        let ocrFile = source.optionalFile(
            source.names(["TextVQA_Rosetta_OCR_v0.2_{split}.json"], splits: ["val"]))
        files = [file] + (ocrFile.map { [$0] } ?? [])
        var tokens: [String: [String]] = [:]
        if let ocrFile {
            for row in try source.rows(of: ocrFile, member: "data") {
                tokens[try row.text("image_id")] = row.value["ocr_tokens"]?.array?.compactMap(\.string) ?? []
            }
        }
        var examples: [EvaluationExample] = []
        for row in try source.rows(of: file, member: "data") {
            let id = try row.id("question_id")
            let image = try row.text("image_id")
            let answers = try row.optional("answers", where: source.mayLackAnswers, else: []) {
                () throws(EvaluationFileError) in try row.texts("answers")
            }
            examples.append(
                EvaluationExample(
                    id: id.description, officialID: id.json,
                    pictures: [source.picture(image + ".jpg", in: ["train_images", "images"])],
                    question: try row.text("question"),
                    slots: ["ocr": (tokens[image] ?? []).prefix(30).joined(separator: ", ")],
                    references: answers))
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "question_id")
    }
}
