import TensorEngine

/// Makes interleaved documents of pairs and text: solved examples before a question, and captions woven with text.
///
/// Which documents come out depends on the rows, the texts and the settings alone.
package struct DocumentWeaver: Sendable {
    /// What documents are made of.
    package struct Settings: Sendable, Equatable {
        /// Solved examples before the question: as many as drawn from this range.
        package var examples = 4...4
        /// Of documents of solved examples, the share that asks for captions.
        package var captionShare = 0.3
        /// How often one of the examples has the answer of the question.
        package var sameAnswerShare = 0.5
        /// Of documents of questions with an example of the same answer, the share in which answers are other words, which mean
        /// something in that document alone: the examples are then the only way to know.
        package var renamedShare = 0.0
        /// The share of documents that are captions woven with text.
        package var wovenShare = 0.0
        /// Words of a piece of text between pictures, at most.
        package var words = 40
        /// Seed of everything random.
        package var seed: UInt64 = 0

        /// Four examples, no text.
        package init() {}
    }

    private let settings: Settings
    /// Rows that examples come from, set by set.
    private let examples: [ExampleSet]
    /// Rows that are asked about, set by set; a set's examples have its number.
    private let asked: [(set: Int, rows: [PairRecord])]
    private let texts: [String]
    private let captioned: [PairRecord]

    /// A weaver.
    ///
    /// - Parameters:
    ///   - rows: of each dataset those that examples come from.
    ///   - asked: of each dataset those that are asked about.
    ///   - texts: what captions are woven with.
    /// - Throws: where there is nothing to make documents of.
    package init(
        rows: [[PairRecord]], asked: [[PairRecord]], texts: [String] = [], settings: Settings
    ) throws(WeavingError) {
        precondition(rows.count == asked.count, "\(asked.count) datasets asked about, \(rows.count) with examples")
        var examples: [ExampleSet] = []
        var questions: [(set: Int, rows: [PairRecord])] = []
        for (dataset, own) in rows.enumerated() {
            let bySet = Self.sets(of: own.filter(\.hasText))
            let askedBySet = Dictionary(Self.sets(of: asked[dataset].filter(\.hasText))) { first, _ in first }
            for (name, members) in bySet where members.count > settings.examples.upperBound {
                guard let theirs = askedBySet[name] else { continue }
                questions.append((examples.count, theirs))
                examples.append(ExampleSet(members))
            }
        }
        let captioned = asked.joined().filter { $0.captions.contains { !$0.isBlank } }
        let texts = texts.filter { !$0.isBlank }
        guard settings.wovenShare >= 1 || !questions.isEmpty else {
            throw .tooFewRows(wanted: settings.examples.upperBound + 1)
        }
        guard settings.wovenShare == 0 || !texts.isEmpty else { throw .noText }
        guard settings.wovenShare == 0 || !captioned.isEmpty else { throw .noCaptions }
        (self.settings, self.examples, self.asked) = (settings, examples, questions)
        (self.texts, self.captioned) = (texts, Array(captioned))
    }

    private static func sets(of rows: [PairRecord]) -> [(String, [PairRecord])] {
        var order: [String] = []
        var bySet: [String: [PairRecord]] = [:]
        for row in rows {
            let set = row.set ?? ""
            if bySet[set] == nil { order.append(set) }
            bySet[set, default: []].append(row)
        }
        return order.map { ($0, bySet[$0] ?? []) }
    }

    /// The document of that number, in the split of that name.
    package func document(_ number: Int, split: String) -> InterleavedDocument {
        var generator = SeededGenerator(seed: settings.seed, stream: "document \(split) \(number)")
        let isWoven = generator.unit() < settings.wovenShare || asked.isEmpty
        let id = "\(split)-\(number)"
        if isWoven { return InterleavedDocument(id: id, parts: woven(using: &generator), split: split, set: "woven") }
        // Sets are drawn evenly, however many rows they have.
        let place = asked[generator.integer(below: asked.count)]
        let row = place.rows[generator.integer(below: place.rows.count)]
        return InterleavedDocument(
            id: id, parts: solved(row, among: examples[place.set], using: &generator), split: split, set: row.set)
    }

    // MARK: - Solved examples

    private func solved(
        _ row: PairRecord, among set: ExampleSet, using generator: inout SeededGenerator
    ) -> [InterleavedDocument.Part] {
        let question = set.question(of: row, captionShare: settings.captionShare, using: &generator)
        let count =
            settings.examples.lowerBound + generator.integer(below: settings.examples.count)
        var chosen: [(row: PairRecord, asked: ExampleSet.Asked)] = []
        var shown: Set<PictureLocation> = [row.picture]
        func take(_ found: PairRecord?, _ asked: ExampleSet.Asked?) {
            guard let found, let asked, shown.insert(found.picture).inserted else { return }
            chosen.append((found, asked))
        }
        let repeats = count > 0 && generator.unit() < settings.sameAnswerShare
        if repeats, let same = set.row(answering: question, except: row.picture, using: &generator) {
            take(same, question)
        }
        let hasSame = !chosen.isEmpty
        var tries = 0
        while chosen.count < count, tries < 20 * count {
            tries += 1
            let other = set.rows[generator.integer(below: set.rows.count)]
            take(other, set.question(of: other, like: question, using: &generator))
        }
        chosen.shuffle(using: &generator)
        let isRenamed = hasSame && question.question != nil && generator.unit() < settings.renamedShare
        let names = isRenamed ? set.renaming(chosen.map(\.asked) + [question], using: &generator) : [:]
        return (chosen + [(row, question)]).flatMap { row, asked -> [InterleavedDocument.Part] in
            [.picture(.init(id: row.id, location: row.picture)), asked.part(renamed: names)]
        }
    }

    // MARK: - Woven with text

    /// Two to four pictures with their captions, text between them and before or after them.
    private func woven(using generator: inout SeededGenerator) -> [InterleavedDocument.Part] {
        let count = 2 + generator.integer(below: 3)
        var parts: [InterleavedDocument.Part] = []
        if generator.unit() < 0.5 { parts.append(.text(passage(using: &generator))) }
        for _ in 0..<count {
            let row = captioned[generator.integer(below: captioned.count)]
            let captions = row.captions.filter { !$0.isBlank }
            parts.append(.picture(.init(id: row.id, location: row.picture)))
            parts.append(.caption(captions[generator.integer(below: captions.count)]))
            parts.append(.text(passage(using: &generator)))
        }
        return parts
    }

    /// Whole sentences from somewhere in a text, at least one word and at most so many.
    private func passage(using generator: inout SeededGenerator) -> String {
        let text = texts[generator.integer(below: texts.count)]
        let words = text.split(whereSeparator: \.isWhitespace)
        let starts = words.indices.filter { $0 == 0 || words[$0 - 1].last.map { ".!?".contains($0) } ?? false }
        let start = starts.isEmpty ? 0 : starts[generator.integer(below: starts.count)]
        var end = min(words.count, start + settings.words)
        if let stop = words[start..<end].lastIndex(where: { $0.last.map { ".!?".contains($0) } ?? false }) {
            end = stop + 1
        }
        return words[start..<end].joined(separator: " ")
    }
}

/// Why documents cannot be woven.
package enum WeavingError: Error, Equatable, CustomStringConvertible {
    /// No set has rows enough for the examples and a question.
    case tooFewRows(wanted: Int)
    /// Captions are to be woven with text, and there is none.
    case noText
    /// Captions are to be woven with text, and no row has one.
    case noCaptions
    /// A picture that has no file of its own cannot be named in a document.
    case pictureInArchive(String)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .tooFewRows(let wanted):
            "no set has \(wanted) rows with a caption or an answered question to train on and one to ask about: take fewer "
                + "--examples, or other pairs"
        case .noText: "captions are to be woven with text: give --text FILE, or --woven 0"
        case .noCaptions: "captions are to be woven with text, and no row has a caption: give --woven 0"
        case .pictureInArchive(let name): "\(name): a picture within an archive: unpack it, documents name files"
        }
    }
}
