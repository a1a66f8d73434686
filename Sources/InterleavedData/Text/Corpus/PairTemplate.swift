/// How the words of a picture–text dataset are put as text, and as rows shaped like the prompts that a bridge will use.
///
///     a picture of a red apple.
///     Question: What is this? Answer: a red apple
///     context: a pear on a table. a red apple.
///     Question: What is this? Answer: a red apple
///
/// What stands before `{caption}` or `{answer}` is the prompt; the blank before it belongs to the answer, as where a
/// model generates.
package struct PairTemplate: Sendable, Equatable {
    /// A caption's line, with `{caption}` in it.
    package var caption = "a picture of {caption}."
    /// A question's line, with `{question}` and then `{answer}` in it.
    package var question = "Question: {question} Answer: {answer}"
    /// What is put before a line that has passages to read first, with `{context}` in it.
    package var context = "context: {context}\n"
    /// The share of rows that are given once more with passages before them: the row's own caption among captions of other
    /// rows.
    package var contextShare = 0.0
    /// The share of those that have their own caption among the passages; the others say nothing of the answer.
    package var ownShare = 0.75
    /// At most so many passages. Where it is one and always the own, a model learns to say what it has just read: what a
    /// bridge counts on, whose tokens stand where the passage does.
    package var passages = 3

    /// The templates of the README; `context: …` rows only where asked for.
    package init() {}

    /// Checks that the templates have their places and the numbers their ranges.
    package func validate() throws(TextDataError) {
        for (template, place) in [
            (caption, "{caption}"), (question, "{question}"), (question, "{answer}"), (context, "{context}"),
        ] where !template.contains(place) {
            throw .badTemplate(template: template, missing: place)
        }
        guard let asked = question.firstRange(of: "{question}"), let answered = question.firstRange(of: "{answer}"),
            asked.upperBound <= answered.lowerBound
        else { throw .badTemplate(template: question, missing: "{answer} after {question}") }
        guard (0...1).contains(contextShare) else {
            throw .badOption(name: "context share", reason: "\(contextShare) is not in 0...1")
        }
        guard (0...1).contains(ownShare) else {
            throw .badOption(name: "own share", reason: "\(ownShare) is not in 0...1")
        }
        guard (1...16).contains(passages) else {
            throw .badOption(name: "passages", reason: "\(passages) is not in 1...16")
        }
    }

    /// A line, and how much of it is the prompt.
    struct Line: Equatable {
        var text: String
        var prefixBytes: Int
    }

    /// The line of a caption.
    func line(caption words: String) -> Line { Self.filled(caption, [], last: ("{caption}", words)) }

    /// The line of a question and its answer.
    func line(question asked: String, answer: String) -> Line {
        Self.filled(question, [("{question}", asked)], last: ("{answer}", answer))
    }

    /// The line with passages before it.
    func line(_ line: Line, context passages: [String]) -> Line {
        let head = Self.filled(context, [], last: ("{context}", passages.joined(separator: " "))).text
        return Line(text: head + line.text, prefixBytes: head.utf8.count + line.prefixBytes)
    }

    /// The template with its places filled; what stands before the last one is the prompt, without blanks at its end.
    private static func filled(
        _ template: String, _ places: [(name: String, text: String)], last: (name: String, text: String)
    ) -> Line {
        guard let range = template.firstRange(of: last.name) else { return Line(text: template, prefixBytes: 0) }
        var prefix = String(template[..<range.lowerBound])
        for (name, text) in places {
            guard let place = prefix.firstRange(of: name) else { continue }
            prefix = prefix[..<place.lowerBound] + text + prefix[place.upperBound...]
        }
        var prompt = prefix.utf8[...]
        while prompt.last == 0x20 { prompt.removeLast() }
        return Line(text: prefix + last.text + template[range.upperBound...], prefixBytes: prompt.count)
    }
}
