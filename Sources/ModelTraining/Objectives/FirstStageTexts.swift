import Imaging
import InterleavedData
import TensorEngine
import VisionLanguage

/// What rows say about their pictures, and which of it is true of which picture.
struct FirstStageTexts: Sendable {
    private let tokenizer: BridgeTokenizer
    private let writingID: Int
    private let template: String
    private let limit: Int
    /// The picture of each row that is trained on, and every row that says something of it: many datasets have a row for
    /// each caption.
    private let pictures: [RowKey: PictureLocation]
    private let records: [PictureLocation: [PairRecord]]

    private struct RowKey: Hashable {
        let part: Int
        let id: String
    }

    init(_ folder: FirstStageFolder, _ recipe: FinetuneRecipe, _ mixture: TrainingMixture) {
        tokenizer = folder.tokenizer
        writingID = folder.writingID
        template = recipe.firstStage.statement
        limit = recipe.text.limit
        var pictures: [RowKey: PictureLocation] = [:]
        for (part, rows) in mixture.parts.enumerated() {
            for record in rows.records { pictures[RowKey(part: part, id: record.id)] = record.picture }
        }
        self.pictures = pictures
        records = Dictionary(grouping: mixture.parts.flatMap(\.records), by: \.picture)
    }

    /// A caption as it stands, or a question with its answer.
    func statement(_ text: String, question: String?) -> String {
        guard let question else { return text }
        return template.replacing("{question}", with: question).replacing("{answer}", with: text)
    }

    /// Everything that records say of their picture.
    func statements(of records: [PairRecord]) -> Set<String> {
        Set(
            records.flatMap { record in
                record.captions + record.questions.map { statement($0.answer, question: $0.question) }
            })
    }

    /// What the first stage sees of a row.
    ///
    /// - Parameters:
    ///   - text: the caption, or the answer.
    ///   - question: nil for a caption.
    ///   - records: what else is said of the picture.
    func row(_ text: String, question: String?, of records: [PairRecord]) throws(TrainingError) -> FirstStageRow {
        let statement = statement(text, question: question)
        do throws(ModelFolderError) {
            let read = try tokenizer.ids(statement, limit: limit)
            return FirstStageRow(
                statement: statement, read: read, written: tokenizer.written(read, from: writingID),
                known: statements(of: records))
        } catch { throw .model(error) }
    }

    /// Why a row as it was drawn cannot be trained on; nil where it can.
    func refusal(of draw: PairDraw) -> String? {
        do {
            _ = try row(draw.text, question: draw.kind.question, of: [])
            return nil
        } catch { return error.description }
    }

    /// The batch of a step.
    func batch(_ loaded: LoadedStep) throws(TrainingError) -> FirstStageBatch {
        let pixels: Tensor
        do { pixels = try loaded.pixels().tensor } catch { throw .loading(error) }
        var rows: [FirstStageRow] = []
        for example in loaded.examples {
            let picture = pictures[RowKey(part: example.part, id: example.recordID)]
            let said = picture.flatMap { records[$0] } ?? []
            rows.append(try row(example.text, question: example.kind.question, of: said))
        }
        return FirstStageBatch(pixels: pixels, rows: rows)
    }
}

/// A picture's text as the first stage has it.
struct FirstStageRow: Sendable {
    let statement: String
    /// As it is read, and as it is written.
    let read: [Int]
    let written: [Int]
    /// Every statement that is true of the picture, as far as the dataset says.
    let known: Set<String>
}

extension FirstStageBatch {
    /// The batch of these rows: a statement is true of a picture where the dataset says it of it.
    init(pixels: Tensor, rows: [FirstStageRow]) {
        let truth = rows.indices.flatMap { picture in
            rows.indices.map { $0 == picture || rows[picture].known.contains(rows[$0].statement) }
        }
        self.init(
            pixels: pixels, read: BridgeText(rows.map(\.read)), written: BridgeText(rows.map(\.written)), isTrue: truth)
    }
}
