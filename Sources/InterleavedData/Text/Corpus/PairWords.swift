import JSONText
import TensorEngine

/// Makes lines of the rows of a `pairs.jsonl`, its pictures left aside.
struct PairWords {
    let template: PairTemplate
    /// Rows of this split alone, where it is named.
    let split: String?
    /// Captions of the rows before, from which other passages are taken.
    private var earlier: [String] = []
    private static let earlierLimit = 64

    init(template: PairTemplate, split: String?) {
        self.template = template
        self.split = split
    }

    /// The lines of a row: its caption, its questions, and some of them again with passages before them.
    ///
    /// Which rows get passages, and which, hangs on the row's own text and the captions before it alone.
    /// - Parameter row: a JSON object.
    /// - Returns: nothing where the value is not a row.
    mutating func lines(of row: JSONValue) -> [PairTemplate.Line]? {
        guard row.object != nil else { return nil }
        let caption = row["caption"] ?? .null
        guard caption.isNull || caption.string != nil, row["split"].map({ $0.string != nil }) ?? true else {
            return nil
        }
        var asked: [(String, String)] = []
        for pair in row["qa"]?.array ?? [] {
            guard let words = pair.array, words.count == 2, let question = words[0].string, let answer = words[1].string
            else { return nil }
            asked.append((question, answer))
        }
        if let split, row["split"]?.string != split { return [] }
        var lines: [PairTemplate.Line] = []
        if let words = caption.string, !words.isEmpty { lines.append(template.line(caption: words)) }
        for (question, answer) in asked where !answer.isEmpty {
            lines.append(template.line(question: question, answer: answer))
        }
        return lines + withContext(lines, own: caption.string)
    }

    private mutating func withContext(_ lines: [PairTemplate.Line], own: String?) -> [PairTemplate.Line] {
        guard template.contextShare > 0 else { return [] }
        defer { remember(own) }
        guard let own, !own.isEmpty else { return [] }
        return lines.compactMap { line in
            var generator = SeededGenerator(seed: 0, stream: "context " + line.text)
            guard generator.unit() < template.contextShare else { return nil }
            var others = earlier.filter { $0 != own }
            let count = 1 + generator.integer(below: template.passages)
            var passages: [String] = []
            if generator.unit() < template.ownShare || others.isEmpty { passages.append(own) }
            while passages.count < count, !others.isEmpty {
                passages.append(others.remove(at: generator.integer(below: others.count)))
            }
            passages.shuffle(using: &generator)
            return template.line(line, context: passages.map { $0.hasSuffix(".") ? $0 : $0 + "." })
        }
    }

    private mutating func remember(_ caption: String?) {
        guard let caption, !caption.isEmpty, !earlier.contains(caption) else { return }
        if earlier.count == Self.earlierLimit { earlier.removeFirst() }
        earlier.append(caption)
    }
}
