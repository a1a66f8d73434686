import Checkpoints
import Foundation
import ImageFiles
import Imaging
import InterleavedData
import JSONText
import ReportPages
import VisionLanguage

extension FinetuneRun {
    /// Loss, scores, learning rate and gradients over the steps, from the log alone.
    func curves() throws(ReportFileError) -> ChartSheet {
        TrainingCurves(try RunRecords(path: files.log)).sheet(objective.title)
    }

    /// The run as a page for a person: from the log, the recipe and a last look at the dev rows.
    func reportPage(_ dev: any DevLooking, plan: PlanSummary) throws(TrainingError) -> HTMLPage {
        let records: RunRecords
        do { records = try RunRecords(path: files.log) } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
        let outcome: TrainingReport.Outcome =
            hasWaitedEnough
            ? .stoppedEarly("no better dev evaluation than that of step \(best.step ?? 0) in \(best.waited) looks")
            : .finished
        var report = TrainingReport(title: objective.title, outcome: outcome)
        report.subtitle = basePath
        let losses = records.series("loss").map(\.y)
        let seconds = records.records.reduce(0) { $0 + ($1["loss"] != nil ? $1["seconds"]?.double ?? 0 : 0) }
        let looking = records.records.reduce(0) { $0 + ($1["dev_loss"] != nil ? $1["seconds"]?.double ?? 0 : 0) }
        let images = records.records.reduce(0) { $0 + ($1["images"]?.integer ?? 0) }
        let last = losses.suffix(100)
        report.summary = [
            ("steps", "\(state.step) of \(recipe.steps)"), ("pictures seen", "\(images)"), ("rows", "\(plan.rows)"),
            (
                "mean loss of the last \(last.count) steps",
                NumberText.fixed(last.reduce(0, +) / Double(max(1, last.count)), digits: 4)
            ),
            ("images/s", NumberText.fixed(Double(images) / max(seconds, 1e-9), digits: 1)),
        ]
        report.plan = plan.parts.map {
            .init($0.name, parameters: $0.parameters, learningRate: $0.learningRate.map { Double($0) })
        }
        report.timings = [("training", .seconds(seconds)), ("looking at dev rows", .seconds(looking))]
        report.curves = TrainingCurves(records).sheet("")
        report.warnings += records.records.compactMap { $0["note"]?.string }
        let skipped = records.records.compactMap { $0["skipped"]?.string }
        if !skipped.isEmpty {
            report.warnings.append(
                "\(skipped.count) pictures could not be used: \(skipped.prefix(5).joined(separator: ", "))"
                    + (skipped.count > 5 ? ", …" : ""))
        }
        report.scores = state.withFinalWeights { dev.scores() }
        report.samples = samples(records, dev)
        report.hashes = BaseFingerprint.Part.allCases.compactMap { part in
            fingerprint.hashes[part].map { ("base: \(part.rawValue)", $0.description) }
        }
        report.recipe = try RecipeText.text(of: recipe)
        report.footer = "lorgnette finetune --resume goes on with a run; export makes a folder for transformers."
        return report.page
    }

    /// What the log says of dev pictures.
    private func samples(_ records: RunRecords, _ dev: any DevLooking) -> [TrainingReport.Sample] {
        records.records.flatMap { record -> [TrainingReport.Sample] in
            guard let step = record[RunLog.stepKey]?.integer, let rows = record["samples"]?.array else { return [] }
            return rows.compactMap { row in
                guard let id = row["image"]?.string, let reference = row["reference"]?.string,
                    let output = row["output"]?.string
                else { return nil }
                return TrainingReport.Sample(
                    step: step, picture: dev.picture(of: id).flatMap { Self.thumbnail($0, name: id) }, name: id,
                    question: row["question"]?.string, reference: reference, generated: output,
                    isRight: row["correct"]?.bool)
            }
        }
    }

    /// Pixels of a thumbnail's longer side.
    private static let thumbnailSide = 192

    /// A small copy of a picture, as a page carries it.
    private static func thumbnail(_ location: PictureLocation, name: String) -> PagePicture? {
        guard let bitmap = try? location.image().flattened(.over(.white)) else { return nil }
        let longer = max(bitmap.width, bitmap.height)
        let scale = min(1, Double(thumbnailSide) / Double(max(1, longer)))
        let width = max(1, Int((Double(bitmap.width) * scale).rounded()))
        let height = max(1, Int((Double(bitmap.height) * scale).rounded()))
        guard let small = try? bitmap.resized(width: width, height: height, filter: .bicubic),
            let bytes = try? small.pngData()
        else { return nil }
        return PagePicture(bytes: bytes, alternative: name)
    }
}
