import Imaging
import InterleavedData
import TensorEngine
import VisionLanguage

/// Looks at interleaved documents that are not trained on.
struct DevDocuments: Sendable {
    private let folder: ModelFolder
    private let batches: [Batch]
    /// Documents that cannot be looked at, with the reason.
    let unreadable: [(row: String, reason: String)]

    /// Documents in rows, with their pictures.
    private struct Batch: Sendable {
        let packed: PackedDocuments
        /// `[pictures, 3, height, width]`; nil without pictures.
        let pixels: Tensor?
    }

    /// The first of these documents, as many as rows are measured.
    init?(
        _ documents: [InterleavedDocument], texts: DocumentTexts, folder: ModelFolder, settings recipe: FinetuneRecipe,
        frozen: FrozenFeatures?
    ) throws(TrainingError) {
        guard !documents.isEmpty, recipe.dev.rows > 0 else { return nil }
        self.folder = folder
        var found: [(TokenDocument, [Tensor])] = []
        var unreadable: [(row: String, reason: String)] = []
        for document in documents.prefix(recipe.dev.rows) {
            do {
                let rendered = try texts.tokens(of: document, source: 0)
                found.append(
                    (
                        rendered.document,
                        try rendered.pictures.map { try $0.location.pixels(by: folder.processor).tensor }
                    ))
            } catch { unreadable.append((document.id, "\(error)")) }
        }
        self.unreadable = unreadable
        let own = found.map(\.0)
        let rows = DocumentPacking.rows(
            lengths: own.map(\.ids.count), pictures: own.map(\.pictures.count), budget: recipe.interleaved.length,
            mostPictures: recipe.interleaved.rowPictures)
        let size = max(1, recipe.batch / recipe.accumulation)
        batches = stride(from: 0, to: rows.count, by: size).map { start in
            let part = Array(rows[start..<min(rows.count, start + size)])
            let members = part.flatMap(\.self)
            var first = 0
            let renumbered = part.map { row -> [Int] in
                defer { first += row.count }
                return Array(first..<first + row.count)
            }
            let pixels = members.flatMap { found[$0].1 }
            return Batch(
                packed: PackedDocuments(members.map { own[$0] }, rows: renumbered, padding: texts.padding),
                pixels: pixels.isEmpty ? nil : .concatenated(pixels))
        }
    }

    /// The mean loss of the documents' targets, nats.
    func loss() -> Double? {
        var (nats, weight) = (0.0, 0.0)
        for batch in batches {
            let features = batch.pixels.map { folder.model.independentFeatures(of: $0) }
            guard let loss = folder.model.loss(batch.packed, features: features, sources: 1) else { continue }
            nats += loss.sums[0].nats
            weight += loss.sums[0].weight
        }
        return weight > 0 ? nats / weight : nil
    }
}
