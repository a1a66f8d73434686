import Foundation

/// How the learning rate goes over a run: a linear warm-up times a cosine, both step by step.
///
/// `η(t) = η · min(1, (t + 1)/w) · (f + (1 − f)·½(1 + cos(π·t/T)))` for steps t = 0 … T − 1. (LAVIS steps its cosine once an
/// epoch and warms up in the first epoch only, which makes a jump; see BLIP2.md §2.5.)
package struct LearningRateSchedule: Codable, Sendable, Equatable {
    /// The peak, η.
    package var learningRate: Float
    /// Steps of warm-up, w.
    package var warmupSteps: Int
    /// What is left of the peak at the end, f.
    package var finalShare: Float
    /// Steps of the run, T.
    package var steps: Int

    /// A schedule of these numbers.
    package init(learningRate: Float, warmupSteps: Int, finalShare: Float, steps: Int) {
        self.learningRate = learningRate
        self.warmupSteps = warmupSteps
        self.finalShare = finalShare
        self.steps = steps
    }

    /// The learning rate of step `step`, counted from 0.
    package func rate(at step: Int) -> Float {
        let warm = warmupSteps > 0 ? min(1, Double(step + 1) / Double(warmupSteps)) : 1
        let progress = min(1, Double(step) / Double(max(1, steps)))
        let cosine = Double(finalShare) + (1 - Double(finalShare)) * 0.5 * (1 + cos(.pi * progress))
        return Float(Double(learningRate) * warm * cosine)
    }
}
