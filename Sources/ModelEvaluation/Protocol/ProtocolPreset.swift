import TextGeneration

/// Published protocols by name: prompts, decoding and metric variants of each task that they cover.
///
/// A name alone is not a protocol: all settings are recorded, and so is every known difference from what was published.
package enum ProtocolPreset: String, Sendable, CaseIterable {
    /// The model's own prompts and decoding, the task's own metric.
    case standard = "default"
    /// LAVIS, `projects/blip2/eval`.
    case blip2
    /// LAVIS, `projects/instructblip`; for tasks it has no file for, the paper's appendix.
    case instructblip
    /// lmms-eval's tasks with their default settings.
    case lmmsEval = "lmms-eval"

    /// What a preset says about a task.
    struct Entry: Sendable {
        var prompt: PromptForm
        var questionForm = TaskProtocol.QuestionForm.asIs
        var ranks = false
        var beams = 1
        var maxTokens: Int
        var minTokens = 0
        var lengthPenalty: Float = 1
        var repetitionPenalty: Float = 1
        var stops: [String] = []
        var variant: String?
        var remarks: [String] = []
    }

    /// Changes the settings to what is published for that task.
    ///
    /// - Parameter isEncoderDecoder: BLIP-2's length penalty for short answers depends on the language model.
    /// - Returns: false where the preset does not cover the task.
    package func apply(to settings: inout TaskProtocol, task: String, isEncoderDecoder: Bool) -> Bool {
        let entries: [String: Entry]
        switch self {
        case .standard: return true
        case .blip2: entries = BLIP2Protocol.entries(isEncoderDecoder: isEncoderDecoder)
        case .instructblip: entries = InstructBLIPProtocol.entries
        case .lmmsEval: entries = LMMSEvalProtocol.entries
        }
        guard let entry = entries[task] else { return false }
        settings.preset = rawValue
        settings.prompt = entry.prompt
        settings.captionPrompt = nil
        settings.questionForm = entry.questionForm
        settings.answering = entry.ranks ? .rank(.sum) : .generate
        settings.decoding.samples = false
        settings.decoding.beams = entry.beams
        settings.decoding.maxTokens = entry.maxTokens
        settings.decoding.minTokens = entry.minTokens
        settings.decoding.lengthPenalty = entry.lengthPenalty
        settings.decoding.repetitionPenalty = entry.repetitionPenalty
        settings.decoding.noRepeatNgram = 0
        settings.stops = entry.stops
        settings.variant = entry.variant ?? settings.variant
        settings.remarks = entry.remarks + Self.remarks
        return true
    }

    private static let remarks = [
        "pictures go through the model folder's own processor: size and resampling are the checkpoint's"
    ]

    /// The tasks that the preset covers.
    package var tasks: [String] {
        switch self {
        case .standard: TaskList.names
        case .blip2: BLIP2Protocol.entries(isEncoderDecoder: true).keys.sorted()
        case .instructblip: InstructBLIPProtocol.entries.keys.sorted()
        case .lmmsEval: LMMSEvalProtocol.entries.keys.sorted()
        }
    }
}
