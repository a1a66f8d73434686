/// What datasets are made of, in figures.
package struct DatasetStatistics: Sendable {
    /// A number of rows and pictures of a split within a set.
    package struct Count: Sendable, Equatable {
        /// The row's set and split; the empty text where it says none.
        package let set: String
        package let split: String
        package var rows = 0
        package var pictures = 0
        package var captions = 0
        package var questions = 0
    }

    /// The least, the middle and the greatest of some numbers, and where a tenth lies below and above.
    package struct Spread: Sendable, Equatable {
        package let least: Int
        package let tenth: Int
        package let median: Int
        package let ninetieth: Int
        package let greatest: Int

        /// The spread of numbers; nil where there are none.
        package init?(_ numbers: [Int]) {
            let sorted = numbers.sorted()
            guard let least = sorted.first, let greatest = sorted.last else { return nil }
            self.least = least
            self.greatest = greatest
            func at(_ percent: Int) -> Int { sorted[(sorted.count - 1) * percent / 100] }
            (tenth, median, ninetieth) = (at(10), at(50), at(90))
        }
    }

    /// By set and split, in the order of the rows.
    package let counts: [Count]
    /// Pictures' widths and heights in pixels, upright; nil where none could be read.
    package let widths: Spread?
    package let heights: Spread?
    /// How many pictures have a shorter side of 1–31, 32–63, 64–127 ... pixels; the first number is the lower end.
    package let shorterSides: [(from: Int, pictures: Int)]
    /// How many pictures could not be read.
    package let unreadable: Int
    /// Words in a caption, in an answer.
    package let captionWords: Spread?
    package let answerWords: Spread?
    /// How many different captions and answers there are.
    package let differentCaptions: Int
    package let differentAnswers: Int
    /// The most common captions and answers with their numbers, most common first.
    package let commonCaptions: [(text: String, count: Int)]
    package let commonAnswers: [(text: String, count: Int)]

    /// Counts what a survey found; of common texts, the first `top`.
    package init(_ survey: DatasetSurvey, top: Int = 10) {
        counts = Self.counts(survey)
        let prints = survey.prints.compactMap { try? $0.get() }
        widths = Spread(prints.map(\.width))
        heights = Spread(prints.map(\.height))
        unreadable = survey.prints.count - prints.count
        var bySide: [Int: Int] = [:]
        for print in prints {
            let side = min(print.width, print.height)
            bySide[side < 32 ? 1 : 1 << (Int.bitWidth - 1 - side.leadingZeroBitCount), default: 0] += 1
        }
        shorterSides = bySide.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let captions = survey.records.flatMap(\.captions)
        let answers = survey.records.flatMap(\.questions).map(\.answer)
        captionWords = Spread(captions.map(\.wordCount))
        answerWords = Spread(answers.map(\.wordCount))
        (differentCaptions, commonCaptions) = Self.common(captions, top: top)
        (differentAnswers, commonAnswers) = Self.common(answers, top: top)
    }

    private static func counts(_ survey: DatasetSurvey) -> [Count] {
        var counts: [Count] = []
        var places: [[String]: Int] = [:]
        func place(of record: PairRecord) -> Int {
            let key = [record.set ?? "", record.split ?? ""]
            if let place = places[key] { return place }
            places[key] = counts.count
            counts.append(Count(set: key[0], split: key[1]))
            return counts.count - 1
        }
        for record in survey.records {
            let place = place(of: record)
            counts[place].rows += 1
            counts[place].captions += record.captions.count
            counts[place].questions += record.questions.count
        }
        for rows in survey.rowsOfPicture {
            // A picture that rows of several splits show counts once in each.
            for place in Set(rows.map { place(of: survey.records[$0]) }) { counts[place].pictures += 1 }
        }
        return counts
    }

    private static func common(_ texts: [String], top: Int) -> (different: Int, [(text: String, count: Int)]) {
        var counts: [String: Int] = [:]
        for text in texts { counts[text, default: 0] += 1 }
        let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        return (counts.count, sorted.prefix(top).map { ($0.key, $0.value) })
    }
}

extension String {
    /// How many runs of characters other than blanks there are.
    package var wordCount: Int { split(whereSeparator: \.isWhitespace).count }
}
