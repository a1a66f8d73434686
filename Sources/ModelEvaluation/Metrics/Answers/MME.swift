/// MME (Fu et al. 2023): two yes/no questions a picture; accuracy over questions, accuracy+ over pictures.
package enum MME {
    /// What an answer says.
    package enum Reading: String, Sendable, Equatable {
        case yes
        case no
        /// Neither; counts as wrong.
        case other
    }

    /// The score of one task.
    package struct TaskScore: Sendable, Equatable {
        /// Share of right answers, 0…1.
        package let accuracy: Double
        /// Share of pictures with both answers right, 0…1.
        package let accuracyPlus: Double
        /// Both in percent, summed: at most 200.
        package var score: Double { 100 * (accuracy + accuracyPlus) }
    }

    /// The ten tasks of perception (at most 2000 points).
    package static let perception = [
        "existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR",
    ]
    /// The four tasks of cognition (at most 800 points).
    package static let cognition = [
        "commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning",
    ]

    /// Lower case, then "yes" or "no" exactly, else whichever stands in the first four characters, "yes" first.
    package static func reading(_ text: String) -> Reading {
        let lower = PythonText.lowercased(text)
        if lower == "yes" { return .yes }
        if lower == "no" { return .no }
        let beginning = String(lower.unicodeScalars.prefix(4))
        if PythonText.contains("yes", in: beginning) { return .yes }
        return PythonText.contains("no", in: beginning) ? .no : .other
    }

    /// lmms-eval's reading: stripped, without full stops, single letters as words, then as above.
    package static func readingAsLMMSEval(_ text: String) -> Reading {
        let clean = PythonText.replacing(".", with: "", in: PythonText.lowercased(PythonText.stripped(text)))
        switch clean {
        case "y": return .yes
        case "n": return .no
        default: return reading(clean)
        }
    }

    /// The score of a task.
    ///
    /// - Parameter answers: one row a question: the picture, what was answered, and whether yes is right.
    /// - Throws: `MetricError.wrongGroupSize` for a picture without exactly two questions.
    package static func score(
        _ answers: [(image: String, reading: Reading, isYes: Bool)]
    ) throws(MetricError) -> TaskScore {
        var right: [String: [Bool]] = [:]
        for answer in answers {
            right[answer.image, default: []].append(answer.reading == (answer.isYes ? .yes : .no))
        }
        guard !answers.isEmpty else { throw .empty(metric: "MME") }
        for (image, results) in right.sorted(by: { $0.key < $1.key }) where results.count != 2 {
            throw .wrongGroupSize(metric: "MME", group: image, expected: 2, found: results.count)
        }
        let correct = right.values.reduce(0) { $0 + $1.count { $0 } }
        let both = right.values.count { $0.allSatisfy { $0 } }
        return TaskScore(
            accuracy: Double(correct) / Double(answers.count), accuracyPlus: Double(both) / Double(right.count))
    }
}
