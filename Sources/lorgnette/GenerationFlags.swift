import ArgumentParser
import LorgnetteKit
import TextGeneration

/// How text is generated; what is not given is as the model's folder says, else greedy.
struct GenerationFlags: ParsableArguments {
    @Option(help: ArgumentHelp("At most this many new tokens.", valueName: "n")) var maxTokens: Int?
    @Option(help: ArgumentHelp("At least this many new tokens.", valueName: "n")) var minTokens: Int?
    @Option(help: ArgumentHelp("Beams of beam search.", valueName: "n")) var beams: Int?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Exponent of the length in a beam's score.", valueName: "x"))
    var lengthPenalty: Float?
    @Option(help: ArgumentHelp("Divide logits of tokens that occurred.", valueName: "x")) var repetitionPenalty: Float?
    @Option(help: ArgumentHelp("No n tokens in a row occur twice.", valueName: "n")) var noRepeatNgram: Int?
    @Option(help: ArgumentHelp("Draw tokens, logits divided by this; 0 is greedy.", valueName: "x"))
    var temperature: Float?
    @Option(help: ArgumentHelp("Draw from the k likeliest tokens.", valueName: "k")) var topK: Int?
    @Option(help: ArgumentHelp("Draw from the likeliest tokens that reach p together.", valueName: "p")) var topP:
        Float?
    @Option(help: ArgumentHelp("Draw from tokens at least p times as likely as the likeliest.", valueName: "p"))
    var minP: Float?
    @Option(help: ArgumentHelp("Texts a picture: drawn, or the best beams.", valueName: "n")) var numCaptions: Int?

    func validate() throws {
        func check(_ isGood: Bool, _ message: String) throws { if !isGood { throw ValidationError(message) } }
        try check((maxTokens ?? 1) >= 1, "--max-tokens must be at least 1")
        try check((minTokens ?? 0) >= 0, "--min-tokens must not be negative")
        try check(
            (1...GenerationOptions.beamLimit).contains(beams ?? 1),
            "--beams must be from 1 to \(GenerationOptions.beamLimit)")
        try check((lengthPenalty ?? 1).isFinite, "--length-penalty must be a number")
        try check(
            (repetitionPenalty ?? 1) > 0 && (repetitionPenalty ?? 1).isFinite,
            "--repetition-penalty must be greater than 0")
        try check((noRepeatNgram ?? 0) >= 0, "--no-repeat-ngram must not be negative")
        try check((temperature ?? 0) >= 0 && (temperature ?? 0).isFinite, "--temperature must not be negative")
        try check((topK ?? 0) >= 0, "--top-k must not be negative")
        try check((topP ?? 1) > 0 && (topP ?? 1) <= 1, "--top-p must be greater than 0 and at most 1")
        try check((minP ?? 0) >= 0 && (minP ?? 0) < 1, "--min-p must be at least 0 and less than 1")
        try check(
            (1...GenerationOptions.sequenceLimit).contains(numCaptions ?? 1),
            "--num-captions must be from 1 to \(GenerationOptions.sequenceLimit)")
        let draws = isDrawing ?? false
        try check(
            !(draws && (beams ?? 1) > 1),
            "--beams searches, --temperature, --top-k, --top-p and --min-p draw: choose one")
    }

    /// Whether the flags ask for drawing; nil where they leave it open.
    private var isDrawing: Bool? {
        if temperature == 0 { return false }
        if temperature != nil || topK != nil || topP != nil || minP != nil { return true }
        return beams == nil ? nil : false
    }

    /// The options that the flags make of the model's own.
    /// - Throws: `ValidationError` where together they cannot be met.
    func options(over defaults: GenerationOptions) throws -> GenerationOptions {
        var options = defaults
        options.maxTokens = maxTokens ?? options.maxTokens
        options.minTokens = minTokens ?? options.minTokens
        options.beams = beams ?? options.beams
        options.lengthPenalty = lengthPenalty ?? options.lengthPenalty
        options.repetitionPenalty = repetitionPenalty ?? options.repetitionPenalty
        options.noRepeatNgram = noRepeatNgram ?? options.noRepeatNgram
        options.samples = isDrawing ?? options.samples
        if options.samples { options.beams = 1 }
        if let temperature, temperature > 0 { options.temperature = temperature }
        options.topK = topK ?? options.topK
        options.topP = topP ?? options.topP
        options.minP = minP ?? options.minP
        options.sequences = numCaptions ?? options.sequences
        if let count = numCaptions, !options.samples, options.beams < count {
            throw ValidationError("--num-captions \(count) wants as many --beams, or drawing (--temperature)")
        }
        return options
    }
}
