import Checkpoints
import Foundation
import JSONText

/// A weighted sum of named numbers, and the probability that it stands for: σ(intercept + Σ weight·(x − mean)/scale).
package struct LogisticScore: Sendable, Equatable {
    /// One number's part in the sum.
    package struct Term: Sendable, Equatable {
        /// What is measured.
        package var name: String
        /// Its mean where the sum was fitted.
        package var mean: Double
        /// Its deviation there; more than 0.
        package var scale: Double
        package var weight: Double

        /// A part of these numbers.
        package init(_ name: String, mean: Double, scale: Double, weight: Double) {
            self.name = name
            self.mean = mean
            self.scale = scale
            self.weight = weight
        }
    }

    package var intercept: Double
    package var terms: [Term]

    /// The score of these parts.
    package init(intercept: Double, terms: [Term]) {
        self.intercept = intercept
        self.terms = terms
    }

    /// Deviations from the mean beyond which a number counts no further: a lone outlier does not decide.
    package static let reach = 6.0

    /// The sum; a number that `value` does not know counts as its mean.
    package func sum(_ value: (String) -> Double?) -> Double {
        terms.reduce(intercept) { sum, term in
            let deviation = ((value(term.name) ?? term.mean) - term.mean) / term.scale
            return sum + term.weight * min(max(deviation, -Self.reach), Self.reach)
        }
    }

    /// The probability, in 0…1.
    package func probability(_ value: (String) -> Double?) -> Double { Self.probability(of: sum(value)) }

    /// σ(sum) = 1 / (1 + exp(−sum)), written so that neither branch overflows.
    package static func probability(of sum: Double) -> Double {
        sum >= 0 ? 1 / (1 + exp(-sum)) : exp(sum) / (1 + exp(sum))
    }
}

extension LogisticScore {
    /// What a record says.
    init(_ record: ConfigObject) throws(ConfigError) {
        intercept = try record.number("intercept")
        let parts = try record.requiredObject("terms")
        var terms: [Term] = []
        for key in parts.object.keys {
            let part = try parts.requiredObject(key)
            let scale = try part.number("scale")
            try part.require(scale > 0, "scale", "more than 0")
            terms.append(Term(key, mean: try part.number("mean"), scale: scale, weight: try part.number("weight")))
        }
        self.terms = terms
    }

    /// The record: `{"intercept": x, "terms": {name: {"mean": x, "scale": x, "weight": x}}}`.
    package var json: JSONValue {
        let parts = terms.map { term -> (key: String, value: JSONValue) in
            let numbers: [(key: String, value: JSONValue)] = [
                ("mean", .double(term.mean)), ("scale", .double(term.scale)), ("weight", .double(term.weight)),
            ]
            return (term.name, .object(numbers))
        }
        return .object([("intercept", .double(intercept)), ("terms", .object(parts))])
    }
}
