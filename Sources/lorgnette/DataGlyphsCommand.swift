import ArgumentParser
import Foundation
import ImageFiles
import JSONText
import LorgnetteKit
import SceneDrawing

/// `lorgnette data glyphs`: draws pictures of the letters of an alphabet that nobody has seen.
struct DataGlyphsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "glyphs", abstract: "Draws letters of a new alphabet: classes to be learned from few pictures.",
        discussion: """
            Each letter is a few strokes that follow from the seed, named by a plain word. Writes DIR/images and \
            DIR/pairs.jsonl with --pictures of each to train on and --dev of each that are held out.

            EXAMPLE
              lorgnette data glyphs -o glyphs --classes 30 --pictures 10 --dev 10
            """)

    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String
    @Option(help: ArgumentHelp("Letters.", valueName: "n")) var classes = 30
    @Option(help: ArgumentHelp("Pictures of each to train on.", valueName: "n")) var pictures = 10
    @Option(help: ArgumentHelp("Held-out pictures of each.", valueName: "n")) var dev = 10
    @Option(help: ArgumentHelp("Pixels across and down, 32 to 2048.", valueName: "px")) var size = 64
    @Option(help: ArgumentHelp("Seed of everything random.", valueName: "n")) var seed: UInt64 = 0

    func validate() throws {
        let most = GlyphAlphabet.names.count
        if !(2...most).contains(classes) { throw ValidationError("--classes must be from 2 to \(most)") }
        if !(1...10_000).contains(pictures) { throw ValidationError("--pictures must be from 1 to 10000") }
        if !(0...10_000).contains(dev) { throw ValidationError("--dev must be from 0 to 10000") }
        if !(32...2048).contains(size) { throw ValidationError("--size must be from 32 to 2048") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let folder = try NewFolder(path: output)
            do {
                try draw(into: folder)
                try folder.finish()
            } catch {
                folder.discard()
                throw error
            }
            try CommandOutput.answer(
                "\(classes * (pictures + dev)) pictures of \(classes) letters written to \(output)")
        }
    }

    private func draw(into folder: NewFolder) throws {
        try folder.makeFolder("images")
        var lines = ""
        for letter in GlyphAlphabet(seed: seed, count: classes).letters {
            for number in 0..<pictures + dev {
                let picture = GlyphPicture(letter, number: number, seed: seed)
                let name = "images/\(letter.name)-\(number).png"
                try folder.write(Data(try picture.bitmap(side: size).pngData()), to: name)
                lines += picture.row(image: name, split: number < pictures ? "train" : "dev").text + "\n"
            }
        }
        try folder.write(Data(lines.utf8), to: "pairs.jsonl")
    }
}
