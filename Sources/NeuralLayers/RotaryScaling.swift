import Foundation

/// YaRN (Peng et al. 2023): pairs that turn more than `fastTurns` times within the original context keep their frequency,
/// those that turn less than `slowTurns` times have it divided by `factor`, those between are mixed.
package struct YaRN: Sendable, Equatable {
    package var factor: Double
    package var originalContext: Double
    package var fastTurns = 32.0
    package var slowTurns = 1.0
    /// Whether the ends of the ramp are rounded outwards to whole pairs.
    package var truncates = true
    /// What cosines and sines are multiplied by.
    package var magnitude: Double

    /// YaRN with the paper's magnitude, `0.1·ln(factor) + 1`.
    package init(factor: Double, originalContext: Double) {
        self.factor = factor
        self.originalContext = originalContext
        magnitude = Self.magnitude(factor)
    }

    /// `0.1·strength·ln(factor) + 1`, 1 where nothing is stretched.
    package static func magnitude(_ factor: Double, strength: Double = 1) -> Double {
        factor <= 1 ? 1 : 0.1 * strength * log(factor) + 1
    }

    /// The frequencies made of plain ones.
    func radians(of plain: [Double], width: Int, base: Double) -> [Double] {
        func pair(turning turns: Double) -> Double {
            Double(width) * log(originalContext / (turns * 2 * .pi)) / (2 * log(base))
        }
        var (low, high) = (pair(turning: fastTurns), pair(turning: slowTurns))
        if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
        low = max(low, 0)
        high = min(high, Double(width - 1))
        if low == high { high += 0.001 }
        return plain.enumerated().map { index, plain in
            let divided = min(max((Double(index) - low) / (high - low), 0), 1)
            return plain / factor * divided + plain * (1 - divided)
        }
    }
}

/// LongRoPE (Ding et al. 2024): a divisor for each frequency, one set for short sequences and one for long.
package struct LongRoPE: Sendable, Equatable {
    /// One a pair.
    package var shortFactors: [Double]
    package var longFactors: [Double]
    package var originalContext: Int
    /// What cosines and sines are multiplied by.
    package var shortMagnitude: Double
    package var longMagnitude: Double

    /// Factors with one magnitude for every length.
    package init(shortFactors: [Double], longFactors: [Double], originalContext: Int, magnitude: Double) {
        self.shortFactors = shortFactors
        self.longFactors = longFactors
        self.originalContext = originalContext
        shortMagnitude = magnitude
        longMagnitude = magnitude
    }

    func factors(reaching length: Int) -> [Double] { length > originalContext ? longFactors : shortFactors }

    func magnitude(reaching length: Int) -> Double { length > originalContext ? longMagnitude : shortMagnitude }
}
