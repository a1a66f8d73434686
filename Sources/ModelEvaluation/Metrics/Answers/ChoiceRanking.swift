/// Which choice a model takes for the most probable one, by several ways of comparing choices of different lengths.
package struct ChoiceRanking: Sendable, Equatable {
    /// One choice as a model scored it.
    package struct Choice: Sendable, Equatable {
        /// The text that was scored.
        package let text: String
        /// log p of each of its tokens, given the prompt, the picture and the tokens before.
        package let tokenLogProbabilities: [Double]
        /// The sum under an empty or neutral prompt; nil where that was not computed.
        package let unconditional: Double?

        /// A scored choice.
        package init(text: String, tokenLogProbabilities: [Double], unconditional: Double? = nil) {
            self.text = text
            self.tokenLogProbabilities = tokenLogProbabilities
            self.unconditional = unconditional
        }

        /// Σ log p.
        package var sum: Double { tokenLogProbabilities.reduce(0, +) }
    }

    /// What is compared.
    package enum Normalisation: String, Sendable, CaseIterable {
        /// Σ log p (`acc`; LAVIS).
        case sum
        /// Σ log p over the number of characters, code points here (`acc_norm` of lm-eval).
        case characters
        /// Σ log p over the number of UTF-8 bytes.
        case bytes
        /// Σ log p over the number of tokens (OpenFlamingo).
        case tokens
        /// Σ log p less the sum under the neutral prompt (`acc_mutual_info`).
        case mutualInformation = "mutual-information"
    }

    /// The choices in the order given.
    package let choices: [Choice]

    /// A ranking of these choices.
    package init(_ choices: [Choice]) { self.choices = choices }

    /// The score of each choice; nil where the neutral prompt's sum is wanted and absent. An empty text scores −∞.
    package func scores(_ normalisation: Normalisation) -> [Double]? {
        var scores: [Double] = []
        for choice in choices {
            switch normalisation {
            case .sum: scores.append(choice.sum)
            case .characters: scores.append(Self.ratio(choice.sum, choice.text.unicodeScalars.count))
            case .bytes: scores.append(Self.ratio(choice.sum, choice.text.utf8.count))
            case .tokens: scores.append(Self.ratio(choice.sum, choice.tokenLogProbabilities.count))
            case .mutualInformation:
                guard let unconditional = choice.unconditional else { return nil }
                scores.append(choice.sum - unconditional)
            }
        }
        return scores
    }

    /// The position of the best choice, the first one of equals; nil without choices.
    package func best(_ normalisation: Normalisation = .sum) -> Int? {
        guard let scores = scores(normalisation) else { return nil }
        return scores.indices.max { scores[$0] < scores[$1] || (scores[$0] == scores[$1] && $0 > $1) }
    }

    private static func ratio(_ sum: Double, _ count: Int) -> Double { count == 0 ? -.infinity : sum / Double(count) }
}
