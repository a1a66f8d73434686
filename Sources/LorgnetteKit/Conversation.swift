import Foundation
import TextGeneration
import TextTokens
import VisionLanguage

/// A conversation about pictures, laid out as the model's folder says: by its chat template, else as `Question: … Answer: …`
/// lines.
///
///     var conversation = try Conversation(lorgnette)
///     print(try conversation.say("What is it?", about: pictures).text)
///     print(try conversation.say("What colour is it?", about: pictures).text)
public struct Conversation: Sendable {
    /// What was said so far, question by question.
    public private(set) var turns: [ChatMessage] = []
    private let lorgnette: Lorgnette
    private let template: ChatTemplate?

    /// An empty conversation.
    ///
    /// - Throws: where the folder has a chat template that cannot be used.
    public init(_ lorgnette: Lorgnette) throws(LorgnetteError) {
        self.lorgnette = lorgnette
        let folder = URL(filePath: lorgnette.folder.path, directoryHint: .isDirectory)
        do { template = try ChatTemplate.inFolder(folder) } catch {
            throw LorgnetteError(kind: .badData, code: "template", description: "\(error)")
        }
    }

    /// Says something and hears the answer; both become turns. Where it cannot be answered nothing does.
    ///
    /// - Parameter onText: called with each new piece of the answer; return false to stop.
    public mutating func say(
        _ text: String, about pictures: SeenPictures, options: GenerationOptions? = nil, seed: UInt64 = 0,
        onText: (String) -> Bool = { _ in true }
    ) throws(LorgnetteError) -> GeneratedText {
        let asked = turns + [ChatMessage(role: "user", text: text)]
        let answer: GeneratedText
        if let template {
            let prompt: String
            do { prompt = try template.text(of: asked) } catch {
                throw LorgnetteError(kind: .badData, code: "template", description: "\(error)")
            }
            // The template writes the special tokens itself.
            answer = try pictures.generate(
                after: prompt, isLaidOut: true, options: options, seed: seed, onText: onText)[0]
        } else {
            answer = try pictures.generate(
                after: lines(of: asked, pictures), options: options, seed: seed, onText: onText)[0]
        }
        turns = asked + [ChatMessage(role: "assistant", text: answer.text)]
        return answer
    }

    /// Forgets what was said.
    public mutating func clear() { turns = [] }

    /// The turns in the model's form of a question, one a line, each answer behind its question.
    private func lines(of turns: [ChatMessage], _ pictures: SeenPictures) -> String {
        var lines: [String] = []
        for turn in turns {
            if turn.role == "user" {
                lines.append(pictures.prompt(asking: turn.text))
            } else {
                lines[lines.count - 1] += " " + turn.text
            }
        }
        return lines.joined(separator: "\n")
    }
}
