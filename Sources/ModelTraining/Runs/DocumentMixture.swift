import Foundation
import InterleavedData
import VisionLanguage

/// The sources of a run whose steps are made of documents, each with its share of positions.
package struct DocumentMixture: Sendable {
    /// What steps draw from.
    package let sampler: DocumentSampler
    /// What was left out, and why.
    package let notes: [String]

    /// The share of positions that texts have at least where adapters change what the decoder makes of a text.
    package static let leastText = 0.6

    /// The sources of a recipe.
    ///
    /// - Parameters:
    ///   - pairs: the recipe's rows of pairs; nil for none.
    ///   - documents: those that can be learned from.
    ///   - texts: what makes tokens of documents.
    ///   - files: the run's folder, where texts are kept as tokens.
    ///   - model: the folder of the tokenizer.
    init(
        _ recipe: FinetuneRecipe, pairs: TrainingMixture?, documents: FinetuneDocuments, texts: DocumentTexts,
        files: RunFolder, model: String
    ) throws(TrainingError) {
        let settings = recipe.interleaved
        var notes = documents.notes
        var sources: [DocumentSampler.Source] = []
        if let pairs, settings.pairsShare > 0 {
            let sampler = PairSampler(
                mixture: pairs, seed: UInt64(recipe.seed), batch: DocumentSampler.pairSlots,
                captionShare: recipe.text.captionChance)
            sources.append(
                .init(name: "pairs", content: .pairs(sampler), share: settings.pairsShare, weight: settings.pairsWeight)
            )
        }
        for file in documents.files {
            sources.append(
                .init(
                    name: file.name, content: .documents(file.documents), share: file.entry.share,
                    weight: file.entry.weight, augmentation: file.entry.augmentation, views: file.entry.views))
        }
        if texts.keepsText {
            for (index, entry) in settings.texts.enumerated() {
                let stream = try Self.stream(entry, recipe, at: files.text + "/\(index)", model: model)
                let name = FinetuneDocuments.name(of: entry.file, among: sources.map(\.name))
                sources.append(.init(name: name, content: .text(stream), share: entry.share, weight: entry.weight))
            }
        } else {
            notes.append(Self.frozen(recipe))
        }
        guard !sources.isEmpty else { throw .mixture(.empty) }
        sampler = DocumentSampler(
            sources, seed: UInt64(recipe.seed), positions: recipe.batch * settings.length, renderer: texts)
        self.notes = notes
    }

    /// Throws where adapters change what the decoder makes of texts, and texts have too small a share.
    ///
    /// - Parameter hasPairs: whether there are rows of pairs.
    static func checkText(_ settings: FinetuneRecipe.InterleavedSettings, hasPairs: Bool) throws(TrainingError) {
        let text = settings.texts.reduce(0) { $0 + $1.share }
        let others = settings.documents.reduce(hasPairs ? settings.pairsShare : 0) { $0 + $1.share }
        guard text >= leastText * (text + others) - 1e-9 else { throw .tooLittleText(share: text / (text + others)) }
    }

    /// What becomes of text that has seen no picture where the decoder reads it as it ever did.
    private static func frozen(_ recipe: FinetuneRecipe) -> String {
        let texts = recipe.interleaved.texts.map { URL(filePath: $0.file).lastPathComponent }
        let sources = texts.isEmpty ? "" : ": \(texts.joined(separator: ", ")) left out"
        return "the decoder reads text that has seen no picture as it ever did, so such text teaches the bridge nothing"
            + "\(sources); words before the first picture of a document are left out"
    }

    /// A text as tokens, made once in the run's folder and then taken as they are.
    private static func stream(
        _ entry: FinetuneRecipe.TextEntry, _ recipe: FinetuneRecipe, at folder: String, model: String
    ) throws(TrainingError) -> TokenStream {
        do throws(TextDataError) {
            if let store = try? TokenStore(folder: folder) { return store.training }
            var corpus = TextCorpus([entry.source])
            corpus.heldOutShare = 0
            corpus.seed = UInt64(recipe.seed)
            return try TokenStore.prepare(corpus, tokenizer: PinnedTokenizer(folder: model), at: folder).training
        } catch { throw .text(error) }
    }

    /// The names of the sources, as the log has them.
    package var names: [String] { sampler.sources.map(\.name) }

    /// What the first steps are made of.
    ///
    /// - Parameter steps: as many steps.
    func shares(ofFirst steps: Int, packing: (LoadedStep) -> PackedDocuments) throws(TrainingError) -> DocumentShares {
        var shares = DocumentShares(sources: sampler.sources.count)
        for step in 0..<steps {
            let draws: [DocumentDraw]
            do { draws = try sampler.draws(step: step) } catch { throw .loading(error) }
            let loaded = LoadedStep(step: step, documents: draws.map(\.document))
            shares.add(loaded.documents, in: packing(loaded))
        }
        return shares
    }
}
