/// Flickr30k captions: Karpathy's test split of 1,000 pictures.
package struct Flickr30kCaptions: CaptioningTask {
    package static let card = TaskCard(
        name: "flickr30k-captions", title: "Flickr30k captions",
        files: ["dataset_flickr30k.json", "flickr30k_test.json"],
        source:
            "Karpathy's caption_datasets.zip; pictures on request from the University of Illinois, in flickr30k-images/",
        licence: "research use", metric: "CIDEr (CIDEr-D), BLEU-1..4, ROUGE-L, METEOR_exact_stem",
        prompt: .modelCaption)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(
            source.names(["dataset_flickr30k.json", "flickr30k_{split}.json"], splits: ["test"]))
        files = [file]
        examples = Self.examples(of: try CaptionSet(path: file, source: source, places: Self.places))
        try TaskSource.requireUnique(examples, file: file, field: "filename")
    }

    /// Where the pictures usually lie.
    static let places = ["flickr30k-images", "flickr30k_images", "images"]
}
