import JSONText

/// The rows of a JSON file, however they are laid out: an object on each line, a list, or a list under `images`; in COCO's
/// own files captions stand apart, under `annotations`.
struct JSONRows {
    /// How rows are laid out.
    enum Layout { case lines, list, images, annotated }

    let file: String
    let layout: Layout
    let bytes: [UInt8]

    /// Opens the file and sees how its rows are laid out.
    init(file: String) throws(PairDataError) {
        self.file = file
        bytes = try DatasetFile.bytes(of: file)
        layout = try Self.layout(of: bytes, file: file)
    }

    /// Which format the first row has; the rest is not looked at.
    func format() throws(PairDataError) -> PairFormat {
        if layout == .images || layout == .annotated { return .karpathy }
        var first: JSONObject?
        do {
            try forEach { row, _ in
                first = try? row.get().object
                return false
            }
        } catch { first = nil }
        let keys = Set(first?.keys ?? [])
        if keys.contains("conversations") { return .llava }
        if keys.contains("qa") { return .pairs }
        if keys.contains("question") || keys.contains("text_input") { return .vqa }
        return layout == .list && keys.contains("caption") ? .karpathy : .pairs
    }

    /// Hands out row after row with its place, until `body` returns false.
    /// - Throws: `PairDataError.notJSON` where a list stops being JSON; a line that is not is handed out as an error.
    func forEach(_ body: (Result<JSONValue, PairRowError>, PairRowError.Place) -> Bool) throws(PairDataError) {
        if layout == .lines { return forEachLine(body) }
        do throws(JSONError) {
            var reader = JSONReader(bytes: bytes)
            if layout != .list {
                try reader.enterObject()
                while let key = try reader.nextKey(), key != "images" { try reader.skipValue() }
            }
            try reader.enterArray()
            var number = 0
            while try reader.nextElement() {
                number += 1
                guard body(.success(try reader.value()), .element(number)) else { return }
            }
            // What follows a list under `images` is nobody's row; it is checked all the same.
            if layout != .list { while try reader.nextKey() != nil { try reader.skipValue() } }
            try reader.finish()
        } catch { throw .notJSON(file: file, error) }
    }

    private func forEachLine(_ body: (Result<JSONValue, PairRowError>, PairRowError.Place) -> Bool) {
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            let place = PairRowError.Place.line(number)
            let row: Result<JSONValue, PairRowError>
            do { row = .success(try JSONValue(parsing: Array(line))) } catch {
                row = .failure(PairRowError(file: file, place: place, problem: .notJSON(error)))
            }
            guard body(row, place) else { return }
        }
    }

    private static func layout(of bytes: [UInt8], file: String) throws(PairDataError) -> Layout {
        var reader = JSONReader(bytes: bytes)
        let first = bytes.first { $0 > 0x20 && $0 < 0x80 }
        if first == UInt8(ascii: "[") { return .list }
        guard first == UInt8(ascii: "{") else {
            let isNamedJSON = [".json", ".jsonl", ".ndjson"].contains { file.lowercased().hasSuffix($0) }
            guard isNamedJSON else { throw .unknownFormat(path: file) }
            guard first != nil else { throw .empty(path: file) }
            return .lines
        }
        var layout = Layout.lines
        var hasAnnotations = false
        do {
            try reader.enterObject()
            while let key = try reader.nextKey() {
                guard try reader.kind() == .array else {
                    try reader.skipValue()
                    continue
                }
                hasAnnotations = hasAnnotations || key == "annotations"
                if hasAnnotations, layout == .images { return .annotated }
                try reader.enterArray()
                while try reader.nextElement() {
                    // A row of several pictures has paths there, a list of rows has objects.
                    if key == "images", layout == .lines, try reader.kind() == .object { layout = .images }
                    try reader.skipValue()
                }
            }
        } catch { return layout }  // what is damaged is told when it is read
        return layout == .images && hasAnnotations ? .annotated : layout
    }
}
