import Checkpoints
import JSONText

extension GenerationOptions {
    /// The options of a model folder: its `generation_config.json` where there is one, over greedy decoding of 30 tokens.
    ///
    /// - Parameters:
    ///   - folder: the model folder.
    ///   - endTokens: ends of a sequence where the file names none (the text config's).
    /// - Throws: `ConfigError` where the file is there and damaged.
    package init(folder: String, endTokens: Set<Int>) throws(ConfigError) {
        self.init()
        self.endTokens = endTokens
        let config: ConfigObject
        do { config = try ConfigObject(path: folder + "/generation_config.json") } catch {
            if error.problem == .missingFile { return }
            throw error
        }
        if let ends = try config.optionalIntegers("eos_token_id") { self.endTokens = Set(ends) }
        maxTokens = try config.integer("max_new_tokens", default: maxTokens)
        minTokens = try config.integer("min_new_tokens", default: minTokens, minimum: 0)
        samples = try config.bool("do_sample", default: samples)
        temperature = Float(try config.number("temperature", default: 1))
        topK = try config.integer("top_k", default: samples ? 50 : 0, minimum: 0)
        topP = Float(try config.number("top_p", default: 1))
        minP = Float(try config.number("min_p", default: 0))
        repetitionPenalty = Float(try config.number("repetition_penalty", default: 1))
        noRepeatNgram = try config.integer("no_repeat_ngram_size", default: 0, minimum: 0)
        beams = try config.integer("num_beams", default: 1)
        lengthPenalty = Float(try config.number("length_penalty", default: 1))
        sequences = try config.integer("num_return_sequences", default: 1)
        switch config.value("early_stopping") {
        case .bool(true): earlyStopping = .whenFinished
        case .string("never"): earlyStopping = .never
        default: earlyStopping = .heuristic
        }
        try config.require(beams <= Self.beamLimit, "num_beams", "at most \(Self.beamLimit)")
        try config.require(sequences <= Self.sequenceLimit, "num_return_sequences", "at most \(Self.sequenceLimit)")
        try config.require(
            samples || sequences <= beams, "num_return_sequences", "at most num_beams, or do_sample true")
        try config.require(minP >= 0 && minP <= 1, "min_p", "from 0 to 1")
        try config.require(temperature > 0, "temperature", "greater than 0")
        try config.require(repetitionPenalty > 0, "repetition_penalty", "greater than 0")
        try config.require(topP > 0 && topP <= 1, "top_p", "greater than 0 and at most 1")
    }
}
