import ImageFiles
import Imaging
import JSONText
import TensorEngine
import VisionLanguage

/// Fits a model's calibration: what pictures it learned from, and how its own numbers become the probability of being right.
///
/// Deterministic: the same model, data and seed give the same numbers.
package struct CalibrationFit: Sendable {
    /// What is fitted.
    package struct Fitted: Sendable {
        /// Pictures that the model learned from.
        package let familiarity: PictureFamiliarity
        /// Whether a picture is of their kind.
        package let known: LogisticScore
        /// Whether an answer is right, given that.
        package let right: LogisticScore
        /// Whether an answer is right, as far as its tokens tell.
        package let rightByTokens: LogisticScore
        /// On how much, and how well: of answers about pictures that were left out of the fit.
        package let facts: JSONValue
    }

    private let model: FolderModel
    /// Pictures of a set that familiarity is measured on, at most.
    package var familiarLimit = 2_000
    /// Parts that the data are cut into to see how well the fit does on what it was not fitted on.
    package var folds = 5
    package var seed: UInt64 = 0
    /// Answers of each task at most; nil for all.
    package var limit: Int?
    package var decoding = ImageDecodingOptions()

    /// A fit for this model.
    package init(model: FolderModel) { self.model = model }

    /// Where the fit has come to.
    package enum Stage: String, Sendable {
        case familiar = "looking at pictures that the model learned from"
        case answers = "answering held-out examples"
        case unfamiliar = "looking at unfamiliar pictures"

        /// In words.
        package var name: String { rawValue }
    }

    /// Fits.
    ///
    /// - Parameters:
    ///   - familiar: tasks whose pictures the model learned from.
    ///   - entries: tasks with held-out examples, and how they are asked.
    /// - Throws: `RunError`, `MetricError`; `ModelUseError` where a picture cannot be prepared.
    package func fit(
        familiar: [any EvaluationTask], entries: [EvaluationSession<FolderModel>.Entry],
        progress: (Stage) -> Void = { _ in }
    ) async throws -> Fitted {
        progress(.familiar)
        let familiarity = try FamiliarityFit.fit(
            try examples(of: familiar), hasClassToken: model.hasClassToken, seed: seed)
        var session = EvaluationSession(model: model, entries: entries)
        session.baselines = []
        session.decoding = decoding
        session.selection.limit = limit
        progress(.answers)
        let finished = try await session.run(in: nil)
        let answers = try judged(finished, familiarity)
        progress(.unfamiliar)
        let unfamiliar = try unfamiliarStandings(answers, familiarity)
        let (known, right, byTokens) = try scores(answers, unfamiliar, familiarity)
        return Fitted(
            familiarity: familiarity, known: known, right: right, rightByTokens: byTokens,
            facts: try facts(answers, unfamiliar, familiarity))
    }

    // MARK: - Pictures and answers

    /// The set of an example: what its row says, else the folder that its file lies in.
    private static func set(of example: EvaluationExample, in task: any EvaluationTask) -> String {
        if let set = example.category("set") { return set }
        let parts = (task.files.first ?? "").split(separator: "/")
        return parts.dropLast().last.map(String.init) ?? "data"
    }

    /// The features of the pictures that the model learned from, an even choice where a set has many.
    private func examples(
        of tasks: [any EvaluationTask]
    ) throws -> [FamiliarityFit.Example] {
        var pictures: [(picture: PictureReference, set: String)] = []
        for task in tasks {
            var seen: Set<String> = []
            let own = task.examples.compactMap { example -> (picture: PictureReference, set: String)? in
                guard let picture = example.pictures.first, seen.insert(picture.key).inserted else { return nil }
                return (picture, Self.set(of: example, in: task))
            }
            let count = min(own.count, familiarLimit)
            pictures += (0..<count).map { own[$0 * own.count / count] }
        }
        var examples: [FamiliarityFit.Example] = []
        for (picture, set) in pictures {
            let bitmap = try picture.bitmap(options: decoding)
            examples.append(.init(try model.pooledFeatures(of: bitmap), set: set))
        }
        return examples
    }

    /// An answer, what tells about it, and whether it was right.
    private struct Judged {
        var evidence: AnswerEvidence
        var isCorrect: Bool
        var picture: PictureReference
        var set: String
    }

    private func judged(
        _ finished: [EvaluationSession<FolderModel>.Finished], _ familiarity: PictureFamiliarity
    ) throws -> [Judged] {
        var standings: [String: PictureStanding] = [:]
        var answers: [Judged] = []
        for task in finished {
            let examples = Dictionary(task.entry.task.examples.map { ($0.id, $0) }) { first, _ in first }
            for row in task.rows where row.failure == nil && !row.tokenLogProbabilities.isEmpty {
                guard let example = examples[row.id], let picture = example.pictures.first, let right = row.isCorrect
                else { continue }
                if standings[picture.key] == nil {
                    let features = try model.pooledFeatures(of: try picture.bitmap(options: decoding))
                    standings[picture.key] = familiarity.standing(of: features)
                }
                let evidence = AnswerEvidence(
                    logProbabilities: row.tokenLogProbabilities, isCaption: row.prompt == model.prompts.caption,
                    standing: standings[picture.key])
                answers.append(
                    Judged(
                        evidence: evidence, isCorrect: right, picture: picture,
                        set: Self.set(of: example, in: task.entry.task)))
            }
        }
        return answers
    }

    /// How pictures that are made of those of the answers stand, one for each of these.
    private func unfamiliarStandings(
        _ answers: [Judged], _ familiarity: PictureFamiliarity
    ) throws -> [PictureStanding] {
        var seen: Set<String> = []
        var made = UnfamiliarPictures(seed: seed)
        for answer in answers where seen.insert(answer.picture.key).inserted {
            try made.add(try answer.picture.bitmap(options: decoding), set: answer.set)
        }
        guard made.count > 0 else { throw MetricError.empty(metric: "calibration") }
        var standings: [PictureStanding] = []
        for index in 0..<made.count {
            standings.append(familiarity.standing(of: try model.pooledFeatures(of: try made.picture(index))))
        }
        return standings
    }

    // MARK: - Scores

    /// How much all unfamiliar pictures together count beside the familiar ones.
    private static let unfamiliarShare = 1.0 / 9

    private func scores(
        _ answers: [Judged], _ unfamiliar: [PictureStanding], _ familiarity: PictureFamiliarity
    ) throws(MetricError) -> (known: LogisticScore, right: LogisticScore, byTokens: LogisticScore) {
        let sets = familiarity.setNames.map(AnswerEvidence.set)
        let ofPicture = AnswerEvidence.ofPictures + sets
        func values(_ evidence: AnswerEvidence, _ names: [String]) -> [Double] {
            names.map { evidence.value($0) ?? 0 }
        }
        var seen: Set<String> = []
        let pictures = answers.filter { seen.insert($0.picture.key).inserted }
        let count = Self.unfamiliarShare * Double(pictures.count) / Double(max(1, unfamiliar.count))
        let known = try LogisticRegression.fit(
            pictures.map { .init(values($0.evidence, ofPicture), true) }
                + unfamiliar.map { standing in
                    let evidence = AnswerEvidence(logProbabilities: [], isCaption: true, standing: standing)
                    return .init(values(evidence, ofPicture), false, count: count)
                }, names: ofPicture)
        let all = AnswerEvidence.ofAnswers + ["nearest"] + sets
        let right = try LogisticRegression.fit(
            answers.map {
                .init(values($0.evidence, all), $0.isCorrect, ceiling: known.probability($0.evidence.value))
            }, names: all)
        let byTokens = try LogisticRegression.fit(
            answers.map { .init(values($0.evidence, AnswerEvidence.ofAnswers), $0.isCorrect) },
            names: AnswerEvidence.ofAnswers)
        return (known, right, byTokens)
    }

    /// How well the fit does on pictures that it was not fitted on: each in turn of `folds` parts is left out.
    private func facts(
        _ answers: [Judged], _ unfamiliar: [PictureStanding], _ familiarity: PictureFamiliarity
    ) throws(MetricError) -> JSONValue {
        var places: [String: Int] = [:]
        for answer in answers where places[answer.picture.key] == nil { places[answer.picture.key] = places.count }
        var all: [(set: String, answer: ConfidenceCheck.Answer)] = []
        var byTokens: [ConfidenceCheck.Answer] = []
        for fold in 0..<min(folds, places.count) {
            func isLeftOut(_ answer: Judged) -> Bool { (places[answer.picture.key] ?? 0) % folds == fold }
            let scores = try scores(
                answers.filter { !isLeftOut($0) },
                unfamiliar.indices.filter { $0 % folds != fold }.map { unfamiliar[$0] }, familiarity)
            for answer in answers where isLeftOut(answer) {
                let value = answer.evidence.value
                let confidence = scores.known.probability(value) * scores.right.probability(value)
                all.append((answer.set, .init(confidence: confidence, isCorrect: answer.isCorrect)))
                byTokens.append(
                    .init(confidence: scores.byTokens.probability(value), isCorrect: answer.isCorrect))
            }
        }
        let known = try scores(answers, unfamiliar, familiarity).known
        let standings = unfamiliar.map { standing in
            known.probability(AnswerEvidence(logProbabilities: [], isCaption: true, standing: standing).value)
        }
        var sets: [(key: String, value: JSONValue)] = []
        for set in Set(all.map(\.set)).sorted() {
            sets.append((set, try ConfidenceCheck(known: all.filter { $0.set == set }.map(\.answer)).json))
        }
        return .object([
            ("answers", .integer(answers.count)), ("pictures", .integer(places.count)),
            ("unfamiliar_pictures", .integer(unfamiliar.count)),
            ("groups_of_familiar_pictures", .integer(familiarity.sets.count)), ("seed", .integer(Int(clamping: seed))),
            ("left_out_in_turn", .integer(folds)), ("all", try ConfidenceCheck(known: all.map(\.answer)).json),
            ("by_tokens", try ConfidenceCheck(known: byTokens).json), ("sets", .object(sets)),
            (
                "known_of_unfamiliar_pictures",
                .double(standings.reduce(0, +) / Double(max(1, standings.count)))
            ),
        ])
    }
}
