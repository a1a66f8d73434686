import InterleavedData
import TextTokens
import VisionLanguage

/// How a row's caption or question becomes the ids of a prompt and of the text to be written.
package struct RowTexts: Sendable {
    private let folder: ModelFolder
    private let settings: FinetuneRecipe.TextSettings
    private let alignment: AlignmentSettings
    private let endID: Int

    /// The texts for the model of `folder`.
    /// - Throws: where the model names no end token.
    package init(
        _ folder: ModelFolder, _ settings: FinetuneRecipe.TextSettings,
        alignment: AlignmentSettings = AlignmentSettings()
    ) throws(TrainingError) {
        guard let end = folder.configuration.endIDs.min() else { throw .noEndToken(folder: folder.path) }
        self.folder = folder
        self.settings = settings
        self.alignment = alignment
        endID = end
    }

    /// The prompt of a caption; nil for none.
    package var captionPrompt: String? {
        settings.captionPrompt.isEmpty ? folder.prompts.caption : settings.captionPrompt
    }

    /// The prompt of a question.
    package func askPrompt(_ question: String) -> String {
        settings.askPrompt.isEmpty
            ? folder.prompts.ask(question) : settings.askPrompt.replacing("{question}", with: question)
    }

    /// What is to be written for a caption or, after a question, for its answer.
    package func text(_ text: String, question: String?) -> String {
        question == nil
            ? settings.caption.replacing("{caption}", with: text) : settings.answer.replacing("{answer}", with: text)
    }

    /// The ids of a row.
    ///
    /// - Parameters:
    ///   - text: the caption, or the answer.
    ///   - question: nil for a caption.
    ///   - row: its name, for the error.
    ///   - caption: what is in the picture, whatever is asked.
    /// - Throws: where the row is too long for the model, or spells out the token that stands for a picture.
    package func tokens(
        _ text: String, question: String?, row: String, caption: String? = nil
    ) throws(TrainingError) -> TokenRow {
        let prompt: [Int]
        let instruction: BridgeText?
        var ids: [Int]
        var meaning: [Int] = []
        do {
            let said = question.map(askPrompt) ?? captionPrompt
            prompt = try folder.promptIDs(said)
            instruction = try folder.instruction(said)
            ids = try folder.continuationIDs(self.text(text, question: question))
            if alignment.isOn, let caption {
                meaning = try folder.plainIDs(alignment.text.replacing("{caption}", with: caption))
            }
        } catch { throw .model(error) }
        // A cut text does not end where it is cut.
        if ids.count >= settings.limit { ids = Array(ids.prefix(settings.limit)) } else { ids.append(endID) }
        guard !(prompt + ids).contains(folder.model.imageID) else { throw .imageTokenInText(row: row) }
        // The end token is not read.
        let used = folder.model.queries + prompt.count + ids.count - 1
        if let room = folder.room(after: used), room < 0 {
            throw .rowTooLong(row: row, tokens: used, limit: used + room)
        }
        return TokenRow(prompt: prompt, text: ids, instruction: instruction?.ids[0], meaning: meaning)
    }

    /// Why a row as it was drawn cannot be trained on; nil where it can.
    func refusal(of draw: PairDraw) -> String? {
        do {
            _ = try tokens(draw.text, question: draw.kind.question, row: draw.record.id)
            return nil
        } catch { return error.description }
    }
}
