import ArgumentParser
import Foundation
import JSONText
import ModelTraining

/// Seconds of each epoch of a recipe without a feature cache, and with one that is empty at the start.
struct FeatureSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    func run() throws -> [Measurement] {
        guard let path = command.recipe, let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("features wants --recipe FILE, a recipe of finetune whose rows have no weights")
        }
        let root = URL(filePath: path).deletingLastPathComponent().path
        let folder = FileManager.default.temporaryDirectory.appending(path: "lorgnette-features-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var losses: [[Double]] = []
        let measured = try [("without", "false"), ("cached", "true")].map { name, cache in
            let recipe = try FinetuneRecipe(
                text: String(decoding: data, as: UTF8.self), file: path,
                assignments: command.set + ["feature_cache=\(cache)", "dev.rows=0", "dev.answered=0"])
            let run = try FinetuneRun(recipe, new: folder.appending(path: name).path, relativeTo: root)
            var steps: [(seconds: Double, loss: Double)] = []
            var epochs = 1.0
            try run.train(rehearses: false) { event in
                if case .planned(let plan) = event { epochs = plan.epochs ?? 1 }
                if case .stepped(let record) = event { steps.append((record.seconds, record.loss)) }
            }
            losses.append(steps.map(\.loss))
            let length = max(1, Int((Double(steps.count) / max(1, epochs)).rounded(.up)))
            let seconds = stride(from: 0, to: steps.count, by: length).map { start in
                steps[start..<min(steps.count, start + length)].reduce(0) { $0 + $1.seconds }
            }
            return (name, seconds.map { ($0 * 1e3).rounded() / 1e3 })
        }
        return measured.map { name, seconds in
            Measurement(
                suite: "features", shape: name, dtype: "f32", unit: "s",
                figures: seconds.count > 1 ? Array(seconds.dropFirst()) : seconds,
                notes: [
                    ("epoch_s", .array(seconds.map { .double($0) })),
                    ("losses_equal", .bool(losses[0] == losses[losses.count - 1])),
                ])
        }
    }
}
