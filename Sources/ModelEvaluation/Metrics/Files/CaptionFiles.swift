import JSONText

/// Captions of a model beside their references, out of a COCO result file and a COCO annotation file.
package struct CaptionFiles: Sendable {
    /// One image.
    package struct Image: Sendable, Equatable {
        /// `image_id`.
        package let id: ExampleID
        /// The caption that is scored, as it stands in the file.
        package let candidate: String
        /// The reference captions in the order of the file.
        package let references: [String]
    }

    /// The images that have a prediction, in the order of the annotation file.
    package let images: [Image]
    /// Annotated images without a prediction: they are left out of everything, document frequencies included.
    package let unanswered: [ExampleID]
    /// Images with a line end other than `\n` in a caption. pycocoevalcap 1.2 assigns all captions after such a one to
    /// wrong images; here it is a blank.
    package let imagesWithLineEnds: [ExampleID]

    /// Reads `[{"image_id", "caption"}]` and `{"images": [{"id"}], "annotations": [{"image_id", "caption"}]}`.
    ///
    /// - Parameters:
    ///   - predictions: bytes of the result file.
    ///   - references: bytes of the annotation file.
    ///   - predictionsName: the file's name in errors.
    ///   - referencesName: the file's name in errors.
    /// - Throws: `EvaluationFileError` with file, row and field; for an image that is predicted twice, or that the
    ///   references do not have, or where nothing is predicted.
    package init(
        predictions: [UInt8], references: [UInt8], predictionsName: String, referencesName: String
    ) throws(EvaluationFileError) {
        let answers = try Self.answers(predictions, file: predictionsName)
        let (order, captions) = try Self.annotations(references, file: referencesName)
        let unknown = answers.order.filter { captions[$0] == nil }
        guard unknown.isEmpty else {
            throw .unknown(file: predictionsName, references: referencesName, field: "image_id", ids: unknown)
        }
        guard !answers.order.isEmpty else { throw .empty(file: predictionsName) }
        images = order.compactMap { id in
            guard let candidate = answers.captions[id], let references = captions[id] else { return nil }
            return Image(id: id, candidate: candidate, references: references)
        }
        unanswered = order.filter { answers.captions[$0] == nil && captions[$0] != nil }
        imagesWithLineEnds = images.filter { image in
            ([image.candidate] + image.references).contains { caption in
                caption.unicodeScalars.contains { $0 != "\n" && PTBTokenizer.isLineEnd($0) }
            }
        }.map(\.id)
    }

    /// The images as tokens of `PTBTokenizer`: all candidates in one call, all references in another, as pycocoevalcap.
    package func tokenized(by tokenizer: inout PTBTokenizer) -> [CaptionComparison] {
        let candidates = tokenizer.tokenize(images.map(\.candidate))
        let references = tokenizer.tokenize(images.flatMap(\.references))
        var start = 0
        return zip(images, candidates).map { image, candidate in
            defer { start += image.references.count }
            return CaptionComparison(
                candidate: candidate, references: Array(references[start..<start + image.references.count]))
        }
    }

    private static func answers(
        _ bytes: [UInt8], file: String
    ) throws(EvaluationFileError) -> (order: [ExampleID], captions: [ExampleID: String]) {
        let rows = try EvaluationRows(bytes, file: file, member: nil)
        var order: [ExampleID] = []
        var captions: [ExampleID: String] = [:]
        for (index, row) in rows.values.enumerated() {
            let id = try rows.id("image_id", of: row, at: index)
            let caption = try rows.string("caption", of: row, at: index)
            guard captions.updateValue(caption, forKey: id) == nil else {
                throw .duplicate(file: file, field: "image_id", id: id)
            }
            order.append(id)
        }
        return (order, captions)
    }

    private static func annotations(
        _ bytes: [UInt8], file: String
    ) throws(EvaluationFileError) -> (order: [ExampleID], captions: [ExampleID: [String]]) {
        let rows = try EvaluationRows(bytes, file: file, member: "annotations")
        var order: [ExampleID] = []
        var captions: [ExampleID: [String]] = [:]
        for (index, row) in rows.values.enumerated() {
            let id = try rows.id("image_id", of: row, at: index)
            if captions[id] == nil { order.append(id) }
            captions[id, default: []].append(try rows.string("caption", of: row, at: index))
        }
        // pycocoevalcap goes through the images in the order of the list of images, where there is one.
        guard let listed = rows.document["images"]?.array else { return (order, captions) }
        let ids = listed.compactMap { ExampleID($0["id"]) }
        var seen = Set<ExampleID>()
        return ((ids + order).filter { seen.insert($0).inserted }, captions)
    }
}
