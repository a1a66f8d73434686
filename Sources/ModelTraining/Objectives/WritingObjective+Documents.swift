import Imaging
import InterleavedData
import ReportPages
import TensorEngine
import VisionLanguage

/// The loss of packed documents, and what each source's targets cost.
struct DocumentLoss {
    /// `Σ w·nats`, a scalar.
    let total: Tensor
    /// `Σ w·nats` and `Σ w` of each source.
    var sums: [(nats: Double, weight: Double)]
}

extension VisionLanguageModel {
    /// The cross-entropy of packed documents, each target counting as its weight says; nil where there is none.
    ///
    /// - Parameters:
    ///   - features: of the rows' pictures in their order, `[pictures, tokens, width]`; nil without pictures.
    ///   - sources: how many there are.
    func loss(_ packed: PackedDocuments, features: ImageFeatures?, sources: Int) -> DocumentLoss? {
        let targets = Array(packed.targets.joined())
        guard !targets.isEmpty else { return nil }
        let instructions = Array(packed.instructions.joined())
        let images = features.map { features in
            embeddings(
                of: queryTokens(of: features, instruction: instructions.isEmpty ? nil : BridgeText(instructions)))
        }
        let logits = logits(
            packed: packed.ids, documents: packed.documents, images: images, at: targets.map(\.position))
        let (total, nats) = logits.crossEntropyByRow(
            labels: targets.map(\.label), weights: targets.map(\.weight), normaliser: 1)
        var sums = [(nats: Double, weight: Double)](repeating: (0, 0), count: sources)
        for (target, nats) in zip(targets, nats) {
            sums[target.source].nats += Double(nats)
            sums[target.source].weight += Double(target.weight)
        }
        return DocumentLoss(total: total, sums: sums)
    }
}

extension WritingObjective {
    /// The documents of a step in rows.
    func packed(_ documents: [TokenDocument]) -> PackedDocuments {
        let rows = DocumentPacking.rows(
            lengths: documents.map(\.ids.count), pictures: documents.map(\.pictures.count),
            budget: recipe.interleaved.length, mostPictures: recipe.interleaved.rowPictures)
        return PackedDocuments(documents, rows: rows, padding: documentTexts?.padding ?? 0)
    }

    /// Loss and gradients of a step of documents, part by part.
    func gradients(
        ofDocuments loaded: LoadedStep, _ mixture: DocumentMixture, for parameters: [Parameter]
    ) throws(TrainingError) -> StepGradients {
        let packed = packed(loaded.documents)
        let balanced = packed.balanced(by: mixture.sampler.sources.map(\.weight))
        let inputs = try inputs(of: loaded)
        let size = (packed.ids.count + recipe.accumulation - 1) / recipe.accumulation
        var sum = GradientSum()
        var total = 0.0
        var sums = [(nats: Double, weight: Double)](repeating: (0, 0), count: mixture.names.count)
        for start in stride(from: 0, to: packed.ids.count, by: size) {
            let part = balanced.rows(start..<min(packed.ids.count, start + size))
            let features = features(inputs, of: Array(part.pictures.joined()))
            guard let loss = folder.model.loss(part, features: features, sources: sums.count) else { continue }
            total += Double(loss.total.scalar)
            for (index, own) in loss.sums.enumerated() {
                sums[index].nats += own.nats
                sums[index].weight += own.weight
            }
            sum.add(loss.total.gradients(), of: parameters)
        }
        var shares = DocumentShares(sources: sums.count)
        shares.add(loaded.documents, in: packed)
        let losses = zip(mixture.names, sums).filter { $1.weight > 0 }.map { ("\($0)_loss", $1.nats / $1.weight) }
        return StepGradients(
            loss: total, facts: losses + shares.facts(mixture.names), gradients: sum,
            labels: shares.total.lossTokens, tokens: shares.total.positions)
    }

    /// The pictures of a step: features of a frozen vision encoder, else pixels; nil without pictures.
    private func inputs(of loaded: LoadedStep) throws(TrainingError) -> CaptioningBatch.Pictures? {
        guard !loaded.examples.isEmpty else { return nil }
        if let frozen { return .features(try frozen.features(of: loaded)) }
        do { return .pixels(try loaded.pixels().tensor) } catch { throw .loading(error) }
    }

    /// The features of those of a step's pictures.
    private func features(_ inputs: CaptioningBatch.Pictures?, of pictures: [Int]) -> ImageFeatures? {
        guard let inputs, !pictures.isEmpty else { return nil }
        switch inputs {
        case .pixels(let pixels): return folder.model.features(of: pixels.rows(pictures))
        case .features(let features): return ImageFeatures(features.tensor.rows(pictures))
        }
    }
}

extension WritingObjective {
    /// Steps whose documents the plan counts.
    private static let counted = 20

    /// What the plan says of interleaved documents: what steps are made of, and what was left out.
    func notes() throws(TrainingError) -> [String] {
        guard let mixture, let documentTexts else { return [] }
        let shares = try mixture.shares(ofFirst: Self.counted) { packed($0.documents) }
        let all = shares.total
        func percent(_ part: Int, _ whole: Int) -> String {
            NumberText.fixed(Double(part) / Double(max(1, whole)) * 100, digits: 1) + " %"
        }
        let sources = zip(mixture.names, shares.sources).map { name, source in
            "\(name) \(percent(source.positions, all.positions))"
        }
        var notes = [
            "rows of \(recipe.interleaved.length) positions, each document by itself; of positions: "
                + sources.joined(separator: ", "),
            "image slots \(percent(all.slots, all.positions)) of positions, texts without a picture "
                + "\(percent(all.textOnlyPositions, all.positions)) of positions and "
                + "\(percent(all.textOnlyLossTokens, all.lossTokens)) of tokens with loss; padding "
                + percent(shares.cells - all.positions, shares.cells),
        ]
        if folder.model.decoder.readsPrefixBothWays {
            notes.append(
                "the decoder reads all before an answer both ways, so of a document the last answer alone bears loss")
        }
        if documentTexts.keepsText {
            notes.append("adapters change what the decoder makes of text: texts are trained on beside pictures")
        }
        return notes + mixture.notes
    }
}
