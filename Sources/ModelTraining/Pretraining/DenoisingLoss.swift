import InterleavedData
import NeuralLayers
import TensorEngine
import VisionLanguage

extension TextBatch {
    /// A pass of these rows through a decoder.
    ///
    /// Tokens of a prefix that is read both ways stand, for the decay of xPos, where the last of them stands.
    package var pass: DecoderPass {
        let decay = positions.indices.map { max(positions[$0], Int(mask.end[$0] - mask.first[$0]) - 1) }
        return DecoderPass(positions: positions, mask: mask, decayPositions: decay)
    }

    /// Which cells hold an example, `[rows·length]`.
    package var isUsed: [Bool] { denoiserOfPosition.map { $0 >= 0 } }
}

/// The loss of a batch, and what each of its targets adds to it.
package struct DenoisingLoss: Sendable {
    /// `Σ w·nats / normaliser`, a scalar.
    package let mean: Tensor
    /// Cells of the batch that predict something.
    package let cells: [Int]
    /// `w·nats` of each.
    package let nats: [Float]
}

extension LorgnetteDecoder {
    /// The cross-entropy of what a batch predicts. Only cells with a label go through the head.
    ///
    /// - Parameters:
    ///   - pass: the batch's own, with a training mode and reports where wanted.
    ///   - normaliser: what the sum is divided by; the batch's own weights where nil.
    /// - Returns: nil where nothing is predicted.
    package func loss(_ batch: TextBatch, pass: inout DecoderPass, normaliser: Float? = nil) -> DenoisingLoss? {
        let cells = batch.labels.indices.filter { batch.labels[$0] >= 0 && batch.weights[$0] > 0 }
        guard !cells.isEmpty else { return nil }
        let embedded = embeddings(of: batch.ids).reshaped([batch.rows, batch.length, embeddingWidth])
        let hidden = hiddenStates(embedded, pass: &pass)  // [rows, length, width]
        let logits = logits(hidden.reshaped([batch.ids.count, embeddingWidth]).rows(cells))  // [cells, vocabulary]
        let (mean, nats) = logits.crossEntropyByRow(
            labels: cells.map { batch.labels[$0] }, weights: cells.map { batch.weights[$0] }, normaliser: normaliser)
        return DenoisingLoss(mean: mean, cells: cells, nats: nats)
    }
}

/// Losses summed by denoiser.
package struct DenoiserLosses: Sendable, Equatable {
    /// One denoiser's sum.
    package struct Sum: Sendable, Equatable {
        /// `Σ w·nats`
        package var nats = 0.0
        /// `Σ w`
        package var weight = 0.0
        /// Targets.
        package var tokens = 0

        /// Nats a target.
        package var mean: Double { weight > 0 ? nats / weight : 0 }
    }

    /// By the denoiser's name.
    package private(set) var sums: [String: Sum] = [:]

    /// Nothing yet.
    package init() {}

    /// Takes in the loss of a batch.
    package mutating func add(_ loss: DenoisingLoss, of batch: TextBatch) {
        let places = batch.denoiserOfPosition
        for (cell, nats) in zip(loss.cells, loss.nats) {
            let name = batch.denoisers[max(0, places[cell])]
            sums[name, default: Sum()].nats += Double(nats)
            sums[name, default: Sum()].weight += Double(batch.weights[cell])
            sums[name, default: Sum()].tokens += 1
        }
    }

    /// All denoisers together.
    package var total: Sum {
        sums.sorted { $0.key < $1.key }.reduce(into: Sum()) {
            $0.nats += $1.value.nats
            $0.weight += $1.value.weight
            $0.tokens += $1.value.tokens
        }
    }
}
