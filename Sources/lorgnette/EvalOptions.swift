import ArgumentParser
import ModelEvaluation

/// What is evaluated, and how.
struct EvalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Tasks, separated by commas; --list names them.", valueName: "a,b")) var tasks: String?
    @Option(help: ArgumentHelp("The folder with the tasks' files, or the one file.", valueName: "path"))
    var data: String?
    @Option(help: ArgumentHelp("The folder of pictures, where it is not within --data.", valueName: "dir"))
    var images: String?
    @Option(help: ArgumentHelp("The split, where files hold several.", valueName: "name")) var split: String?
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder of the run.", valueName: "dir"))
    var output: String?
    @Option(help: ArgumentHelp("The first n examples of each task.", valueName: "n")) var limit: Int?
    @Option(help: ArgumentHelp("One of n parts of the run, for eval merge.", valueName: "k/n")) var shard: String?
    @Option(
        help: ArgumentHelp(
            "Beside each answer: blind, shuffled (separated by commas), all or none.", valueName: "names"))
    var baselines = "all"
    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp(
            "Settings as published: default, blip2, instructblip, instructblip-paper, lmms-eval.", valueName: "name"))
    var preset = "default"
    @Option(help: ArgumentHelp("The metric's variant; --list names them.", valueName: "name")) var variant: String?
    @Option(help: ArgumentHelp("How answers are found: generate or rank.", valueName: "how")) var answers: String?
    @Option(
        name: .customLong("normalise"),
        help: ArgumentHelp(
            "Ranked choices are compared by: sum, tokens, characters, bytes, mutual-information.", valueName: "how"))
    var normalisation: String?
    @Option(
        help: ArgumentHelp(
            "Models that compare pictures with texts rank by: contrast (ITC) or match (ITM).", valueName: "which"))
    var heads = "contrast"
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The prompt of questions, with {question} and other slots.", valueName: "text"))
    var prompt: String?
    @Option(help: ArgumentHelp("The prompt of captions.", valueName: "text")) var captionPrompt: String?
    @Option(
        help: ArgumentHelp(
            "Confidence of a written answer: calibrated (by the model; without that, sum), or exp of the sum or mean.",
            valueName: "how"))
    var confidence: String?
    @Option(
        help: ArgumentHelp(
            "Take something away, to see what the score is worth: queries (what the bridge reads becomes zero).",
            valueName: "what"))
    var ablate: String?
    @Option(help: ArgumentHelp("Solved examples before each question.", valueName: "k")) var shots = 0
    @Option(help: ArgumentHelp("Which: fixed, fresh or nearest.", valueName: "how")) var shotSelection = "fixed"
    @Option(help: ArgumentHelp("The split that they come from.", valueName: "name")) var shotSplit: String?
    @Option(help: ArgumentHelp("Where they come from, if not --data.", valueName: "path")) var shotData: String?
    @Option(help: ArgumentHelp("The folder of their pictures, if not within --shot-data.", valueName: "dir"))
    var shotImages: String?
    @Option(help: ArgumentHelp("Examples at a time; scores do not depend on it.", valueName: "n")) var batch = 16
    @Option(help: ArgumentHelp("Perplexity: tokens in a window (default: the context).", valueName: "n"))
    var window: Int?

    func validate() throws {
        func check(_ isGood: Bool, _ message: String) throws { if !isGood { throw ValidationError(message) } }
        try check((limit ?? 1) >= 1, "--limit must be at least 1")
        try check((1...4096).contains(batch), "--batch must be from 1 to 4096")
        try check((0...64).contains(shots), "--shots must be from 0 to 64")
        try check((window ?? 2) >= 2, "--window must be at least 2")
        try check(["generate", "rank", nil].contains(answers), "--answers is generate or rank")
        try check(
            normalisation.map { ChoiceRanking.Normalisation(rawValue: $0) != nil } ?? true,
            "--normalise is one of "
                + ChoiceRanking.Normalisation.allCases.map(\.rawValue).joined(separator: ", "))
        try check(
            confidence.map { TaskProtocol.Confidence(rawValue: $0) != nil } ?? true,
            "--confidence is calibrated, sum or mean")
        try check(ComparingModel.Comparison(rawValue: heads) != nil, "--heads is contrast or match")
        try check(ablate.map { FolderModel.Ablation(rawValue: $0) != nil } ?? true, "--ablate is queries")
        try check(
            FewShot.Selection(rawValue: shotSelection) != nil, "--shot-selection is fixed, fresh or nearest")
        try check(
            shots == 0 || shotSplit != nil || shotData != nil,
            "--shots wants --shot-split or --shot-data: demonstrations never come from what is scored")
        _ = try selection()
        _ = try chosenBaselines()
    }

    /// Which examples.
    func selection() throws -> ExampleSelection {
        var selection = ExampleSelection()
        selection.limit = limit
        if let shard {
            guard let part = ExampleSelection.Shard(text: shard) else {
                throw ValidationError("--shard is k/n, k from 1 to n, 2/8 for instance")
            }
            selection.shard = part
        }
        return selection
    }

    /// Which baselines.
    func chosenBaselines() throws -> Set<ComputedBaseline> {
        switch baselines {
        case "all": return [.blind, .shuffled]
        case "none": return []
        default:
            return try Set(
                baselines.split(separator: ",").map { name in
                    guard let baseline = ComputedBaseline(rawValue: String(name)) else {
                        throw ValidationError("--baselines is all, none, or of blind and shuffled")
                    }
                    return baseline
                })
        }
    }
}
