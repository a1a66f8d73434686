/// Questions as published protocols clean them up.
enum QuestionText {
    /// LAVIS's `blip_question`: lower case, `.!"()*#:;~` removed, blanks at the end removed, 50 words at most.
    static func blip(_ question: String) -> String {
        let dropped = Set(".!\"()*#:;~".unicodeScalars)
        let lower = PythonText.lowercased(question).unicodeScalars.filter { !dropped.contains($0) }
        let text = String(String.UnicodeScalarView(lower))
        let end = text.unicodeScalars.lastIndex { $0 != " " }
        let trimmed = end.map { String(text.unicodeScalars[...$0]) } ?? ""
        let words = trimmed.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count > 50 else { return trimmed }
        return words.prefix(50).map { String($0) }.joined(separator: " ")
    }

    /// Python's `str.capitalize()`.
    static func capitalised(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return text }
        return first.properties.titlecaseMapping + PythonText.lowercased(String(text.unicodeScalars.dropFirst()))
    }
}
