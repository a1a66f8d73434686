import Foundation
import JSONText

/// Makes documents of JSON rows.
struct InterleavedRowReader {
    let format: InterleavedFormat
    let file: String
    let imageRoot: String
    let options: InterleavedReading.Options
    /// Finds pictures that stand within the file.
    private var encoded: EncodedPictures

    /// - Parameter bytes: of the whole file.
    init(
        format: InterleavedFormat, file: String, imageRoot: String, options: InterleavedReading.Options, bytes: [UInt8]
    ) {
        self.format = format
        self.file = file
        self.imageRoot = imageRoot
        self.options = options
        encoded = EncodedPictures(file: file, bytes: bytes)
    }

    /// The document of a row.
    ///
    /// - Parameter leftOut: counts pictures that are left out of it.
    mutating func document(
        _ value: JSONValue, place: PairRowError.Place, leftOut: inout Int
    ) throws(PairRowError) -> InterleavedDocument {
        let row = try DatasetRow(value, file: file, place: place)
        var document = InterleavedDocument(
            id: try row.name("id") ?? "\(place)", parts: [], split: try row.text("split"), set: try row.text("set"))
        switch format {
        case .documents: document.parts = try parts(row)
        case .mmc4: document.parts = try sentences(row, &leftOut)
        case .obelics: document.parts = try places(row, &leftOut)
        }
        guard document.parts.contains(where: { if case .picture = $0 { false } else { true } }) else {
            throw row.error(.noText(expected: "text beside the pictures"))
        }
        return document
    }

    private func picture(_ path: String) -> InterleavedDocument.Part {
        .picture(.init(id: path, location: .file(path: DatasetFile.path(path, in: imageRoot))))
    }

    // MARK: - Our own

    private func parts(_ row: DatasetRow) throws(PairRowError) -> [InterleavedDocument.Part] {
        let expected = "a list of {\"image\"}, {\"text\"}, {\"caption\"} and {\"question\", \"answer\"}"
        guard let list = row["parts"]?.array else {
            throw row.has("parts")
                ? row.error(.wrong(key: "parts", expected: expected, found: row.kind("parts")))
                : row.error(.missing(key: "parts", expected: expected))
        }
        var parts: [InterleavedDocument.Part] = []
        for element in list {
            guard let object = element.object, object.duplicateKey == nil, let part = part(object) else {
                let found = "a list with \(element.text.prefix(60))"
                throw row.error(.wrong(key: "parts", expected: expected, found: found))
            }
            parts.append(part)
        }
        return parts
    }

    private func part(_ object: JSONObject) -> InterleavedDocument.Part? {
        func text(_ key: String) -> String? { object[key]?.string.flatMap { $0.isBlank ? nil : $0 } }
        switch Set(object.keys) {
        case ["image"]: return text("image").map(picture)
        case ["text"]: return text("text").map { .text($0) }
        case ["caption"]: return text("caption").map { .caption($0) }
        case ["question", "answer"]:
            guard let question = text("question"), let answer = text("answer") else { return nil }
            return .question(QuestionAnswer(question, answer))
        default: return nil
        }
    }

    // MARK: - MMC4

    private mutating func sentences(_ row: DatasetRow, _ leftOut: inout Int) throws(PairRowError)
        -> [InterleavedDocument.Part]
    {
        guard let sentences = try row.texts("text_list"), row["text_list"]?.array != nil else {
            throw row.error(.missing(key: "text_list", expected: "a list of sentences"))
        }
        let expected = "a list of objects with \"image_name\" or \"image_base64\""
        guard let infos = row["image_info"]?.array else {
            throw row.has("image_info")
                ? row.error(.wrong(key: "image_info", expected: expected, found: row.kind("image_info")))
                : row.error(.missing(key: "image_info", expected: expected))
        }
        var pictures: [InterleavedDocument.Part] = []
        for (index, info) in infos.enumerated() {
            if let text = info["image_base64"]?.string, !text.isEmpty {
                guard let location = encoded.next(text) else {
                    throw row.error(
                        .wrong(key: "image_base64", expected: "a picture in base64", found: "something else"))
                }
                let name = info["image_name"]?.string ?? "\(row.place) picture \(index + 1)"
                pictures.append(.picture(.init(id: name, location: location)))
            } else if let name = info["image_name"]?.string, !name.isEmpty {
                pictures.append(picture(name))
            } else {
                throw row.error(.wrong(key: "image_info", expected: expected, found: "a list with something else"))
            }
        }
        let matches = try Self.matches(row, infos, sentences: sentences.count)
            .filter { $0.similarity >= options.minimumSimilarity }
            .sorted { ($0.similarity, $1.picture) > ($1.similarity, $0.picture) }.prefix(options.mostPictures)
        leftOut += infos.count - matches.count
        let before = Dictionary(grouping: matches) { $0.sentence }
        var parts: [InterleavedDocument.Part] = []
        var words = ""
        for (index, sentence) in sentences.enumerated() {
            if let own = before[index] {
                if !words.isEmpty { parts.append(.text(words)) }
                words = ""
                parts += own.map(\.picture).sorted().map { pictures[$0] }
            }
            guard !sentence.isBlank else { continue }
            words += (words.isEmpty ? "" : " ") + sentence.trimmed
        }
        return words.isEmpty ? parts : parts + [.text(words)]
    }

    /// Which picture belongs to which sentence: one to one, so that they are most alike together, where the row tells how alike
    /// all are; else as the row says.
    private static func matches(
        _ row: DatasetRow, _ infos: [JSONValue], sentences: Int
    ) throws(PairRowError) -> [SentenceAssignment.Match] {
        if let matrix = row["similarity_matrix"]?.array {
            let values = matrix.map { ($0.array ?? []).compactMap(\.double) }
            guard values.count == infos.count, values.allSatisfy({ $0.count == sentences && $0.allSatisfy(\.isFinite) })
            else {
                let wanted = "\(infos.count) lists of \(sentences) numbers, a picture a list"
                throw row.error(.wrong(key: "similarity_matrix", expected: wanted, found: "something else"))
            }
            return SentenceAssignment.matches(values)
        }
        var matches: [SentenceAssignment.Match] = []
        for (picture, info) in infos.enumerated() {
            guard let sentence = info["matched_text_index"]?.integer, (0..<sentences).contains(sentence) else {
                let found = info["matched_text_index"]?.text ?? "absent"
                throw row.error(
                    .wrong(key: "matched_text_index", expected: "a number from 0 to \(sentences - 1)", found: found))
            }
            let similarity = info["matched_sim"]?.double ?? .infinity
            matches.append(.init(picture: picture, sentence: sentence, similarity: similarity))
        }
        return matches
    }

    // MARK: - OBELICS

    private func places(_ row: DatasetRow, _ leftOut: inout Int) throws(PairRowError) -> [InterleavedDocument.Part] {
        let expected = "a list as long as the other of \"images\" and \"texts\""
        guard let images = row["images"]?.array else {
            throw row.error(.wrong(key: "images", expected: expected, found: row.kind("images")))
        }
        guard let texts = row["texts"]?.array, texts.count == images.count else {
            let found = row["texts"]?.array.map { "\($0.count) texts for \(images.count) images" } ?? row.kind("texts")
            throw row.error(.wrong(key: "texts", expected: expected, found: found))
        }
        var parts: [InterleavedDocument.Part] = []
        var pictures = 0
        for (image, text) in zip(images, texts) {
            switch (image, text) {
            case (.null, .null): continue
            case (.null, .string(let words)): if !words.isBlank { parts.append(.text(words.trimmed)) }
            case (.string(let address), .null):
                pictures += 1
                guard pictures <= options.mostPictures else {
                    leftOut += 1
                    continue
                }
                parts.append(picture(Self.localName(of: address)))
            default:
                throw row.error(
                    .wrong(
                        key: "images", expected: "at each place a picture or a text, null in the other list",
                        found: "both"))
            }
        }
        return parts
    }

    /// The path of a picture on this machine: of an address, the last part of its path.
    private static func localName(of address: String) -> String {
        guard address.contains("://") else { return address }
        let path = address.prefix { $0 != "?" && $0 != "#" }
        let name = path.split(separator: "/").last.map(String.init) ?? address
        return name.removingPercentEncoding ?? name
    }
}
