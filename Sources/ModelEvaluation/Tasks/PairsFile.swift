import Foundation
import InterleavedData
import JSONText

/// The rows of a `pairs.jsonl`: the seam to the dataset readers.
struct PairsFile {
    /// A row with its place in the file.
    struct Row {
        /// Lines of the file that hold something, counted from 1.
        let number: Int
        let record: PairRecord
    }

    let rows: [Row]

    /// Reads the file; pictures are found from its folder, or from the source's folder of pictures.
    init(path: String, source: TaskSource) throws(EvaluationFileError) {
        let folder = source.images ?? URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        var rows: [Row] = []
        for (number, row) in try JSONLines(try source.bytes(of: path), file: path).rows {
            rows.append(Row(number: number, record: try Self.record(row, number, file: path, folder: folder)))
        }
        self.rows = rows
    }

    private static func record(
        _ row: JSONValue, _ number: Int, file: String, folder: String
    ) throws(EvaluationFileError) -> PairRecord {
        guard let image = row["image"]?.string, !image.isEmpty else {
            throw .wrongField(file: file, row: number, field: "image", expected: "the path of a picture")
        }
        let path = image.hasPrefix("/") ? image : folder.hasSuffix("/") ? folder + image : folder + "/" + image
        return PairRecord(
            id: image, picture: .file(path: path), captions: try captions(row, number, file: file),
            questions: try questions(row, number, file: file), split: row["split"]?.string, set: row["set"]?.string,
            label: row["label"]?.string)
    }

    private static func captions(
        _ row: JSONValue, _ number: Int, file: String
    ) throws(EvaluationFileError) -> [String] {
        if let caption = row["caption"], !caption.isNull {
            guard let text = caption.string else {
                throw .wrongField(file: file, row: number, field: "caption", expected: "a text or null")
            }
            return [text]
        }
        guard let captions = row["captions"], !captions.isNull else { return [] }
        guard let list = captions.array, list.allSatisfy({ $0.string != nil }) else {
            throw .wrongField(file: file, row: number, field: "captions", expected: "a list of texts")
        }
        return list.compactMap(\.string)
    }

    private static func questions(
        _ row: JSONValue, _ number: Int, file: String
    ) throws(EvaluationFileError) -> [QuestionAnswer] {
        guard let member = row["qa"], !member.isNull else { return [] }
        let problem = EvaluationFileError.wrongField(
            file: file, row: number, field: "qa", expected: "a list of [question, answer]")
        guard let list = member.array else { throw problem }
        var questions: [QuestionAnswer] = []
        for entry in list {
            guard let pair = entry.array, pair.count == 2, let question = pair[0].string, let answer = pair[1].string
            else { throw problem }
            questions.append(QuestionAnswer(question, answer))
        }
        return questions
    }
}
