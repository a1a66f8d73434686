import ArgumentParser
import Foundation
import ImageFiles
import Imaging
import LorgnetteKit
import TextGeneration

/// `lorgnette chat`: a conversation in the terminal.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "A conversation about pictures, in the terminal.",
        discussion: """
            Every line is a question; the answer appears as it is made. /image PATH shows a further picture, /clear forgets
            what was said, /quit (or the end of the input) ends. Turns are laid out by the folder's chat template where it
            has one, else as Question: … Answer: … lines.

            EXAMPLE
              lorgnette chat fixtures/pictures/coin.jpg
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var image: ImageOptions
    @OptionGroup var generation: GenerationFlags
    @OptionGroup var unsure: UnsureOption
    @Argument(help: ArgumentHelp("Files or folders.", valueName: "image")) var images: [String] = []

    func validate() throws {
        if images.contains("-") { throw ValidationError("standard input is the conversation: name picture files") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let lorgnette = try model.load()
            var session = ChatSession(
                lorgnette: lorgnette, decoding: image.decoding,
                options: try generation.options(over: lorgnette.defaults),
                seed: model.seed, conversation: try Conversation(lorgnette))
            session.unsureBelow = unsure.bound(lorgnette)
            for source in try ImageSource.sources(for: images, recursive: image.recursive) { try session.show(source) }
            let isTerminal = isatty(STDIN_FILENO) == 1
            while true {
                if isTerminal, !model.quiet { try? FileHandle.standardError.write(contentsOf: Data("> ".utf8)) }
                guard let line = readLine() else { return }
                // A bad picture or a question that is too long is told, and the conversation goes on.
                do {
                    guard try session.take(line) else { return }
                } catch let error as LorgnetteError where error.kind != .readWrite {
                    CommandOutput.note("error: \(error.description)")
                } catch let error as ImageFileError {
                    CommandOutput.note("error: \(LorgnetteError(error).description)")
                }
            }
        }
    }
}

/// What a conversation in the terminal has so far.
private struct ChatSession {
    let lorgnette: Lorgnette
    let decoding: ImageDecodingOptions
    let options: GenerationOptions
    let seed: UInt64
    var conversation: Conversation
    /// Answers of less confidence are followed by a word of warning.
    var unsureBelow: Double?
    private var pictures: [PixelBatch] = []
    private var seen: SeenPictures?

    init(
        lorgnette: Lorgnette, decoding: ImageDecodingOptions, options: GenerationOptions, seed: UInt64,
        conversation: Conversation
    ) {
        self.lorgnette = lorgnette
        self.decoding = decoding
        self.options = options
        self.seed = seed
        self.conversation = conversation
    }

    /// Shows a further picture.
    mutating func show(_ source: ImageSource) throws(LorgnetteError) {
        pictures.append(try lorgnette.prepare(source, options: decoding))
        seen = nil
    }

    /// Does what a line says; false where it ends the conversation.
    mutating func take(_ line: String) throws -> Bool {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case nil: return true
        case "/quit": return false
        case "/clear": conversation.clear()
        case "/image":
            guard words.count == 2 else {
                CommandOutput.note("/image PATH shows a picture")
                return true
            }
            for source in try ImageSource.sources(for: [words[1]], recursive: false) { try show(source) }
        case .some(let word) where word.hasPrefix("/"):
            CommandOutput.note("\(word): /image PATH, /clear or /quit; every other line is a question")
        default: try ask(line)
        }
        return true
    }

    private mutating func ask(_ question: String) throws {
        let looked = seen ?? lorgnette.look(at: pictures)
        seen = looked
        var failure: LorgnetteError?
        let said = try conversation.say(question, about: looked, options: options, seed: seed) { piece in
            do throws(LorgnetteError) { try CommandOutput.piece(piece) } catch {
                failure = error
                return false
            }
            return true
        }
        if let failure { throw failure }
        try CommandOutput.answer(said.isUnsure(below: unsureBelow) ? " (\(GeneratedText.unsureText))" : "")
    }
}
