import InterleavedData
import NeuralLayers
import TensorEngine
import VisionLanguage

/// What a batch teaches.
package struct DenoisingLesson: Sendable {
    /// Of the cross-entropy and the routers' losses.
    package var gradients = GradientSum()
    /// The cross-entropy by denoiser.
    package var losses = DenoiserLosses()
    /// The routers' losses of all layers, with their coefficients.
    package var auxiliary = 0.0
    /// What routers and sparse layers did.
    package var figures = LayerFigures()
}

extension LorgnetteDecoder {
    /// Losses and gradients of a batch, part by part.
    ///
    /// - Parameters:
    ///   - parameters: whose gradients are wanted.
    ///   - parts: that the rows are cut into.
    ///   - seed, step: all that is random is drawn from these.
    ///   - hardRate: share of layer calls with hard masks; nil for the model's own.
    ///   - countsUnits: whether sparse units are counted.
    package func lesson(
        of batch: TextBatch, parameters: [Parameter], parts: Int = 1, seed: UInt64, step: Int, hardRate: Double? = nil,
        countsUnits: Bool = false
    ) -> DenoisingLesson {
        var lesson = DenoisingLesson()
        let weight = batch.labels.indices.reduce(Float(0)) { $0 + (batch.labels[$1] >= 0 ? batch.weights[$1] : 0) }
        let size = (batch.rows + parts - 1) / parts
        for start in stride(from: 0, to: batch.rows, by: size) {
            let part = start == 0 && size >= batch.rows ? batch : batch.rows(start..<min(batch.rows, start + size))
            var pass = part.pass
            pass.training = TrainingMode(
                using: SeededGenerator(seed: seed, stream: "step \(step) row \(start)"), hardRate: hardRate,
                counted: part.isUsed)
            pass.reports = LayerReports(countsUnits: countsUnits)
            guard let loss = loss(part, pass: &pass, normaliser: weight) else { continue }
            var objective = loss.mean
            if let auxiliary = pass.reports?.auxiliaryLoss?.scaled(by: Float(part.rows) / Float(batch.rows)) {
                lesson.auxiliary += Double(auxiliary.scalar)
                objective = objective + auxiliary
            }
            lesson.losses.add(loss, of: part)
            if let reports = pass.reports { lesson.figures.add(reports) }
            lesson.gradients.add(objective.gradients(), of: parameters)
        }
        return lesson
    }
}
