import Imaging
import TensorEngine

/// What is loaded for a step, slot by slot, each by itself.
protocol StepSlots: Sendable {
    /// The work of each slot of a step; what it gives depends on the step and the slot alone.
    func jobs(ofStep step: Int, _ pictures: PictureLoading) throws(PairLoadingError) -> [@Sendable () -> SlotOutcome]

    /// What a part of the mixture is called, and how many rows it has.
    func part(_ index: Int) -> (name: String, rows: Int)
}

/// Loads pictures for training: their features where these are kept, else their pixels.
struct PictureLoading: Sendable {
    let variation: PictureVariation
    let features: FeatureLookup?

    /// A picture as an example without words.
    func example(
        _ id: String, _ location: PictureLocation, part: Int, view: PictureView, augmentation: Augmentation,
        generator: SeededGenerator, kind: PromptKind = .caption, text: String = "", caption: String? = nil
    ) throws(PictureError) -> LoadedExample {
        let found = try features?.features(
            of: location, view: view, augmentation: augmentation, workingSize: variation.workingSize)
        var generator = generator
        let pixels =
            found?.tensor != nil
            ? nil : try variation.pixels(of: location, augmentation: augmentation, using: &generator)
        return LoadedExample(
            recordID: id, part: part, kind: kind, text: text, caption: caption, pixels: pixels, features: found)
    }
}

/// A row of pairs a slot.
struct PairSlots: StepSlots {
    let sampler: PairSampler
    /// Why the model cannot be trained on the text of a draw; nil where it can.
    let refusal: @Sendable (PairDraw) -> String?

    func jobs(ofStep step: Int, _ pictures: PictureLoading) -> [@Sendable () -> SlotOutcome] {
        (0..<sampler.batch).map { slot in { load(slot: slot, of: step, pictures) } }
    }

    func part(_ index: Int) -> (name: String, rows: Int) {
        let part = sampler.mixture.parts[index]
        return (part.name, part.records.count)
    }

    /// The example of a slot, after as many attempts as it takes.
    private func load(slot: Int, of step: Int, _ pictures: PictureLoading) -> SlotOutcome {
        var outcome = SlotOutcome(part: 0)
        var attempt = 0
        while let draw = sampler.draw(step: step, slot: slot, attempt: attempt) {
            outcome.part = draw.part
            do throws(RowProblem) {
                if let reason = refusal(draw) { throw .text(reason) }
                outcome.examples = [try example(draw, pictures)]
                outcome.isLoaded = true
                return outcome
            } catch {
                outcome.failures.append(SkippedRow(recordID: draw.record.id, part: draw.part, problem: error))
            }
            attempt += 1
        }
        return outcome
    }

    private func example(_ draw: PairDraw, _ pictures: PictureLoading) throws(RowProblem) -> LoadedExample {
        do {
            return try pictures.example(
                draw.record.id, draw.record.picture, part: draw.part, view: draw.view,
                augmentation: sampler.mixture.parts[draw.part].augmentation, generator: draw.generator,
                kind: draw.kind, text: draw.text, caption: draw.record.captions.first { !$0.isBlank })
        } catch { throw .picture(error) }
    }
}

/// A document with all its pictures a slot.
struct DocumentSlots: StepSlots {
    let sampler: DocumentSampler

    /// Documents that are tried in the place of one with a picture that cannot be read.
    private static let attempts = 64

    func jobs(ofStep step: Int, _ pictures: PictureLoading) throws(PairLoadingError) -> [@Sendable () -> SlotOutcome] {
        try sampler.draws(step: step).map { draw in { load(draw, of: step, pictures) } }
    }

    func part(_ index: Int) -> (name: String, rows: Int) { (sampler.sources[index].name, sampler.sources[index].count) }

    private func load(_ first: DocumentDraw, of step: Int, _ pictures: PictureLoading) -> SlotOutcome {
        var outcome = SlotOutcome(part: first.source)
        outcome.failures = first.skipped
        var draw: DocumentDraw? = first
        var attempt = 0
        while let tried = draw, attempt <= Self.attempts {
            var examples: [LoadedExample] = []
            for picture in tried.pictures {
                do throws(PictureError) {
                    examples.append(
                        try pictures.example(
                            picture.id, picture.location, part: tried.source, view: picture.view,
                            augmentation: picture.augmentation, generator: picture.generator))
                } catch {
                    outcome.failures.append(
                        SkippedRow(recordID: picture.id, part: tried.source, problem: .picture(error)))
                }
            }
            if examples.count == tried.pictures.count {
                (outcome.examples, outcome.document, outcome.isLoaded) = (examples, tried.document, true)
                return outcome
            }
            attempt += 1
            // A row that cannot be used ends the search; the step's own rows were looked over before.
            draw = try? sampler.draw(source: first.source, step: step, slot: first.slot, attempt: attempt)
            outcome.failures += draw?.skipped ?? []
        }
        return outcome
    }
}
