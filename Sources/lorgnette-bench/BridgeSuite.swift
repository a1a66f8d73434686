import ArgumentParser
import Foundation
import JSONText
import ModelTraining

/// Finetunes bridges of every architecture, with and without adapters, on the rows and steps of one recipe, one after the other,
/// and tells what each has, takes and answers.
struct BridgeSuite {
    let command: BenchCommand

    /// What is compared: a name, and what it changes in the recipe.
    private static var choices: [(name: String, assignments: [String])] {
        let adapters: [(name: String, assignments: [String])] = [
            ("", []), (" + magma", ["adapters.bottleneck=feed_forward"]),
            (" + flamingo", ["adapters.cross_attention_every=2"]),
        ]
        var choices: [(name: String, assignments: [String])] = []
        for kind in ["qformer", "linear", "mlp", "perceiver"] {
            let bridge = kind == "qformer" ? [] : ["bridge_kind=\(kind)"]
            for adapter in adapters { choices.append((kind + adapter.name, bridge + adapter.assignments)) }
        }
        return choices
    }

    init(_ command: BenchCommand) { self.command = command }

    func run() throws -> [Measurement] {
        guard let path = command.recipe, let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("bridges wants --recipe FILE, a recipe of finetune")
        }
        let root = URL(filePath: path).deletingLastPathComponent().path
        let folder = FileManager.default.temporaryDirectory.appending(path: "lorgnette-bridges-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let chosen = Self.choices.filter { command.only.isEmpty || command.only.contains($0.name) }
        guard !chosen.isEmpty else {
            throw ValidationError("--only must be of \(Self.choices.map(\.name).joined(separator: ", "))")
        }
        return try chosen.map { choice in
            let recipe = try FinetuneRecipe(
                text: String(decoding: data, as: UTF8.self), file: path, assignments: command.set + choice.assignments)
            let row = try measure(choice.name, recipe, root: root, in: folder.appending(path: choice.name).path)
            // A long table is told row by row.
            FileHandle.standardError.write(Data((row.line + "\n").utf8))
            return row
        }
    }

    private func measure(_ name: String, _ recipe: FinetuneRecipe, root: String, in path: String) throws -> Measurement
    {
        let run = try FinetuneRun(recipe, new: path, relativeTo: root)
        var seconds: [Double] = []
        var losses: [Double] = []
        var trained = 0
        var dev: DevRecord?
        try run.train(rehearses: false) { event in
            switch event {
            case .planned(let plan): trained = plan.parts.reduce(0) { $0 + $1.trained }
            case .stepped(let record):
                seconds.append(record.seconds)
                losses.append(record.loss)
            case .evaluated(let record): dev = record
            default: break
            }
        }
        let last = losses.suffix(50)
        var notes: [(key: String, value: JSONValue)] = [
            ("parameters", .integer(trained)), ("steps", .integer(seconds.count)),
            ("training_s", .double((seconds.reduce(0, +) * 100).rounded() / 100)),
            ("last_loss", .double(Self.rounded(last.reduce(0, +) / Double(max(1, last.count))))),
        ]
        if let loss = dev?.loss { notes.append(("dev_loss", .double(Self.rounded(loss)))) }
        if let exact = dev?.exactMatch { notes.append(("dev_exact_match", .double(Self.rounded(exact)))) }
        if let dev { notes += [("dev_rows", .integer(dev.rows)), ("dev_answered", .integer(dev.answered))] }
        return Measurement(
            suite: "bridges", shape: name, dtype: "f32", unit: "s", figures: seconds.isEmpty ? [0] : seconds,
            notes: notes)
    }

    private static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}
