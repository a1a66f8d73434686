/// A document of pictures and text in the order in which they are read.
///
///     [picture, question "What is it?" → "a coin", picture, question "What is it?" → "a hat"]     solved examples
///     [text "A walk.", picture, text "The harbour at noon.", picture, picture, text "Boats."]     running text
package struct InterleavedDocument: Sendable, Equatable {
    /// A part of a document.
    package enum Part: Sendable, Equatable {
        /// A picture.
        case picture(Picture)
        /// Running text, which stands as it is.
        case text(String)
        /// What the pictures just before it show, said after the model's caption prompt.
        case caption(String)
        /// A question about the pictures before it with its answer, asked in the model's own form.
        case question(QuestionAnswer)
    }

    /// A picture of a document.
    package struct Picture: Sendable, Equatable {
        /// What the document calls it.
        package var id: String
        /// Where it is.
        package var location: PictureLocation

        /// A picture at that place.
        package init(id: String, location: PictureLocation) {
            self.id = id
            self.location = location
        }
    }

    /// Names the document in reports.
    package var id: String
    /// Its parts.
    package var parts: [Part]
    /// The part of the dataset that it belongs to, where it says so.
    package var split: String?
    /// The dataset within a collection, where it says so.
    package var set: String?

    /// A document of these parts.
    package init(id: String, parts: [Part], split: String? = nil, set: String? = nil) {
        self.id = id
        self.parts = parts
        self.split = split
        self.set = set
    }

    /// Its pictures, in order.
    package var pictures: [Picture] {
        parts.compactMap { part in if case .picture(let picture) = part { picture } else { nil } }
    }

    /// Whether it ends with an answer to be given: a caption or a question.
    package var endsAsked: Bool {
        switch parts.last {
        case .caption, .question: true
        default: false
        }
    }
}
