/// One row of a picture–text dataset, whatever format it came from.
package struct PairRecord: Sendable, Equatable {
    /// Names the row in reports: the picture's path as the dataset spells it, or the key in an archive.
    package var id: String
    /// Where the picture is.
    package var picture: PictureLocation
    /// Descriptions of the whole picture; one is drawn at a time.
    package var captions: [String]
    /// Questions about the picture, each with its answer.
    package var questions: [QuestionAnswer]
    /// The part of the dataset that the row belongs to, where it says so.
    package var split: String?
    /// The dataset within a collection, where the row says so.
    package var set: String?
    /// The class of the picture, where the row says so.
    package var label: String?

    /// A row of these parts.
    package init(
        id: String, picture: PictureLocation, captions: [String] = [], questions: [QuestionAnswer] = [],
        split: String? = nil, set: String? = nil, label: String? = nil
    ) {
        self.id = id
        self.picture = picture
        self.captions = captions
        self.questions = questions
        self.split = split
        self.set = set
        self.label = label
    }
}

/// A question about a picture and what is to be answered.
package struct QuestionAnswer: Sendable, Equatable {
    package var question: String
    package var answer: String

    /// A question with its answer.
    package init(_ question: String, _ answer: String) {
        self.question = question
        self.answer = answer
    }
}

/// Where a picture's bytes are.
package enum PictureLocation: Sendable, Hashable {
    /// A file of its own.
    case file(path: String)
    /// Bytes within another file: a member of a tar archive, stored whole.
    case part(file: String, offset: Int, count: Int)
    /// Base64 within another file, as MMC4 has it.
    case encoded(file: String, offset: Int, count: Int)
}
