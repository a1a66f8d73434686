/// COCO retrieval: all captions of the split against all its pictures.
package struct COCORetrieval: RetrievalTask {
    package static let card = TaskCard(
        name: "coco-retrieval", title: "COCO retrieval (Karpathy test)", files: COCOCaptions.card.files,
        source: COCOCaptions.card.source, licence: COCOCaptions.card.licence,
        metric: "recall at 1, 5, 10 both ways, by log-likelihood", prompt: .modelCaption, ranks: true,
        isRankedOnly: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]
    let ownTexts: [String: Range<Int>]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(COCOCaptions.fileNames(source))
        files = [file]
        let set = try CaptionSet(path: file, source: source, places: COCOCaptions.places)
        examples = Self.examples(of: set, limit: source.limit)
        try TaskSource.requireUnique(examples, file: file, field: "image_id")
        ownTexts = Self.ranges(of: examples)
    }
}
