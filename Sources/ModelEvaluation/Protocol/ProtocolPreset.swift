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
    /// The prompts of the InstructBLIP paper's appendix alone.
    case instructblipPaper = "instructblip-paper"
    /// lmms-eval's tasks with their default settings.
    case lmmsEval = "lmms-eval"

    /// What a preset says about a task.
    struct Entry: Sendable {
        var prompt: PromptForm
        /// The prompt where choices are ranked although the protocol writes, where it has one.
        var rankedPrompt: PromptForm?
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
    /// - Parameters:
    ///   - files: that the task read: of Karpathy's split some protocols ask otherwise.
    ///   - isEncoderDecoder: BLIP-2's length penalty for short answers depends on the language model.
    ///   - ranks: whether choices shall be ranked whatever the protocol does.
    /// - Returns: false where the preset does not cover the task.
    package func apply(
        to settings: inout TaskProtocol, task: String, files: [String] = [], isEncoderDecoder: Bool, ranks: Bool = false
    ) -> Bool {
        if self == .standard { return true }
        let entries = entries(isEncoderDecoder: isEncoderDecoder)
        let isKarpathy = files.contains { file in
            let name = RunSettings.name(of: file)
            return name.contains("karpathy") || name == "dataset_coco.json"
        }
        guard let entry = (isKarpathy ? entries[task + Self.karpathy] : nil) ?? entries[task] else { return false }
        settings.preset = rawValue
        settings.prompt = ranks && !entry.ranks ? entry.rankedPrompt ?? entry.prompt : entry.prompt
        settings.captionPrompt = nil
        settings.questionForm = entry.questionForm
        settings.answering = entry.ranks || ranks ? .rank(.sum) : .generate
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

    /// Behind the name of a task whose entry holds for Karpathy's split alone.
    static let karpathy = "/karpathy"

    private func entries(isEncoderDecoder: Bool) -> [String: Entry] {
        switch self {
        case .standard: [:]
        case .blip2: BLIP2Protocol.entries(isEncoderDecoder: isEncoderDecoder)
        case .instructblip: InstructBLIPProtocol.entries
        case .instructblipPaper: InstructBLIPProtocol.fromPaper
        case .lmmsEval: LMMSEvalProtocol.entries
        }
    }

    private static let remarks = [
        "pictures go through the model folder's own processor: size and resampling are the checkpoint's"
    ]

    /// The tasks that the preset covers.
    package var tasks: [String] {
        self == .standard
            ? TaskList.names : entries(isEncoderDecoder: true).keys.filter { !$0.hasSuffix(Self.karpathy) }.sorted()
    }
}
