import InterleavedData

extension FinetuneRecipe {
    /// Interleaved documents and texts beside the pairs of `data`, packed into rows; without documents and texts steps are made of
    /// pairs alone, as they were.
    package struct InterleavedSettings: Codable, Sendable, Equatable {
        /// Files of documents of pictures and text.
        package var documents: [DocumentEntry] = []
        /// Files of text: used only where adapters change what the decoder makes of a text (`adapters.everywhere`).
        package var texts: [TextEntry] = []
        /// The share of positions that pairs have, beside those of the other sources.
        package var pairsShare = 0.15
        /// What the loss of pairs counts beside that of the other sources.
        package var pairsWeight: Double = 1
        /// Positions of a row; a step has `batch` times as many.
        package var length = 512
        /// Pictures of a row, and of a document, at most.
        package var rowPictures = 18
        package var documentPictures = 6

        enum CodingKeys: String, CodingKey {
            case documents, texts, length
            case pairsShare = "pairs_share"
            case pairsWeight = "pairs_weight"
            case rowPictures = "row_pictures"
            case documentPictures = "document_pictures"
        }

        /// None.
        package init() {}

        /// Whether steps are made of documents.
        package var isOn: Bool { !documents.isEmpty || !texts.isEmpty }
    }

    /// A file of interleaved documents.
    package struct DocumentEntry: Codable, Sendable, Equatable {
        /// JSON Lines; a path relative to the recipe.
        package var file = ""
        /// How it is stored: `documents`, `mmc4`, `obelics`; empty for what its rows tell.
        package var format = ""
        /// The folder that its pictures' paths start from; empty for that of the file.
        package var images = ""
        /// The split to train on; documents that name none are taken too.
        package var split = "train"
        /// Its share of positions, beside those of the other sources.
        package var share = 0.15
        /// What its loss counts beside that of the other sources.
        package var weight: Double = 1
        /// MMC4: pictures less like their sentences than this are left out.
        package var minimumSimilarity = 0.24
        /// The share of documents of one picture that is kept.
        package var singleShare: Double = 1
        /// How its pictures are varied.
        package var augmentation = Augmentation()
        /// Variations of each picture; 0 for a new one at every step.
        package var views = 0

        enum CodingKeys: String, CodingKey {
            case file, format, images, split, share, weight, augmentation, views
            case minimumSimilarity = "minimum_similarity"
            case singleShare = "single_share"
        }

        /// An entry of this file.
        package init(file: String = "") { self.file = file }
    }

    /// A file of text.
    package struct TextEntry: Codable, Sendable, Equatable {
        /// How a file divides into documents.
        package enum Layout: String, Codable, Sendable, CaseIterable {
            case automatic, lines, whole, jsonl
            case blankLines = "blank-lines"
        }

        /// A path relative to the recipe.
        package var file = ""
        /// What divides documents; automatic: `jsonl` for `*.jsonl`, else blank lines.
        package var layout = Layout.automatic
        /// Of JSON Lines, the key of the text.
        package var field = "text"
        /// Its share of positions, beside those of the other sources.
        package var share = 0.7
        /// What its loss counts beside that of the other sources.
        package var weight: Double = 1

        /// An entry of this file.
        package init(file: String = "") { self.file = file }

        /// The file as a source of documents, all of them to train on.
        var source: TextSource {
            var source = TextSource(guessing: file)
            switch layout {
            case .automatic: if case .jsonLines = source.layout { source.layout = .jsonLines(field: field) }
            case .lines: source.layout = .lines
            case .whole: source.layout = .whole
            case .jsonl: source.layout = .jsonLines(field: field)
            case .blankLines: source.layout = .blankLines
            }
            source.placement = .training
            return source
        }
    }

    /// Throws what interleaved documents cannot be trained on with.
    func checkInterleaved(
        _ require: (Bool, String, String) throws(TrainingError) -> Void
    ) throws(TrainingError) {
        let settings = interleaved
        guard settings.isOn else { return }
        try require(stage == 2, "interleaved", "left out in the first stage, which has no decoder")
        try require((16...65_536).contains(settings.length), "interleaved.length", "from 16 to 65536")
        try require(settings.rowPictures >= 1, "interleaved.row_pictures", "1 or more")
        try require(settings.documentPictures >= 1, "interleaved.document_pictures", "1 or more")
        func number(_ value: Double) -> Bool { value.isFinite && value >= 0 }
        try require(number(settings.pairsShare), "interleaved.pairs_share", "0 or more")
        try require(number(settings.pairsWeight), "interleaved.pairs_weight", "0 or more")
        for entry in settings.documents {
            try require(!entry.file.isEmpty, "interleaved.documents.file", "a file")
            try require(
                entry.format.isEmpty || InterleavedFormat(rawValue: entry.format) != nil,
                "interleaved.documents.format",
                "one of \(InterleavedFormat.names), or empty")
            try require(number(entry.share) && entry.share > 0, "interleaved.documents.share", "above 0")
            try require(number(entry.weight), "interleaved.documents.weight", "0 or more")
            try require((0...1).contains(entry.singleShare), "interleaved.documents.single_share", "from 0 to 1")
            try require(entry.minimumSimilarity.isFinite, "interleaved.documents.minimum_similarity", "a number")
            try require((0...1_000_000).contains(entry.views), "interleaved.documents.views", "from 0 to 1000000")
        }
        for entry in settings.texts {
            try require(!entry.file.isEmpty, "interleaved.texts.file", "a file")
            try require(number(entry.share) && entry.share > 0, "interleaved.texts.share", "above 0")
            try require(number(entry.weight), "interleaved.texts.weight", "0 or more")
        }
    }
}
