import ImageFiles

/// What is wrong with datasets, or should be known before they are trained on. Rows are named by where their picture is.
package struct DatasetCheck: Sendable {
    /// A picture that cannot be used, with a row that shows it.
    package struct BadPicture: Sendable, Equatable {
        package let row: String
        package let error: PictureError
    }

    /// A caption, question or answer of nothing but blanks.
    package struct EmptyText: Sendable, Equatable {
        package enum Kind: String, Sendable { case caption, question, answer }
        package let row: String
        package let kind: Kind
        /// Whether the row holds no text to learn at all.
        package let leavesNothing: Bool
    }

    /// A text that is longer than the limit.
    package struct LongText: Sendable, Equatable {
        package let row: String
        package let text: String
        package let length: Int
    }

    /// Pictures of several splits that are the same, or nearly.
    package struct Leak: Sendable, Equatable {
        /// The splits that meet.
        package let splits: [String]
        /// A row's name for each picture, with its split.
        package let rows: [String]
        /// Whether two pictures of different splits have equal bytes.
        package let hasEqualBytes: Bool
    }

    /// Datasets that could not be read at all.
    package let failures: [PairDataError]
    /// The number of good rows.
    package let rowCount: Int
    /// The number of pictures that they show.
    package let pictureCount: Int
    /// Rows that are text alone, and were left out.
    package let rowsWithoutPicture: Int
    /// Rows that are not what the format says.
    package let malformedRows: [PairRowError]
    /// Rows without any text to learn, by name.
    package let rowsWithoutText: [String]
    /// Pictures without a file.
    package private(set) var missing: [BadPicture] = []
    /// Pictures that cannot be read to their end.
    package private(set) var unreadable: [BadPicture] = []
    /// Texts of nothing but blanks.
    package let emptyTexts: [EmptyText]
    /// Texts longer than the limit.
    package let longTexts: [LongText]
    /// Pictures of equal bytes, by the names of their rows.
    package let duplicates: [[String]]
    /// Pictures that look alike and are not all equal.
    package let nearDuplicates: [[String]]
    /// Pictures that occur in several splits.
    package let leaks: [Leak]

    /// Whether something must be repaired: rows or pictures that cannot be read, or rows without text.
    package var isBroken: Bool {
        !(failures.isEmpty && malformedRows.isEmpty && missing.isEmpty && unreadable.isEmpty && rowsWithoutText.isEmpty)
    }

    /// Checks what a survey found.
    ///
    /// - Parameters:
    ///   - limit: how long a text may be.
    ///   - length: how long a text is: in tokens, or in words.
    package init(_ survey: DatasetSurvey, limit: Int, length: (String) -> Int) {
        failures = survey.failures.map(\.error)
        rowCount = survey.records.count
        pictureCount = survey.pictures.count
        rowsWithoutPicture = survey.readings.reduce(0) { $0 + $1.reading.rowsWithoutPicture }
        malformedRows = survey.readings.flatMap(\.reading.problems)
        rowsWithoutText = survey.records.filter { !$0.hasText }.map(\.place)
        emptyTexts = survey.records.flatMap(Self.emptyTexts)
        longTexts = Self.longTexts(survey.records, limit: limit, length: length)
        let groups = DuplicateGroups(survey.prints.map { try? $0.get() }) { first, second in
            guard let one = try? survey.pictures[first].bytes() else { return false }
            return one == (try? survey.pictures[second].bytes())
        }
        func names(_ group: [Int]) -> [String] { group.map { survey.records[survey.rowsOfPicture[$0][0]].place } }
        duplicates = groups.same.map(names)
        nearDuplicates = groups.near.map(names)
        leaks = Self.leaks(survey, groups)
        for (place, print) in survey.prints.enumerated() {
            guard case .failure(let error) = print else { continue }
            let bad = BadPicture(row: survey.records[survey.rowsOfPicture[place][0]].place, error: error)
            if case .file(.noSuchInput) = error { missing.append(bad) } else { unreadable.append(bad) }
        }
    }

    private static func emptyTexts(of record: PairRecord) -> [EmptyText] {
        func empty(_ kind: EmptyText.Kind) -> EmptyText {
            EmptyText(row: record.place, kind: kind, leavesNothing: !record.hasText)
        }
        var found = record.captions.filter(\.isBlank).map { _ in empty(.caption) }
        for question in record.questions {
            if question.question.isBlank { found.append(empty(.question)) }
            if question.answer.isBlank { found.append(empty(.answer)) }
        }
        return found
    }

    /// Texts that would be cut; each of a row's once.
    private static func longTexts(_ records: [PairRecord], limit: Int, length: (String) -> Int) -> [LongText] {
        var lengths: [String: Int] = [:]
        func known(_ text: String) -> Int {
            if let length = lengths[text] { return length }
            let length = length(text)
            lengths[text] = length
            return length
        }
        return records.flatMap { record in
            (record.captions + record.questions.flatMap { [$0.question, $0.answer] }).compactMap { text in
                known(text) > limit ? LongText(row: record.place, text: text, length: known(text)) : nil
            }
        }
    }

    private static func leaks(_ survey: DatasetSurvey, _ groups: DuplicateGroups) -> [Leak] {
        /// The splits that show a picture.
        func splits(_ picture: Int) -> Set<String> {
            Set(survey.rowsOfPicture[picture].compactMap { survey.records[$0].split })
        }
        /// Whether pictures of equal bytes stand in two splits.
        func leaksExactly(_ pictures: [Int]) -> Bool {
            pictures.reduce(into: Set<String>()) { $0.formUnion(splits($1)) }.count > 1
        }
        let exactGroup = Dictionary(
            uniqueKeysWithValues: groups.same.enumerated().flatMap { number, group in group.map { ($0, number) } })
        let inNear = Set(groups.near.joined())
        let alone = survey.pictures.indices.filter { exactGroup[$0] == nil && !inNear.contains($0) }.map { [$0] }
        let exact = groups.same.filter { !inNear.contains($0[0]) }
        return (alone + exact + groups.near).sorted { $0[0] < $1[0] }.compactMap { pictures in
            let met = pictures.reduce(into: Set<String>()) { $0.formUnion(splits($1)) }
            guard met.count > 1 else { return nil }
            let equal = Dictionary(grouping: pictures) { exactGroup[$0] ?? -1 - $0 }.values.contains(
                where: leaksExactly)
            let rows = pictures.flatMap { picture in
                survey.rowsOfPicture[picture].map { row in
                    let record = survey.records[row]
                    return record.split.map { "\(record.place) (\($0))" } ?? record.place
                }
            }
            return Leak(splits: met.sorted(), rows: rows, hasEqualBytes: equal)
        }
    }
}

extension PairRecord {
    /// Where the row's picture is, as reports name it: its path, or archive and key.
    package var place: String {
        switch picture {
        case .file(let path): path
        case .part(let file, _, _), .encoded(let file, _, _): "\(file): \(id)"
        }
    }
}
