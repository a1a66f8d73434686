import ArgumentParser
import Foundation
import JSONText
import ModelEvaluation

/// `lorgnette eval metrics`: scores a file of predictions against official references, no model.
struct EvalMetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Scores a file of predictions against a file of references, without a model.",
        discussion: """
            captions: a COCO result file, [{"image_id": 1, "caption": "a dog"}], against a COCO annotation file. Scores \
            are those of pycocoevalcap (CIDEr is CIDEr-D). Images without a prediction are left out, of the document \
            frequencies too.
            vqa: a VQA result file, [{"question_id": 1, "answer": "yes"}], against the official annotation file.
            answers: [{"id": 1, "answer": "yes"}] against [{"id": 1, "answers": ["yes"]}], with "choices" where the \
            metric (--metric) reads letters.

            EXAMPLE
              lorgnette eval metrics --kind captions --predictions results.json --references captions_val2017.json
              lorgnette eval metrics --kind vqa --variant official --predictions answers.json \\
                --references v2_mscoco_val2014_annotations.json --per-question
            """)

    /// What is scored.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case captions
        case vqa
        case answers
    }

    @Option(help: "What is scored: captions, vqa or answers.") var kind: Kind
    @Option(help: "The result file.") var predictions: String
    @Option(help: "The annotation file.") var references: String
    @Option(help: "VQA: whose answer processing: official, lavis, lmms-eval or lmms-evalai.")
    var variant = "official"
    @Option(
        help: ArgumentHelp(
            "Answers: \(AnswerMetric.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
    var metric = AnswerMetric.exact.rawValue
    @Flag(help: "VQA and answers: also the score of each question.") var perQuestion = false
    @Flag(help: "Captions: also the scores of each image.") var perImage = false
    @Option(
        help: ArgumentHelp(
            "Captions: a folder with METEOR's data for the full metric.",
            discussion: """
                english.synsets and english.exceptions out of meteor-1.5.jar, and paraphrase-en, uncompressed. Without \
                it, the folder in the environment variable LORGNETTE_METEOR_DATA.
                """,
            valueName: "dir"))
    var meteorData: String?
    @Flag(help: "No warnings.") var quiet = false

    func validate() throws {
        guard VQAAccuracy.Variant(rawValue: variant) != nil else {
            let names = VQAAccuracy.Variant.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--variant \(variant) is none of \(names)")
        }
        guard AnswerMetric(rawValue: metric) != nil else {
            let names = AnswerMetric.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--metric \(metric) is none of \(names)")
        }
    }

    func run() async throws {
        try await CommandOutput.reporting { try report() }
    }

    private func report() throws {
        do {
            let report =
                switch kind {
                case .captions: try captionReport()
                case .vqa: try vqaReport()
                case .answers: try answerReport()
                }
            try CommandOutput.answer(report.indentedText)
        } catch let error as EvaluationFileError {
            try fail(65, error.description)
        } catch let error as MetricError {
            try fail(65, error.description)
        } catch let error as MeteorDataError {
            try fail(error.isMissing ? 66 : 65, error.description)
        }
    }

    private func captionReport() throws -> JSONValue {
        let files = try CaptionFiles(
            predictions: try bytes(of: predictions), references: try bytes(of: references),
            predictionsName: predictions, referencesName: references)
        if !files.unanswered.isEmpty {
            warn(
                "\(files.unanswered.count) annotated images have no prediction and are left out; document frequencies "
                    + "come from the other \(files.images.count)")
        }
        if !files.imagesWithLineEnds.isEmpty {
            let names = files.imagesWithLineEnds.prefix(5).map(\.description).joined(separator: ", ")
            warn(
                "captions of \(files.imagesWithLineEnds.count) images (\(names)) hold a line end other than \\n, which "
                    + "is read as a blank; pycocoevalcap would shift all captions after it")
        }
        var tokenizer = PTBTokenizer()
        let comparisons = files.tokenized(by: &tokenizer)
        let folder = meteorData ?? ProcessInfo.processInfo.environment["LORGNETTE_METEOR_DATA"]
        let data = try folder.map { try MeteorData(folder: $0, wordsOf: comparisons) }
        return CaptionReport(comparisons, meteorData: data)
            .json(images: files.images.map(\.id), unanswered: files.unanswered.count, perImage: perImage)
    }

    private func vqaReport() throws -> JSONValue {
        let files = try VQAFiles(
            predictions: try bytes(of: predictions), references: try bytes(of: references),
            predictionsName: predictions, referencesName: references)
        let chosen = VQAAccuracy.Variant(rawValue: variant) ?? .official
        if chosen == .official, !files.withoutAnswerIDs.isEmpty {
            warn(
                "\(files.withoutAnswerIDs.count) questions have repeated answers without answer_id: the official code "
                    + "leaves all equal ones out at once, here one is left out at a time")
        }
        return try VQAReport(files.questions, variant: chosen).json(perQuestion: perQuestion)
    }

    private func answerReport() throws -> JSONValue {
        let metric = AnswerMetric(rawValue: metric) ?? .exact
        let files = try AnswerFiles(
            predictions: try bytes(of: predictions), references: try bytes(of: references),
            predictionsName: predictions, referencesName: references, metric: metric)
        return try files.json(metric, perQuestion: perQuestion)
    }

    private func bytes(of path: String) throws -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else { try fail(66, "\(path): there is no such file") }
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            try fail(74, "\(path): cannot be read: \(error.localizedDescription)")
        }
    }

    private func warn(_ message: String) {
        guard !quiet else { return }
        FileHandle.standardError.write(Data("warning: \(message)\n".utf8))
    }

    private func fail(_ status: Int32, _ message: String) throws -> Never {
        FileHandle.standardError.write(Data("error: \(message)\n".utf8))
        throw ExitCode(status)
    }
}
