/// Flickr30k retrieval: all captions of the split against all its pictures.
package struct Flickr30kRetrieval: RetrievalTask {
    package static let card = TaskCard(
        name: "flickr30k-retrieval", title: "Flickr30k retrieval (Karpathy test)", files: Flickr30kCaptions.card.files,
        source: Flickr30kCaptions.card.source, licence: Flickr30kCaptions.card.licence,
        metric: "recall at 1, 5, 10 both ways, by log-likelihood", prompt: .modelCaption, ranks: true,
        isRankedOnly: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]
    let ownTexts: [String: Range<Int>]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(
            source.names(["dataset_flickr30k.json", "flickr30k_{split}.json"], splits: ["test"]))
        files = [file]
        let set = try CaptionSet(path: file, source: source, places: Flickr30kCaptions.places)
        examples = Self.examples(of: set, limit: source.limit)
        try TaskSource.requireUnique(examples, file: file, field: "image_id")
        ownTexts = Self.ranges(of: examples)
    }
}
