import ArgumentParser
import Foundation
import ImageFiles
import Imaging
import InterleavedData
import LorgnetteKit
import ModelTraining
import ReportPages
import VisionLanguage

/// How `data interleave --show` draws a packed row.
struct InterleaveShowOptions: ParsableArguments {
    @Option(name: [.short, .customLong("model")], help: ArgumentHelp("The model that reads them.", valueName: "dir"))
    var model: String?
    @Option(help: ArgumentHelp("A bridge over it.", valueName: "dir")) var bridge: String?
    @Option(help: ArgumentHelp("Positions of a row.", valueName: "n")) var length = 256
    @Option(help: ArgumentHelp("Which row, from 1.", valueName: "n")) var row = 1
    @Option(help: ArgumentHelp("The folder of the pictures.", valueName: "dir")) var images: String?

    /// Documents that rows are packed of, from the first.
    private static let packed = 64

    func validate() throws {
        if !(16...65_536).contains(length) { throw ValidationError("--length must be from 16 to 65536") }
        if row < 1 { throw ValidationError("--row counts from 1") }
    }

    /// Draws a row of the documents in these files on standard output, and as a page where one is named.
    func show(_ files: [String], split: String?, page: String?) throws {
        let path = try ModelPlace.folder(model).path(percentEncoded: false)
        let folder: ModelFolder
        do { folder = try ModelFolder(path: path, bridge: bridge) } catch { throw LorgnetteError(error) }
        let texts: DocumentTexts
        do {
            var settings = FinetuneRecipe.InterleavedSettings()
            settings.length = length
            texts = try DocumentTexts(folder, FinetuneRecipe.TextSettings(), settings)
        } catch { throw LorgnetteError(error) }
        let (documents, pictures) = try rendered(files, texts)
        let rows = DocumentPacking.rows(
            lengths: documents.map(\.ids.count), pictures: documents.map(\.pictures.count), budget: length,
            mostPictures: FinetuneRecipe.InterleavedSettings().rowPictures)
        guard row <= rows.count else {
            throw ValidationError("--row \(row): the first \(documents.count) documents make \(rows.count) rows")
        }
        let packed = PackedDocuments(documents, rows: rows)
        let view = PackedRowView(row - 1, of: packed, documents) { folder.tokenizer.decode($0) }
        try CommandOutput.answer("row \(row) of \(rows.count): " + view.text)
        guard let page else { return }
        let shown = packed.pictures[row - 1].map { pictures[$0] }
        do { try WholeFile.write(Self.page(view, shown).html, to: page) } catch {
            throw LorgnetteError(kind: .readWrite, code: "write", description: "\(error)")
        }
    }

    /// The first documents as tokens, with their pictures; what is left out is told.
    private func rendered(
        _ files: [String], _ texts: DocumentTexts
    ) throws(LorgnetteError) -> ([TokenDocument], [InterleavedDocument.Picture]) {
        var documents: [TokenDocument] = []
        var pictures: [InterleavedDocument.Picture] = []
        for file in files {
            let dataset: InterleavedDataset
            do { dataset = try InterleavedDataset(path: file, imageRoot: images) } catch { throw LorgnetteError(error) }
            if let damage = dataset.damage { CommandOutput.note(damage) }
            for document in dataset.documents where documents.count < Self.packed {
                do {
                    let found = try texts.tokens(of: document, source: 0)
                    documents.append(found.document)
                    pictures += found.pictures
                } catch { CommandOutput.note("\(file): \(document.id) left out: \(error)") }
            }
        }
        guard !documents.isEmpty else {
            throw LorgnetteError(
                kind: .badData, code: "data",
                description: "\(files.joined(separator: ", ")): no document that this model can learn from")
        }
        return (documents, pictures)
    }

    /// The row as a page: its parts, its pictures, and its mask.
    private static func page(_ view: PackedRowView, _ pictures: [InterleavedDocument.Picture]) -> HTMLPage {
        let names = view.segments.indices.map { index in
            let label = view.label(view.segments[index])
            return "\(index + 1) " + (label.count > 28 ? label.prefix(27) + "…" : label)
        }
        let mask = HeatMap(
            "What each part sees", rowCaption: "looks", rows: names, columnCaption: "is seen",
            columns: view.segments.indices.map { "\($0 + 1)" }, values: view.visible, range: 0...1,
            notes: [
                "The share of the pairs of tokens that the mask shows: 1 all, about a half what is before, 0 nothing."
            ])
        return HTMLPage(
            "A packed row", subtitle: view.names.joined(separator: ", "),
            sections: [
                PageSection("Its documents", [.preformatted(view.text)]),
                PageSection("Its pictures", [.figures(pictures.enumerated().map { figure($1, number: $0 + 1) })]),
                PageSection("Its mask", [.charts(ChartSheet("", [.heat(mask)]))]),
            ])
    }

    private static func figure(_ picture: InterleavedDocument.Picture, number: Int) -> PageFigure {
        let facts = [("picture", "\(number)")]
        guard let bitmap = try? picture.location.image().flattened(.over(.white)),
            let small = try? bitmap.resized(
                width: 96, height: max(1, 96 * bitmap.height / max(1, bitmap.width)), filter: .bicubic),
            let bytes = try? small.pngData()
        else { return PageFigure(nil, title: picture.id, facts: facts + [("error", "cannot be read")]) }
        return PageFigure(PagePicture(bytes: bytes, alternative: picture.id), title: picture.id, facts: facts)
    }
}
