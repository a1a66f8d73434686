/// COCO captions: the official validation sets, or Karpathy's test split.
package struct COCOCaptions: CaptioningTask {
    package static let card = TaskCard(
        name: "coco-captions", title: "COCO captions",
        files: [
            "dataset_coco.json", "coco_karpathy_test.json", "captions_val2017.json", "captions_val2014.json",
        ],
        source:
            "cocodataset.org (annotations_trainval2017.zip, pictures val2017/ or val2014/); Karpathy's caption_datasets.zip",
        licence: "annotations CC BY 4.0; pictures under Flickr's terms",
        metric: "CIDEr (CIDEr-D), BLEU-1..4, ROUGE-L, METEOR_exact_stem; SPICE is absent", prompt: .modelCaption)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(Self.fileNames(source))
        files = [file]
        examples = Self.examples(of: try CaptionSet(path: file, source: source, places: Self.places))
        try TaskSource.requireUnique(examples, file: file, field: "image_id")
    }

    /// The files that hold the split that is wanted.
    static func fileNames(_ source: TaskSource) -> [String] {
        guard source.split != nil else { return card.files }
        let patterns = [
            "dataset_coco.json", "coco_karpathy_{split}.json", "captions_{split}2017.json", "captions_{split}2014.json",
        ]
        return source.names(patterns, splits: [])
    }

    /// Where COCO's pictures usually lie.
    static let places = ["val2017", "val2014", "train2017", "train2014", "images", "images/val2017", "images/val2014"]
}
