/// A file of text, and how it divides into documents.
package struct TextSource: Sendable, Equatable {
    /// What lies in the file.
    package enum Layout: Sendable, Equatable {
        /// Documents with one or more blank lines between them.
        case blankLines
        /// Every line is a document.
        case lines
        /// The file is one document.
        case whole
        /// JSON Lines; the document is the text under that key.
        case jsonLines(field: String)
        /// The words of a picture–text dataset (`pairs.jsonl`): rows of the split of that name, of every split where it is
        /// nil.
        case pairs(PairTemplate, split: String?)
    }

    /// On which side of the held-out split the documents fall.
    package enum Placement: String, Sendable, Equatable {
        /// Each by its own hash.
        case byHash
        /// All are trained on.
        case training
        /// All are held out.
        case heldOut
    }

    /// Where the file is.
    package var path: String
    /// How it divides into documents.
    package var layout: Layout
    /// On which side of the held-out split they fall.
    package var placement: Placement
    /// Whether documents that were seen before, here or in an earlier source, are left out.
    package var removesDuplicates: Bool

    /// A file of text.
    package init(
        _ path: String, _ layout: Layout = .blankLines, placement: Placement = .byHash, removesDuplicates: Bool = true
    ) {
        self.path = path
        self.layout = layout
        self.placement = placement
        self.removesDuplicates = removesDuplicates
    }

    /// A file whose name says what it is: `*.jsonl` JSON Lines with a `text`, anything else text with blank lines between
    /// documents.
    package init(guessing path: String) {
        self.init(path, path.hasSuffix(".jsonl") ? .jsonLines(field: "text") : .blankLines)
    }
}

/// A piece of text that is trained on by itself.
package struct TextDocument: Sendable, Equatable {
    /// The text, in UTF-8, lines ended by line feeds.
    package var bytes: [UInt8]
    /// Bytes at the front that are a prompt: what follows is said in answer to it. 0 where there is none.
    package var prefixBytes: Int = 0
    /// Where it starts in its file: the byte of its first line.
    package var offset: Int
    /// Whether it goes on where the document before it was cut.
    package var continuesEarlier = false
    /// Whether the next document goes on where this one was cut, being too long.
    package var isContinued = false

    /// The text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
