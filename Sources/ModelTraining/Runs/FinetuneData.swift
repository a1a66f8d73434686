import Checkpoints
import Foundation
import InterleavedData

/// The rows of a recipe: what is trained on, and what is looked at.
package struct FinetuneData: Sendable {
    /// What steps draw from; nil without pairs.
    package let mixture: TrainingMixture?
    /// Interleaved documents beside it.
    package internal(set) var documents: FinetuneDocuments
    /// Rows of the dev split; empty where there are none.
    package let dev: [PairRecord]
    /// What was left out, to be told.
    package let notes: [String]

    /// Reads the files of a recipe; no picture is read.
    ///
    /// - Throws: `TrainingError.noRows` where a file has no row of its split; `.data` for damaged files.
    package init(_ recipe: FinetuneRecipe) throws(TrainingError) {
        var parts: [TrainingMixture.Part] = []
        var dev: [PairRecord] = []
        var notes: [String] = []
        for entry in recipe.data {
            let dataset: PairDataset
            do {
                dataset = try PairDataset(
                    path: entry.pairs, format: PairFormat(rawValue: entry.format),
                    imageRoot: entry.images.isEmpty ? nil : entry.images)
            } catch { throw .data(error) }
            let all = dataset.records.filter { ($0.split ?? entry.split) == entry.split }
            let rows = all.filter(\.hasText)
            guard !rows.isEmpty else { throw .noRows(split: entry.split, files: [entry.pairs]) }
            if rows.count < all.count {
                notes.append("\(entry.pairs): \(all.count - rows.count) rows without caption or answer left out")
            }
            if dataset.rowsWithoutPicture > 0 {
                notes.append("\(entry.pairs): \(dataset.rowsWithoutPicture) rows without a picture left out")
            }
            if entry.split != recipe.dev.split {
                dev += dataset.records.filter { $0.split == recipe.dev.split && $0.hasText }
            }
            parts += try Self.parts(of: entry, rows, isWeighted: Self.isWeighted(recipe))
        }
        documents = try FinetuneDocuments(recipe)
        if parts.isEmpty, recipe.interleaved.isOn {
            mixture = nil
        } else {
            do { mixture = try TrainingMixture(parts) } catch { throw .mixture(error) }
        }
        self.dev = dev
        self.notes = notes
    }

    /// What the rows of pairs say, whichever files they lie in: a run goes on with the same.
    var fingerprint: ContentHash {
        var hash = ContentHasher()
        for record in (mixture?.parts.flatMap(\.records) ?? []) + dev {
            // With the counts no two different rows say the same.
            hash.add("\(record.captions.count) \(record.questions.count) \(record.id)")
            for caption in record.captions { hash.add(caption) }
            for asked in record.questions {
                hash.add(asked.question)
                hash.add(asked.answer)
            }
        }
        return hash.finish()
    }

    /// Rows of pairs and documents.
    package var count: Int { (mixture?.count ?? 0) + documents.files.reduce(0) { $0 + $1.documents.count } }

    /// Whether rows are drawn by weight rather than once an epoch.
    private static func isWeighted(_ recipe: FinetuneRecipe) -> Bool {
        recipe.interleaved.isOn || recipe.data.contains { $0.weight != 1 || !$0.setWeights.isEmpty }
    }

    /// The parts of a file: itself, or its sets where these have weights. A weight counts for each row.
    private static func parts(of entry: FinetuneRecipe.DataEntry, _ rows: [PairRecord], isWeighted: Bool)
        throws(TrainingError) -> [TrainingMixture.Part]
    {
        guard isWeighted else {
            return [
                TrainingMixture.Part(
                    name: entry.pairs, records: rows, augmentation: entry.augmentation, views: entry.views)
            ]
        }
        var order: [String] = []
        var bySet: [String: [PairRecord]] = [:]
        for row in rows {
            let set = entry.setWeights.isEmpty ? "" : row.set ?? ""
            if bySet[set] == nil { order.append(set) }
            bySet[set, default: []].append(row)
        }
        if let stray = entry.setWeights.keys.sorted().first(where: { bySet[$0] == nil }) {
            throw .recipe(
                file: entry.pairs, key: "set_weights.\(stray)",
                problem: "no row of that set; there are \(order.joined(separator: ", "))")
        }
        return order.compactMap { set in
            let rows = bySet[set] ?? []
            let weight = entry.weight * (entry.setWeights[set] ?? 1) * Double(rows.count)
            guard weight > 0 else { return nil }
            let name = set.isEmpty ? entry.pairs : "\(entry.pairs) (\(set))"
            return TrainingMixture.Part(
                name: name, records: rows, weight: weight, augmentation: entry.augmentation, views: entry.views)
        }
    }
}
