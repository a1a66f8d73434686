import TensorEngine

/// Says which rows a training step sees: a pure function of seed, step and slot. A run that goes on from step k needs
/// nothing but k.
package struct PairSampler: Sendable {
    /// What is drawn from.
    package let mixture: TrainingMixture
    /// The seed of all draws.
    package let seed: UInt64
    /// Examples in a step.
    package let batch: Int
    /// Of rows with a caption and questions, the share that is trained on as captions.
    package let captionShare: Double

    /// For each part, the position of its first row among all rows, and the end of all.
    private let starts: [Int]

    /// A sampler.
    /// - Precondition: `batch` is positive, `captionShare` within 0…1.
    package init(mixture: TrainingMixture, seed: UInt64, batch: Int, captionShare: Double = 0.5) {
        precondition(
            batch > 0 && captionShare >= 0 && captionShare <= 1, "batch \(batch), caption share \(captionShare)")
        self.mixture = mixture
        self.seed = seed
        self.batch = batch
        self.captionShare = captionShare
        var starts = [0]
        for part in mixture.parts { starts.append((starts.last ?? 0) + part.records.count) }
        self.starts = starts
    }

    /// Steps that see every row once, the last one reaching into the next epoch; nil where examples are drawn by weight.
    package var stepsPerEpoch: Int? {
        mixture.thresholds == nil ? (mixture.count + batch - 1) / batch : nil
    }

    /// The example of a slot of a step.
    ///
    /// - Parameter attempt: 0; above that, what takes the place of a picture that cannot be read: each row of the same
    ///   part comes once as the attempts go up to the number of its rows. nil after that.
    package func draw(step: Int, slot: Int, attempt: Int = 0) -> PairDraw? {
        precondition(step >= 0 && slot >= 0 && slot < batch && attempt >= 0, "step \(step), slot \(slot)")
        var generator = SeededGenerator(seed: seed, stream: "draw \(step) \(slot)")
        var (part, row) = place(step: step, slot: slot, using: &generator)
        if attempt > 0 {
            let count = mixture.parts[part].records.count
            guard attempt <= count else { return nil }
            row = SeededPermutation(count: count, seed: seed, stream: "instead \(step) \(slot)")[attempt - 1]
            generator = SeededGenerator(seed: seed, stream: "text \(step) \(slot) \(attempt)")
        }
        let record = mixture.parts[part].records[row]
        let (kind, text) = prompt(of: record, using: &generator)
        let view = view(of: record, in: mixture.parts[part], draw: "\(step) \(slot) \(attempt)")
        let stream = if case .numbered(_, let name) = view { name } else { "vary \(step) \(slot) \(attempt)" }
        return PairDraw(
            part: part, row: row, record: record, kind: kind, text: text, view: view,
            generator: SeededGenerator(seed: seed, stream: stream))
    }

    /// Which variation of the row's picture the draw of that name shows.
    private func view(of record: PairRecord, in part: TrainingMixture.Part, draw: String) -> PictureView {
        if part.augmentation == Augmentation() { return .plain }
        guard part.views > 0 else { return .fresh }
        var generator = SeededGenerator(seed: seed, stream: "view \(draw)")
        return .numbered(seed: seed, stream: "view \(generator.integer(below: part.views)) of \(record.id)")
    }

    private func place(step: Int, slot: Int, using generator: inout SeededGenerator) -> (part: Int, row: Int) {
        if let thresholds = mixture.thresholds {
            let share = generator.unit()
            // The last part of a positive weight takes what rounding leaves over.
            let part =
                thresholds.firstIndex { share < $0 } ?? thresholds.firstIndex { $0 == thresholds.last } ?? 0
            return (part, generator.integer(below: mixture.parts[part].records.count))
        }
        let (epoch, position) = (step * batch + slot).quotientAndRemainder(dividingBy: mixture.count)
        let index = SeededPermutation(count: mixture.count, seed: seed, stream: "epoch \(epoch)")[position]
        let part = (starts.firstIndex { $0 > index } ?? 1) - 1
        return (part, index - starts[part])
    }

    /// A caption or a question, and what is to be written.
    private func prompt(of record: PairRecord, using generator: inout SeededGenerator) -> (PromptKind, String) {
        let captions = record.captions.filter { !$0.isBlank }
        let questions = record.questions.filter { !$0.question.isBlank && !$0.answer.isBlank }
        let isCaption = generator.unit() < captionShare
        if questions.isEmpty || (isCaption && !captions.isEmpty) {
            return captions.isEmpty ? (.caption, "") : (.caption, captions[generator.integer(below: captions.count)])
        }
        let question = questions[generator.integer(below: questions.count)]
        return (.question(question.question), question.answer)
    }
}

/// What stands before the text that is to be written.
package enum PromptKind: Sendable, Equatable {
    /// The picture alone, or the model's caption prompt.
    case caption
    /// A question about it.
    case question(String)

    /// The question; nil for a caption.
    package var question: String? { if case .question(let text) = self { text } else { nil } }
}

/// What a slot of a step trains on.
package struct PairDraw: Sendable, Equatable {
    /// Which part of the mixture, and which of its rows.
    package let part: Int
    package let row: Int
    /// The row.
    package let record: PairRecord
    /// What is asked.
    package let kind: PromptKind
    /// What is to be written.
    package let text: String
    /// Which variation of the picture.
    package let view: PictureView
    /// The source of the picture's variation.
    package let generator: SeededGenerator
}
