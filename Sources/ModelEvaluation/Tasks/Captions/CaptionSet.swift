import JSONText

/// Pictures with their reference captions, out of any of the three files in which COCO-like sets are published.
///
/// - COCO: `{"images": [{"id", "file_name"}], "annotations": [{"image_id", "caption"}]}`
/// - Karpathy: `{"images": [{"filename", "filepath", "split", "cocoid", "sentences": [{"raw"}]}]}`
/// - LAVIS: `[{"image", "caption": text or list}]`
struct CaptionSet {
    /// One picture.
    struct Item {
        let id: ExampleID
        let picture: PictureReference
        let captions: [String]
        /// NoCaps: `in-domain`, `near-domain`, `out-domain`.
        let domain: String?
    }

    let items: [Item]

    /// Reads the file; of a Karpathy file the split of the source, `test` where it names none.
    init(path: String, source: TaskSource, places: [String]) throws(EvaluationFileError) {
        let document = try source.json(path)
        if document.array != nil {
            items = try Self.lavis(source.rows(of: path), source, places)
        } else if document["annotations"] != nil {
            items = try Self.coco(source, path, places)
        } else {
            items = try Self.karpathy(source.rows(of: path, member: "images"), source, places)
        }
        guard !items.isEmpty else { throw .empty(file: path) }
    }

    private static func coco(
        _ source: TaskSource, _ path: String, _ places: [String]
    ) throws(EvaluationFileError) -> [Item] {
        var captions: [ExampleID: [String]] = [:]
        for row in try source.rows(of: path, member: "annotations") {
            captions[try row.id("image_id"), default: []].append(try row.text("caption"))
        }
        var items: [Item] = []
        var known = Set<ExampleID>()
        for row in try source.rows(of: path, member: "images") {
            let id = try row.id("id")
            guard known.insert(id).inserted else { throw .duplicate(file: path, field: "id", id: id) }
            guard let own = captions.removeValue(forKey: id) else { continue }
            items.append(
                Item(
                    id: id, picture: source.picture(try row.text("file_name"), in: places), captions: own,
                    domain: try row.optionalText("domain")))
        }
        guard captions.isEmpty else {
            throw .unknown(
                file: path, references: "\"images\" of the same file", field: "image_id",
                ids: captions.keys.sorted { $0.description < $1.description })
        }
        return items
    }

    private static func karpathy(
        _ rows: [TaskRow], _ source: TaskSource, _ places: [String]
    ) throws(EvaluationFileError) -> [Item] {
        let split = source.split ?? "test"
        var splits: [String] = []
        var items: [Item] = []
        for row in rows {
            let own = try row.text("split")
            if !splits.contains(own) { splits.append(own) }
            guard own == split else { continue }
            let name = try row.text("filename")
            let place = try row.optionalText("filepath").map { "\($0)/\(name)" } ?? name
            items.append(
                Item(
                    id: ExampleID(row.value["cocoid"]) ?? number(in: name),
                    picture: source.picture(place, in: places + places.map { "\($0)/.." }),
                    captions: try row.texts("sentences", each: "raw"), domain: nil))
        }
        guard !items.isEmpty else { throw .noSuchSplit(file: rows[0].file, split: split, splits: splits) }
        return items
    }

    private static func lavis(
        _ rows: [TaskRow], _ source: TaskSource, _ places: [String]
    ) throws(EvaluationFileError) -> [Item] {
        var items: [Item] = []
        for row in rows {
            let name = try row.text("image")
            let id = ExampleID(row.value["image_id"]) ?? ExampleID(row.value["img_id"]) ?? number(in: name)
            items.append(
                Item(
                    id: id, picture: source.picture(name, in: places), captions: try row.textOrTexts("caption"),
                    domain: nil))
        }
        return items
    }

    /// The number at the end of a file's name, which is what the sets count their pictures by; else the name.
    private static func number(in name: String) -> ExampleID {
        let base = name.split(separator: "/").last.map(String.init) ?? name
        let stem = base.split(separator: ".").first.map(String.init) ?? base
        let digits = stem.split(separator: "_").last.map(String.init) ?? stem
        return Int(digits).map { .number($0) } ?? .text(name)
    }
}
