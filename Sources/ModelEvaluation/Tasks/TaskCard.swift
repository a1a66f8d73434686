/// What a task is: what `eval --list` prints.
package struct TaskCard: Sendable, Equatable {
    /// Which of its files a task reads.
    package enum FileChoice: String, Sendable {
        /// One: the first that is there.
        case first = "the first there is of"
        /// Each of them.
        case all = "all of"
        /// Those that are there.
        case present = "those there are of"
    }

    /// What `--tasks` calls it.
    package let name: String
    /// What people call it.
    package let title: String
    /// The files that it wants in the folder, as published.
    package let files: [String]
    /// Which of them it reads.
    package let fileChoice: FileChoice
    /// Where they come from.
    package let source: String
    /// Under which terms; uncertain ones are marked so.
    package let licence: String
    /// The metric that stands for the task.
    package let metric: String
    /// Variants of the metric; the first is the default.
    package let variants: [String]
    /// What a question of the task looks like to the model.
    package let prompt: PromptForm
    /// The same where a closed question is answered in writing, with the options and their letters.
    package let writtenPrompt: PromptForm?
    /// Whether answers are ranked where the command does not say.
    package let ranks: Bool
    /// Whether questions have choices, so that answers can be ranked where the command says so.
    package let isClosed: Bool
    /// Whether the task is about scores of given texts, so that nothing can be written.
    package let isRankedOnly: Bool
    /// The category whose most frequent reference the majority baseline answers with.
    package let majorityBy: String?

    /// A card.
    package init(
        name: String, title: String, files: [String], fileChoice: FileChoice = .first, source: String,
        licence: String, metric: String, variants: [String] = ["default"], prompt: PromptForm,
        writtenPrompt: PromptForm? = nil, ranks: Bool = false, isClosed: Bool = false, isRankedOnly: Bool = false,
        majorityBy: String? = nil
    ) {
        self.name = name
        self.title = title
        self.files = files
        self.fileChoice = fileChoice
        self.source = source
        self.licence = licence
        self.metric = metric
        self.variants = variants
        self.prompt = prompt
        self.writtenPrompt = writtenPrompt
        self.ranks = ranks
        self.isClosed = isClosed || ranks
        self.isRankedOnly = isRankedOnly
        self.majorityBy = majorityBy
    }
}
