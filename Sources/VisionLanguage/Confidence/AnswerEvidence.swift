import Foundation

/// What a written answer and its picture tell about whether the answer is right: the numbers of a calibration, by name.
package struct AnswerEvidence: Sendable, Equatable {
    /// log p of each token, the end token's with it.
    package var logProbabilities: [Double]
    /// Whether it is a caption: no question was asked.
    package var isCaption: Bool
    /// How the picture stands to those that the model learned from; nil where nothing says.
    package var standing: PictureStanding?

    /// The evidence of these tokens and this picture.
    package init(logProbabilities: [Double], isCaption: Bool, standing: PictureStanding? = nil) {
        self.logProbabilities = logProbabilities
        self.isCaption = isCaption
        self.standing = standing
    }

    /// What is measured of every answer.
    package static let ofAnswers = ["log_odds", "mean_logprob", "least_logprob", "first_logprob", "tokens", "caption"]
    /// What is measured of every picture, where its familiarity is known.
    package static let ofPictures = ["nearest", "overall"]
    /// What says whether the nearest pictures that the model learned from are of a set.
    package static func set(_ name: String) -> String { "set:" + name }

    /// The number of that name; nil where it is not known of this answer.
    ///
    /// `log_odds` is log(p / (1 − p)) of the whole answer's probability p: a model whose probabilities are right as they are
    /// needs nothing else. Logarithms stop where they say "never" well enough, so that no answer is an outlier.
    package func value(_ name: String) -> Double? {
        switch name {
        case "log_odds":
            let p = min(exp(max(total, -9)), 1 - 1e-4)
            return log(p / (1 - p))
        case "mean_logprob": return max(total / Double(max(1, logProbabilities.count)), -5)
        case "least_logprob": return max(logProbabilities.min() ?? 0, -8)
        case "first_logprob": return max(logProbabilities.first ?? 0, -8)
        case "tokens": return log(Double(1 + logProbabilities.count))
        case "caption": return isCaption ? 1 : 0
        case "nearest": return standing.map { log(max($0.nearest, 1e-3)) }
        case "overall": return standing.map { log(max($0.overall, 1e-3)) }
        default:
            guard name.hasPrefix("set:"), let standing else { return nil }
            return name.dropFirst(4) == standing.set ? 1 : 0
        }
    }

    private var total: Double { logProbabilities.reduce(0, +) }
}
