import JSONText

/// Answers questions from the row that `data scenes` writes, and from nothing else: it reads the words of the question
/// and knows nothing of how questions are made.
struct SceneEvaluator {
    struct Thing {
        let color: String
        let kind: String
        let size: String?
        let x: Double
        let y: Double
        let visible: Double
    }

    let things: [Thing]
    let written: String?
    let writtenColor: String?

    init?(row: JSONValue) {
        guard let objects = row["objects"]?.array else { return nil }
        var things: [Thing] = []
        for object in objects {
            guard let color = object["color"]?.string, let kind = object["kind"]?.string,
                let box = object["box"]?.array?.compactMap(\.double), box.count == 4,
                let visible = object["visible"]?.double
            else { return nil }
            things.append(
                Thing(
                    color: color, kind: kind, size: object["size"]?.string, x: (box[0] + box[2]) / 2,
                    y: (box[1] + box[3]) / 2, visible: visible))
        }
        self.things = things
        written = row["text"]?["written"]?.string
        writtenColor = row["text"]?["color"]?.string
    }

    /// The answer; nil where the question is not understood or has no single answer.
    func answer(_ question: String) -> String? {
        guard question.hasSuffix("?") else { return nil }
        let text = String(question.dropLast())
        return exist(text) ?? count(text) ?? compare(text) ?? equal(text) ?? relation(text) ?? attribute(text)
            ?? reading(text)
    }

    /// What a noun phrase means: `red star`, `stars`, `red objects`, `large object`.
    func matching(_ phrase: Substring) -> [Thing] {
        var words = phrase.split(separator: " ")
        if let first = words.first, ["a", "an", "the"].contains(first) { words.removeFirst() }
        guard let noun = words.popLast() else { return [] }
        return things.filter { thing in
            let isKind =
                noun == "object" || noun == "objects" || noun == thing.kind || noun == thing.kind + "s"
                || noun == thing.kind + "es"
            return isKind && words.allSatisfy { $0 == thing.color || $0 == thing.size ?? "" }
        }
    }

    private func only(_ phrase: Substring) -> Thing? {
        let found = matching(phrase)
        return found.count == 1 ? found[0] : nil
    }

    private func exist(_ text: String) -> String? {
        guard
            let match = text.wholeMatch(
                of: /(?:Is there|Are there both|Do you see|Does the picture show|Can) (an? .+?)(?: be seen)?/)
        else { return nil }
        let said = match.1
        if let both = said.wholeMatch(of: /(.+) and (.+)/) {
            return yes(!matching(both.1).isEmpty && !matching(both.2).isEmpty)
        }
        if let either = said.wholeMatch(of: /(.+) or (.+)/) {
            return yes(!matching(either.1).isEmpty || !matching(either.2).isEmpty)
        }
        return yes(!matching(said).isEmpty)
    }

    private func count(_ text: String) -> String? {
        let words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
        guard
            let match = text.wholeMatch(of: /How many (.+) (?:are there|do you see)/)
                ?? text.wholeMatch(of: /What is the number of (.+)/)
        else { return nil }
        return words[matching(match.1).count]
    }

    private func compare(_ text: String) -> String? {
        if let match = text.wholeMatch(of: /Are there (more|fewer) (.+) than (.+)/) {
            let (first, second) = (matching(match.2).count, matching(match.3).count)
            return yes(match.1 == "more" ? first > second : first < second)
        }
        guard
            let match = text.wholeMatch(of: /Are there as many (.+) as (.+)/)
                ?? text.wholeMatch(of: /Is the number of (.+) equal to the number of (.+)/)
        else { return nil }
        return yes(matching(match.1).count == matching(match.2).count)
    }

    private func equal(_ text: String) -> String? {
        if let match = text.wholeMatch(of: /Are (the .+) and (the .+) the same (color|size)/) {
            guard let first = only(match.1), let second = only(match.2) else { return nil }
            return yes(match.3 == "color" ? first.color == second.color : first.size == second.size)
        }
        guard let match = text.wholeMatch(of: /Do (the .+) and (the .+) have the same shape/),
            let first = only(match.1), let second = only(match.2)
        else { return nil }
        return yes(first.kind == second.kind)
    }

    private func relation(_ text: String) -> String? {
        if let match = text.wholeMatch(of: /Is (the .+) (left or right of|above or below) (the .+)/) {
            guard let first = only(match.1), let second = only(match.3) else { return nil }
            if match.2 == "above or below" { return first.y < second.y ? "above" : "below" }
            return first.x < second.x ? "left" : "right"
        }
        if let match = text.wholeMatch(of: /Is (the .+) (left of|right of|above|below) (the .+)/) {
            guard let first = only(match.1), let second = only(match.3) else { return nil }
            return yes(Self.lies(first, match.2, second))
        }
        guard let match = text.wholeMatch(of: /What is (left of|right of|above|below) (the .+)/),
            let second = only(match.2)
        else { return nil }
        let found = things.filter { Self.lies($0, match.1, second) }
        return found.count == 1 ? found[0].kind : nil
    }

    private static func lies(_ first: Thing, _ side: Substring, _ second: Thing) -> Bool {
        switch side {
        case "left of": first.x < second.x - 0.19
        case "right of": first.x > second.x + 0.19
        case "above": first.y < second.y - 0.19
        default: first.y > second.y + 0.19
        }
    }

    private func attribute(_ text: String) -> String? {
        if let match = text.wholeMatch(
            of: /(?:What color is|What is the color of|Which color does) (the .+?)(?: have)?/)
        {
            if match.1 == "the word" || match.1 == "the digit" { return writtenColor }
            return only(match.1)?.color
        }
        if let match = text.wholeMatch(of: /(?:Is|What size is|How big is) (the .+?)(?: small or large)?/) {
            return only(match.1)?.size
        }
        if let match = text.wholeMatch(
            of: /(?:What shape is|What is the shape of|Which shape does) (the .+?)(?: have)?/)
        {
            return only(match.1)?.kind
        }
        let match =
            text.wholeMatch(of: /What is the (\w+) object/) ?? text.wholeMatch(of: /Which thing is (\w+)/)
            ?? text.wholeMatch(of: /What (\w+) thing do you see/)
        return match.flatMap { only($0.1 + " object") }?.kind
    }

    private func reading(_ text: String) -> String? {
        guard text.contains(/^(What|Which) (digit|word) |^What is the (digit|word) in/) else { return nil }
        return written?.lowercased()
    }

    private func yes(_ isTrue: Bool) -> String { isTrue ? "yes" : "no" }
}
