import JSONText

/// Makes records of JSON rows.
struct PairRowReader {
    let format: PairFormat
    let file: String
    let imageRoot: String

    /// Names that datasets have for a picture's path, in the order in which they are looked for.
    static let pictureKeys = ["image", "image_path", "file_name", "filename", "path", "file", "filepath"]

    /// The record of a row; nil where the row is text alone, which LLaVA's mixtures have.
    func record(_ value: JSONValue, place: PairRowError.Place) throws(PairRowError) -> PairRecord? {
        let row = try DatasetRow(value, file: file, place: place)
        guard var record = try picture(row) else { return nil }
        switch format {
        case .llava:
            (record.captions, record.questions) = try conversation(row)
            record.captions += try caption(beside: row)
        case .vqa:
            record.questions = try questions(row)
            record.captions = try caption(beside: row)
        case .karpathy: record.captions = try captions(row, orElse: "a text, or a list of texts")
        default: try readTexts(row, into: &record)
        }
        return record
    }

    /// The record of a row without its texts; nil where the row is text alone.
    func picture(_ row: DatasetRow) throws(PairRowError) -> PairRecord? {
        guard let id = try picturePath(row) else { return nil }
        return PairRecord(
            id: id, picture: .file(path: DatasetFile.path(id, in: imageRoot)), split: try row.text("split"),
            set: try row.text("set"), label: try row.name("label"))
    }

    /// The texts of an object beside a picture in an archive.
    func readTexts(_ value: JSONValue, place: PairRowError.Place, into record: inout PairRecord) throws(PairRowError) {
        let row = try DatasetRow(value, file: file, place: place)
        record.split = try row.text("split") ?? record.split
        record.set = try row.text("set") ?? record.set
        record.label = try row.name("label") ?? record.label
        try readTexts(row, into: &record)
    }

    private func readTexts(_ row: DatasetRow, into record: inout PairRecord) throws(PairRowError) {
        let expected = "a text or null, beside or instead of \"qa\" or \"conversations\""
        let hasQuestions = row.has("qa") || row.has("conversations") || row.has("question") || row.has("text_input")
        record.captions = try captions(row, orElse: hasQuestions ? nil : expected)
        if row.has("qa") { record.questions = try pairsOfTexts(row) }
        if row.has("question") || row.has("text_input") { record.questions += try questions(row) }
        if row.has("conversations") {
            let (captions, questions) = try conversation(row)
            record.captions += captions
            record.questions += questions
        }
    }

    // MARK: - Pictures

    private func picturePath(_ row: DatasetRow) throws(PairRowError) -> String? {
        if format == .karpathy, let name = try row.text("filename") {
            guard let folder = try row.text("filepath"), !folder.isEmpty else { return name }
            return folder + "/" + name
        }
        guard let key = Self.pictureKeys.first(where: row.has) else {
            if format == .llava { return nil }
            throw row.error(.missing(key: "image", expected: "the picture's path"))
        }
        guard let path = try row.text(key), !path.isEmpty else {
            throw row.error(.wrong(key: key, expected: "the picture's path", found: "empty"))
        }
        return path
    }

    // MARK: - Texts

    /// - Parameter expected: what error a row without captions is; nil where it may have none.
    private func captions(_ row: DatasetRow, orElse expected: String?) throws(PairRowError) -> [String] {
        if row.has("sentences") { return try sentences(row) }
        for key in ["caption", "captions", "text"] {
            if let texts = try row.texts(key) { return texts }
        }
        if let expected, !row.has("caption") || format != .pairs {
            throw row.error(.missing(key: "caption", expected: expected))
        }
        return []
    }

    /// The captions that rows of questions may have too.
    private func caption(beside row: DatasetRow) throws(PairRowError) -> [String] {
        for key in ["caption", "captions"] { if let texts = try row.texts(key) { return texts } }
        return []
    }

    /// Karpathy's `[{"raw": ...}]`.
    private func sentences(_ row: DatasetRow) throws(PairRowError) -> [String] {
        let expected = "a list of objects with \"raw\""
        guard let list = row["sentences"]?.array else {
            throw row.error(.wrong(key: "sentences", expected: expected, found: row.kind("sentences")))
        }
        var texts: [String] = []
        for sentence in list {
            guard let text = sentence["raw"]?.string else {
                throw row.error(.wrong(key: "sentences", expected: expected, found: "a list of something else"))
            }
            texts.append(text)
        }
        return texts
    }

    /// `[[question, answer], ...]`.
    private func pairsOfTexts(_ row: DatasetRow) throws(PairRowError) -> [QuestionAnswer] {
        let expected = "a list of [question, answer]"
        guard let value = row["qa"], !value.isNull else { return [] }
        guard let list = value.array else {
            throw row.error(.wrong(key: "qa", expected: expected, found: row.kind("qa")))
        }
        var pairs: [QuestionAnswer] = []
        for element in list {
            guard let pair = element.array, pair.count == 2, let question = pair[0].string, let answer = pair[1].string
            else { throw row.error(.wrong(key: "qa", expected: expected, found: "a list with \(element.text)")) }
            pairs.append(QuestionAnswer(question, answer))
        }
        return pairs
    }

    /// A question with its answers, an answer as often as people gave it.
    private func questions(_ row: DatasetRow) throws(PairRowError) -> [QuestionAnswer] {
        let isInstruction = row.has("text_input")
        let key = isInstruction ? "text_input" : "question"
        guard let question = try row.text(key) else {
            throw row.error(.missing(key: key, expected: "the question"))
        }
        for key in isInstruction ? ["text_output"] : ["answer", "answers"] {
            if let answers = try row.texts(key) { return answers.map { QuestionAnswer(question, $0) } }
        }
        throw row.error(
            .missing(key: isInstruction ? "text_output" : "answer", expected: "a text, or a list of texts"))
    }

    /// What a person says is a question, what comes back its answer; where the person only shows the picture, it is a
    /// caption. Each turn stands alone.
    private func conversation(_ row: DatasetRow) throws(PairRowError) -> (
        captions: [String], questions: [QuestionAnswer]
    ) {
        let expected = "a list of {\"from\": \"human\" or \"gpt\", \"value\": text}, human first, in turns"
        guard let list = row["conversations"]?.array else {
            throw row.has("conversations")
                ? row.error(.wrong(key: "conversations", expected: expected, found: row.kind("conversations")))
                : row.error(.missing(key: "conversations", expected: expected))
        }
        var (captions, questions, asked): ([String], [QuestionAnswer], String?) = ([], [], nil)
        for turn in list {
            let text = turn["value"]?.string
            switch (turn["from"]?.string, text, asked) {
            case ("system", .some, nil): continue
            case ("human", .some(let text), nil):
                asked = text.split(separator: "<image>", omittingEmptySubsequences: false).joined().trimmed
            case ("gpt", .some(let text), .some(let question)):
                if question.isEmpty { captions.append(text) } else { questions.append(.init(question, text)) }
                asked = nil
            default:
                throw row.error(
                    .wrong(key: "conversations", expected: expected, found: "a list with \(turn.text.prefix(60))"))
            }
        }
        if asked != nil {
            throw row.error(.wrong(key: "conversations", expected: expected, found: "a question without an answer"))
        }
        return (captions, questions)
    }
}
