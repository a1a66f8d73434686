import ArgumentParser
import LorgnetteKit

/// Benchmarks of our own parts at published shapes, random weights.
@main struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lorgnette-bench", abstract: "Times the parts of Lorgnette at published shapes, random weights.",
        discussion: """
            EXAMPLE
              lorgnette-bench vision --shape blip2-vit-g --dtype f32 --runs 5
              lorgnette-bench finetune -m DIR --train qformer --batch 32 --text-tokens 18 --labelled-tokens 8
              lorgnette-bench bridges --recipe fixtures/recipes/bridges.yaml --json
              lorgnette-bench features --recipe fixtures/recipes/bridges.yaml --set steps=52
              lorgnette-bench pretrain --batch 16 --precision bf16
              lorgnette-bench decode --shape granitemoe-1b-a400m --dtype bf16 --prompt-tokens 128 --new-tokens 32 --json
            """)

    /// What can be timed.
    enum Suite: String, ExpressibleByArgument, CaseIterable {
        case vision, prefill, decode, finetune, pretrain, preprocess, start, kernels, sparse, bridges, features
        case imageText = "image-text"
    }

    @Argument(
        help:
            "vision, prefill, decode, finetune, pretrain, preprocess, start, kernels, sparse, bridges, features or image-text."
    )
    var suite: Suite
    @Option(help: ArgumentHelp("A published shape by name; a wrong one lists them.", valueName: "name")) var shape:
        String?
    @Option(help: "How weights are held: f32, bf16, q8_0 or q4_0.") var dtype = "f32"
    @Option(help: ArgumentHelp("Threads to compute on.", valueName: "n")) var threads: Int?
    @Option(help: ArgumentHelp("Pictures, or sequences, at a time.", valueName: "n")) var batch = 1
    @Option(help: ArgumentHelp("Tokens of the prompt.", valueName: "n")) var promptTokens = 128
    @Option(help: ArgumentHelp("Tokens to generate.", valueName: "n")) var newTokens = 32
    @Option(help: ArgumentHelp("What finetune trains: projection, qformer or vision.", valueName: "part"))
    var train: String = "qformer"
    @Option(
        help:
            "What products with weights round to in finetune and pretrain: f32, or bf16 where the processor is made for it."
    )
    var precision: String = "f32"
    @Option(help: ArgumentHelp("Text tokens a picture, for finetune.", valueName: "n")) var textTokens = 32
    @Option(help: ArgumentHelp("How many of them, the last, count in the loss; all unless said.", valueName: "n"))
    var labelledTokens: Int?
    @Option(help: ArgumentHelp("Measured runs after one warm-up.", valueName: "n")) var runs = 5
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Model folder, for start, image-text, finetune and pretrain.", valueName: "dir"))
    var model: String?
    @Option(help: ArgumentHelp("A recipe of finetune, for bridges and features.", valueName: "file"))
    var recipe: String?
    @Option(help: ArgumentHelp("A key of that recipe; may repeat.", valueName: "key.path=value")) var set: [String] = []
    @Option(help: ArgumentHelp("Which bridges alone; may repeat.", valueName: "name")) var only: [String] = []
    @Option(help: ArgumentHelp("Picture, for start, image-text and preprocess.", valueName: "file")) var image: String?
    @Option(help: ArgumentHelp("A peer's line of JSON with losses, for pretrain: both are drawn.", valueName: "file"))
    var beside: String?
    @Option(help: ArgumentHelp("Where to draw them.", valueName: "file")) var plot = "losses.svg"
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws {
        if [runs, batch, promptTokens, newTokens, textTokens, labelledTokens ?? 1].contains(where: { $0 < 1 }) {
            throw ValidationError("counts must be at least 1")
        }
        if let labelledTokens, labelledTokens > textTokens {
            throw ValidationError("--labelled-tokens must be at most --text-tokens")
        }
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    }

    func run() throws {
        if let threads { Lorgnette.setThreads(threads) }
        let measured: [Measurement] =
            switch suite {
            case .vision: try VisionSuite(self).run()
            case .prefill: try DecoderSuite(self).prefill()
            case .decode: try DecoderSuite(self).decode()
            case .finetune: try FinetuneSuite(self).run()
            case .pretrain: try PretrainSuite(self).run()
            case .preprocess: try PictureSuite(self).preprocess()
            case .start: try PictureSuite(self).start()
            case .imageText: try PictureSuite(self).imageText()
            case .kernels: try KernelSuite(self).run()
            case .sparse: try SparseSuite(self).run()
            case .bridges: try BridgeSuite(self).run()
            case .features: try FeatureSuite(self).run()
            }
        for measurement in measured { print(json ? measurement.json : measurement.line) }
    }
}
