import Foundation
import InterleavedData
import TensorEngine
import VisionLanguage

/// The interleaved documents of a recipe, read and looked over.
package struct FinetuneDocuments: Sendable {
    /// A file's documents.
    struct File: Sendable {
        let entry: FinetuneRecipe.DocumentEntry
        /// What reports call it.
        let name: String
        /// Those of the split that is trained on.
        var documents: [InterleavedDocument]
        /// Those of the dev split.
        let dev: [InterleavedDocument]
    }

    private(set) var files: [File] = []
    /// What was left out, to be told.
    private(set) var notes: [String] = []

    /// Reads the files of a recipe; no picture is read.
    ///
    /// - Throws: where a file has no document of its split, or not one row that is a document.
    init(_ recipe: FinetuneRecipe) throws(TrainingError) {
        for entry in recipe.interleaved.documents {
            var options = InterleavedReading.Options()
            options.minimumSimilarity = entry.minimumSimilarity
            options.mostPictures = recipe.interleaved.documentPictures
            let dataset: InterleavedDataset
            do {
                dataset = try InterleavedDataset(
                    path: entry.file, format: InterleavedFormat(rawValue: entry.format),
                    imageRoot: entry.images.isEmpty ? nil : entry.images, options: options)
            } catch { throw .data(error) }
            if let damage = dataset.damage { notes.append(damage) }
            var documents = dataset.documents.filter { ($0.split ?? entry.split) == entry.split }
            let all = documents.count
            // One that is kept is kept in every run of the seed.
            documents.removeAll { document in
                guard entry.singleShare < 1, document.pictures.count == 1 else { return false }
                var generator = SeededGenerator(seed: UInt64(recipe.seed), stream: "single \(document.id)")
                return generator.unit() >= entry.singleShare
            }
            if documents.count < all {
                notes.append("\(entry.file): \(all - documents.count) documents of one picture left out")
            }
            guard !documents.isEmpty else { throw .noRows(split: entry.split, files: [entry.file]) }
            let dev = entry.split == recipe.dev.split ? [] : dataset.documents.filter { $0.split == recipe.dev.split }
            files.append(
                File(
                    entry: entry, name: Self.name(of: entry.file, among: files.map(\.name)), documents: documents,
                    dev: dev))
        }
    }

    /// The file's name as a key of the log, with a number where another has it.
    static func name(of file: String, among others: [String]) -> String {
        let stem = URL(filePath: file).deletingPathExtension().lastPathComponent
        let plain = String(stem.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        let taken = others + ["pairs"]
        guard taken.contains(plain) else { return plain }
        return (2...).lazy.map { "\(plain)_\($0)" }.first { !taken.contains($0) } ?? plain
    }

    /// Leaves out the documents that nothing can be learned from, and notes them.
    mutating func keepUsable(_ texts: DocumentTexts) throws(TrainingError) {
        for index in files.indices {
            var kept: [InterleavedDocument] = []
            var problems: [String: (count: Int, first: String)] = [:]
            var first = ""
            for document in files[index].documents {
                do {
                    _ = try texts.tokens(of: document, source: 0)
                    kept.append(document)
                } catch {
                    if first.isEmpty { first = "\(document.id): \(error)" }
                    // Of one kind whatever their numbers are.
                    let kind = if case .tooLong = error { "tooLong" } else { "\(error)" }
                    problems[kind, default: (0, "\(document.id): \(error)")].count += 1
                }
            }
            let file = files[index].entry.file
            guard !kept.isEmpty else {
                throw .noUsableDocument(file: file, documents: files[index].documents.count, first: first)
            }
            for problem in problems.sorted(by: { $0.key < $1.key }).map(\.value) {
                notes.append("\(file): \(problem.count) documents left out; the first: \(problem.first)")
            }
            files[index].documents = kept
        }
    }

    /// Documents of the dev splits, with the number of their file.
    var dev: [InterleavedDocument] { files.flatMap(\.dev) }
}
