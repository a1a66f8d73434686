import ArgumentParser
import Foundation
import ImageFiles
import Imaging
import LorgnetteKit
import ReportPages
import SceneDrawing
import TensorEngine

/// `lorgnette data scenes`: draws pictures with captions, questions and answers.
struct DataScenesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenes", abstract: "Draws scenes with captions, questions and answers.",
        discussion: """
            Coloured shapes, everyday things, digits and words on many backgrounds. Writes DIR/images, DIR/pairs.jsonl \
            and DIR/README.md; DIR must not exist yet, or be empty. The same seed, size, format and splits give the \
            same files, whatever the number of threads; scene 17 is the same in a run of 100 and in a run of 10,000.
            Questions are balanced: a guesser who reads only the questions stays near chance; the summary says how near.
            In the split named compose every scene is about a pair of colour and kind that occurs in no other split.

            EXAMPLE
              lorgnette data scenes -o scenes --count 200 --seed 1
              lorgnette data scenes -o scenes --count 10000 --size 96 --split train=0.9,dev=0.1 --format jpeg
            """)

    /// How pictures are stored.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case png, jpeg
    }

    @Option(
        name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String?
    @Option(help: ArgumentHelp("How many scenes.", valueName: "n")) var count = 1000
    @Option(help: ArgumentHelp("Seed of everything random.", valueName: "n")) var seed: UInt64 = 0
    @Option(help: ArgumentHelp("Pixels across and down, 32 to 2048.", valueName: "px")) var size = 64
    @Option(
        help: ArgumentHelp(
            "Splits and their shares; the one named compose shows held-out pairs.", valueName: "name=share,..."))
    var split = "train=0.8,dev=0.1,compose=0.1"
    @Option(help: "How pictures are stored: png, or jpeg of quality 90.") var format = Format.png
    @Option(help: ArgumentHelp("Threads to draw on; what is drawn does not depend on it.", valueName: "n"))
    var threads: Int?
    @Flag(help: "Nothing on standard error but errors.") var quiet = false
    @Option(help: .hidden) var fixtures: String?

    func validate() throws {
        guard (output == nil) != (fixtures == nil) else { throw ValidationError("name the folder to make with -o DIR") }
        if !(1...10_000_000).contains(count) { throw ValidationError("--count must be from 1 to 10000000") }
        if !(32...2048).contains(size) { throw ValidationError("--size must be from 32 to 2048") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
        _ = try splits()
    }

    func run() async throws {
        try await CommandOutput.reporting {
            if let threads { WorkerPool.setThreads(threads) }
            if let fixtures { return try drawFixtures(into: fixtures) }
            guard let output else { return }
            let started = ContinuousClock.now
            let folder = try NewFolder(path: output)
            do {
                let series = SceneSeries(seed: seed, splits: try splits())
                let report = try SceneWriter(
                    series: series, count: count, side: size, format: format,
                    progress: quiet ? nil : ProgressDisplay(total: count, noun: "scenes")
                ).write(into: folder)
                let text = report.text
                try folder.write(Data((readmeHead + text + "```\n\n" + report.heldOutText).utf8), to: "README.md")
                try folder.finish()
                try CommandOutput.answer(text + "written to \(output)")
            } catch {
                folder.discard()
                throw error
            }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            if !quiet {
                CommandOutput.note(
                    "\(count) scenes in \(seconds.formatted(.number.precision(.fractionLength(1)))) s, "
                        + "\(Int(Double(count) / max(seconds, 1e-3))) a second")
            }
        }
    }

    private func splits() throws -> SceneSplits {
        do throws(SceneSplits.ParseError) { return try SceneSplits(parsing: split) } catch {
            throw ValidationError("--split \(split): \(error.description)")
        }
    }

    private var readmeHead: String {
        """
        # Scenes drawn by lorgnette

            lorgnette data scenes -o DIR --count \(count) --seed \(seed) --size \(size) --split \(split) \
        --format \(format.rawValue)

        lorgnette \(LorgnetteCommand.configuration.version), scenes version \(SceneSeries.version). CC0-1.0: no picture, \
        font or text from elsewhere is in them.

        `pairs.jsonl` has a line for each picture: `image`, `caption`, `qa` (question, answer), `types` (the kind of each \
        question), `set`, `split`, `label`, `license`, `source`, `objects` (from back to front; boxes are left, top, \
        right, bottom in shares of the side), `text` where something is written, `background`.

        Questions by kind; "chance" is the mean of 1 / (number of a template's answers), "constant" and "text only" are \
        the shares right of a guesser who gives each template, or each question text, its most frequent answer (learned \
        on every second scene, scored on the others).

        ```

        """
    }

    /// Writes the pictures of `fixtures/pictures`.
    private func drawFixtures(into folder: String) throws {
        for picture in FixturePicture.all {
            let bitmap = picture.bitmap()
            let bytes = try picture.name.hasSuffix(".jpg") ? bitmap.jpegData(quality: 90) : bitmap.pngData()
            let file = URL(filePath: folder, directoryHint: .isDirectory).appending(path: picture.name)
            do { try Data(bytes).write(to: file, options: .atomic) } catch {
                throw LorgnetteError(
                    kind: .readWrite, code: "write",
                    description: "\(file.path): cannot write: \(error.localizedDescription)")
            }
        }
    }
}
