/// Which of a task's examples a run answers.
package struct ExampleSelection: Sendable, Equatable {
    /// At most this many, from the beginning; nil for all.
    package var limit: Int?
    /// The part of a run that is spread over several machines, from 0; nil for a run in one piece.
    package var shard: Shard?

    /// All examples.
    package init() {}

    /// One of several parts.
    package struct Shard: Sendable, Equatable {
        /// Counted from 1.
        package let number: Int
        package let count: Int

        /// Part `number` of `count`; nil where there is no such part.
        package init?(number: Int, of count: Int) {
            guard count >= 1, (1...count).contains(number) else { return nil }
            self.number = number
            self.count = count
        }

        /// `2/8`: the second of eight parts.
        package init?(text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
            self.init(number: number, of: count)
        }
    }

    /// The examples of all shards together.
    package func limited(_ examples: [EvaluationExample]) -> [EvaluationExample] {
        limit.map { Array(examples.prefix($0)) } ?? examples
    }

    /// The examples of this run: a consecutive piece of `limited`, pieces of the same size but for one.
    package func selected(_ examples: [EvaluationExample]) -> [EvaluationExample] {
        let all = limited(examples)
        guard let shard else { return all }
        let start = all.count * (shard.number - 1) / shard.count
        let end = all.count * shard.number / shard.count
        return Array(all[start..<end])
    }
}
