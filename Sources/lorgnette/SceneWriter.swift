import Foundation
import ImageFiles
import Imaging
import JSONText
import LorgnetteKit
import ReportPages
import SceneDrawing
import Synchronization
import TensorEngine

/// Draws a series of scenes into a folder.
struct SceneWriter {
    /// How many scenes are drawn between two looks at progress.
    private static let batch = 256

    let series: SceneSeries
    let count: Int
    let side: Int
    let format: DataScenesCommand.Format
    var progress: ProgressDisplay?

    /// Writes pictures and `pairs.jsonl`; scenes are drawn in parallel and written down in order.
    func write(into folder: NewFolder) throws -> SceneReport {
        try folder.makeFolder("images")
        var progress = progress
        var lines = Data()
        var report = SceneReport(splits: series.splits)
        for start in stride(from: 0, to: count, by: Self.batch) {
            let numbers = start..<min(count, start + Self.batch)
            let drawn = Mutex<[Int: Result<(Scene, String), any Error>]>([:])
            WorkerPool.forEach(numbers.count) { index in
                let number = start + index
                let result = Result { try draw(number, into: folder) }
                drawn.withLock { $0[number] = result }
            }
            let results = drawn.withLock { $0 }
            for number in numbers {
                guard let (scene, line) = try results[number]?.get() else { continue }
                lines.append(contentsOf: Data((line + "\n").utf8))
                report.note(scene)
            }
            progress?.show(numbers.upperBound)
        }
        try folder.write(lines, to: "pairs.jsonl")
        return report
    }

    private func draw(_ number: Int, into folder: NewFolder) throws -> (Scene, String) {
        let scene = series.scene(at: number)
        let bitmap = scene.bitmap(side: side)
        let digits = String(number)
        let name =
            "images/" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
            + (format == .png ? ".png" : ".jpg")
        let bytes = try format == .png ? bitmap.pngData() : bitmap.jpegData(quality: 90)
        try folder.write(Data(bytes), to: name)
        return (scene, scene.row(image: name).text)
    }
}

/// What was drawn, in figures.
struct SceneReport {
    private let splits: SceneSplits
    private var questions: [String: [[Question]]] = [:]

    init(splits: SceneSplits) { self.splits = splits }

    mutating func note(_ scene: Scene) { questions[scene.split, default: []].append(scene.questions) }

    /// A table for each kind of split: those of ordinary pairs together, and `compose`.
    var text: String {
        var text = "split           scenes  questions\n"
        for (name, _) in splits.shares {
            let scenes = questions[name] ?? []
            text += Self.padded(name, 14) + Self.padded(scenes.count, 8)
            text += Self.padded(scenes.reduce(0) { $0 + $1.count }, 11) + "\n"
        }
        let ordinary = splits.shares.filter { $0.name != SceneSplits.composition }.flatMap { questions[$0.name] ?? [] }
        text += Self.table(ordinary, title: "blind")
        text += Self.table(questions[SceneSplits.composition] ?? [], title: "blind, compose")
        if ordinary.count < 1000 { text += "\nOf so few scenes the blind figures are rough.\n" }
        return text
    }

    /// The pairs that occur in `compose` alone.
    var heldOutText: String {
        let byKind = Dictionary(grouping: Pair.heldOut, by: \.kind)
        let lines = Kind.allCases.map { kind in
            "| \(kind.name) | \((byKind[kind] ?? []).map(\.color.rawValue).joined(separator: ", ")) |"
        }
        return "Pairs that occur only in the split `compose`:\n\n| kind | colours |\n|---|---|\n"
            + lines.joined(separator: "\n") + "\n"
    }

    private static func table(_ scenes: [[Question]], title: String) -> String {
        guard scenes.contains(where: { !$0.isEmpty }) else { return "" }
        let baseline = BlindBaseline(scenes: scenes)
        var text = "\n" + padded(title, 14) + "questions  chance  constant  text only\n"
        for (name, score) in baseline.kinds.map({ ($0.kind.rawValue, $0.score) }) + [("all", baseline.all)] {
            text += padded(name, 14) + padded(score.questions, 9) + padded(score.chanceShare, 8)
            text += padded(score.templateShare, 10) + padded(score.textShare, 11) + "\n"
        }
        return text
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(1, width - text.count)) + text
    }

    private static func padded(_ share: Double, _ width: Int) -> String {
        let thousandths = Int((share * 1000).rounded())
        let digits = String(thousandths % 1000)
        let text = "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
        return String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
