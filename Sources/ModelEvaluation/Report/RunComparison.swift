import JSONText

/// Two runs over the same examples: is the difference more than chance?
package struct RunComparison: Sendable {
    /// One task of both runs.
    package struct TaskComparison: Sendable {
        package let task: String
        /// The task's scores, as both `results.json` have them.
        package let scores: (first: Double?, second: Double?)
        /// What is compared example by example.
        package let compared: String
        package let examples: Int
        package let paired: PairedComparison
        /// McNemar's exact p, where all scores are 0 or 1.
        package let mcNemar: Double?
        /// p of a paired bootstrap of the task's own score over pictures, where that is no mean over examples (CIDEr, F1,
        /// MME) and the task's files are still where they were.
        package let bootstrap: Double?
        /// p of the paired test, corrected for several tasks (Holm).
        package fileprivate(set) var adjusted: Double
    }

    package let tasks: [TaskComparison]

    /// Compares the tasks that both runs have.
    ///
    /// - Parameter anyway: whether runs under different protocols are compared nevertheless.
    /// - Throws: `RunError.differentProtocols`, `.noCommonTask`; `MetricError.differentExamples`.
    package init(_ first: RecordedRun, _ second: RecordedRun, anyway: Bool = false) throws {
        let common = first.tasks.filter { second.tasks.contains($0) }
        guard !common.isEmpty else { throw RunError.noCommonTask(first: first.tasks, second: second.tasks) }
        var tasks: [TaskComparison] = []
        for task in common {
            if !anyway { try Self.requireSameProtocol(first, second, task: task) }
            tasks.append(try Self.comparison(first, second, task: task))
        }
        let adjusted = HolmCorrection.adjusted(tasks.map(\.paired.p))
        for index in tasks.indices { tasks[index].adjusted = adjusted[index] }
        self.tasks = tasks
    }

    private static func requireSameProtocol(
        _ first: RecordedRun, _ second: RecordedRun, task: String
    ) throws(RunError) {
        guard let left = first.settings(of: task), let right = second.settings(of: task) else { return }
        if left["protocol_sha256"] == right["protocol_sha256"] { return }
        throw .differentProtocols(
            first: first.folder.path, second: second.folder.path,
            differences: JSONDifference.list(
                left, right, except: ["model", "source", "shard", "baselines", "protocol_sha256", "version"]))
    }

    private static func comparison(
        _ first: RecordedRun, _ second: RecordedRun, task: String
    ) throws -> TaskComparison {
        let left = Dictionary(first.rows(of: task).map { ($0.id, $0) }) { first, _ in first }
        let right = Dictionary(second.rows(of: task).map { ($0.id, $0) }) { first, _ in first }
        guard Set(left.keys) == Set(right.keys) else {
            throw MetricError.differentExamples(
                onlyInFirst: left.keys.filter { right[$0] == nil }.sorted(),
                onlyInSecond: right.keys.filter { left[$0] == nil }.sorted())
        }
        let order = first.rows(of: task)
        let pairs = order.compactMap { row in right[row.id].map { (row, $0) } }
        let isByExample = pairs.allSatisfy { $0.0.score != nil && $0.1.score != nil }
        let scores =
            isByExample
            ? (pairs.map { $0.0.score ?? 0 }, pairs.map { $0.1.score ?? 0 })
            : (CaptionScores.cider(pairs.map(\.0)), CaptionScores.cider(pairs.map(\.1)))
        let paired = try PairedComparison(scores.0, scores.1)
        let isBinary = (scores.0 + scores.1).allSatisfy { $0 == 0 || $0 == 1 }
        return TaskComparison(
            task: task, scores: (score(of: first, task), score(of: second, task)),
            compared: isByExample ? "score of each example" : "CIDEr of each picture", examples: pairs.count,
            paired: paired,
            mcNemar: isBinary ? try McNemarTest.p(scores.0.map { $0 == 1 }, scores.1.map { $0 == 1 }) : nil,
            bootstrap: try bootstrapP(first, left, second, right, task: task), adjusted: paired.p)
    }

    private static func bootstrapP(
        _ first: RecordedRun, _ left: [String: SampleRow], _ second: RecordedRun, _ right: [String: SampleRow],
        task name: String
    ) throws(MetricError) -> Double? {
        guard let task = try? first.reopened(name) else { return nil }
        let examples = task.examples.filter { left[$0.id] != nil && right[$0.id] != nil }
        guard !examples.isEmpty, examples.count == left.count else { return nil }
        func score(_ run: RecordedRun, _ rows: [String: SampleRow]) throws(MetricError) -> (([Int]) -> Double)? {
            let answers = examples.compactMap { example in
                rows[example.id].map { TaskResult.answered(example, $0) }
            }
            return try task.summary(answers, variant: run.variant(of: name)).resampled
        }
        guard let own = try score(first, left), let other = try score(second, right) else { return nil }
        let members = TaskResult.members(of: examples.map(\.cluster))
        return try Bootstrap.pairedP(count: members.count, seed: first.seed(of: name)) { places in
            let examples = places.flatMap { members[$0] }
            return own(examples) - other(examples)
        }
    }

    private static func score(of run: RecordedRun, _ task: String) -> Double? {
        guard let document = try? run.folder.json("results.json") else { return nil }
        let objects = document["tasks"]?.array ?? [document]
        return objects.first { $0["task"]?.string == task }?["score"]?.double
    }

    /// The comparison as JSON.
    package var json: JSONValue {
        .array(
            tasks.map { task in
                .object([
                    ("task", .string(task.task)), ("first", task.scores.first.map { .double($0) } ?? .null),
                    ("second", task.scores.second.map { .double($0) } ?? .null), ("compared", .string(task.compared)),
                    ("examples", .integer(task.examples)), ("mean_difference", .double(task.paired.meanDifference)),
                    ("standard_error", .double(task.paired.standardError)), ("t", .double(task.paired.t)),
                    ("p_sign_flip", .double(task.paired.p)),
                    ("p_mcnemar", task.mcNemar.map { .double($0) } ?? .null),
                    ("p_paired_bootstrap", task.bootstrap.map { .double($0) } ?? .null),
                    ("p_holm", .double(task.adjusted)),
                ])
            })
    }
}

/// CIDEr of captions in rows.
enum CaptionScores {
    /// CIDEr-D of each row's output against its references, document frequencies from these rows.
    static func cider(_ rows: [SampleRow]) -> [Double] {
        var tokenizer = PTBTokenizer()
        let candidates = tokenizer.tokenize(rows.map(\.output))
        let references = tokenizer.tokenize(rows.flatMap(\.references))
        var start = 0
        let comparisons = zip(rows, candidates).map { row, candidate in
            defer { start += row.references.count }
            return CaptionComparison(
                candidate: candidate, references: Array(references[start..<start + row.references.count]))
        }
        return CIDEr.scores(comparisons)
    }
}
