import JSONText

extension InterleavedDocument {
    /// The document as a row of our own format.
    ///
    /// - Parameter path: what a picture's file is called from where the row will stand.
    /// - Throws: where a picture has no file of its own.
    package func row(path: (String) -> String) throws(WeavingError) -> JSONValue {
        var written: [JSONValue] = []
        for part in parts {
            switch part {
            case .picture(let picture):
                guard case .file(let file) = picture.location else { throw .pictureInArchive(picture.location.name) }
                written.append(.object([("image", .string(path(file)))]))
            case .text(let words): written.append(.object([("text", .string(words))]))
            case .caption(let words): written.append(.object([("caption", .string(words))]))
            case .question(let asked):
                written.append(
                    .object([("question", .string(asked.question)), ("answer", .string(asked.answer))]))
            }
        }
        var members: [(key: String, value: JSONValue)] = [("id", .string(id))]
        if let split { members.append(("split", .string(split))) }
        if let set { members.append(("set", .string(set))) }
        return .object(members + [("parts", .array(written))])
    }
}

/// Reads the texts that captions are woven with.
package enum WovenText {
    /// The documents of files of text, which blank lines divide; of JSON Lines, each line's `text`.
    package static func documents(in files: [String]) throws(TextDataError) -> [String] {
        var texts: [String] = []
        for file in files {
            var reader = try DocumentReader(TextSource(guessing: file), limit: 1 << 20)
            while let document = try reader.next() { texts.append(document.text) }
        }
        return texts
    }
}
