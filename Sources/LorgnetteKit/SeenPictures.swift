import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// Pictures that the model has looked at: the part of the work that depends on them alone is done.
public struct SeenPictures: Sendable {
    let lorgnette: Lorgnette
    /// Of each picture, in the order of the prompt.
    private let features: [ImageFeatures]
    /// What every prompt goes on from; nil where the bridge reads the prompt too.
    private let promptless: ContextPrefix?
    /// Of each picture, how it stands to those that the model learned from; none where the model does not say.
    private let standings: [PictureStanding]

    /// Pictures of which the vision encoder made `features`.
    init(lorgnette: Lorgnette, features: [ImageFeatures]) {
        self.lorgnette = lorgnette
        self.features = features
        let readsPrompt = lorgnette.folder.bridgeTokenizer != nil
        standings = features.compactMap { lorgnette.folder.confidence?.standing(of: $0) }
        promptless = readsPrompt ? nil : Self.prefix(of: features, in: lorgnette.folder.model, instruction: nil)
    }

    private static func prefix(
        of features: [ImageFeatures], in model: VisionLanguageModel, instruction: BridgeText?
    ) -> ContextPrefix {
        let embeddings = features.map { features in
            model.embeddings(of: model.queryTokens(of: features, instruction: instruction))[0]
        }
        return model.textModel.prefix(of: embeddings)
    }

    /// What the pictures contribute to an answer to `prompt`.
    private func prefix(for prompt: String?) throws(LorgnetteError) -> ContextPrefix {
        if let promptless { return promptless }
        let instruction: BridgeText?
        do { instruction = try lorgnette.folder.instruction(prompt) } catch { throw LorgnetteError(error) }
        return Self.prefix(of: features, in: lorgnette.folder.model, instruction: instruction)
    }

    /// A caption: the picture after the model's caption prompt, or `prompt`.
    public func caption(prompt: String? = nil, options: GenerationOptions? = nil, seed: UInt64 = 0)
        throws(LorgnetteError)
        -> GeneratedText
    {
        try generate(after: prompt ?? lorgnette.folder.prompts.caption, options: options, seed: seed)[0]
    }

    /// The answer to a question, asked in the model's own form.
    public func ask(_ question: String, options: GenerationOptions? = nil, seed: UInt64 = 0) throws(LorgnetteError)
        -> GeneratedText
    {
        try generate(after: lorgnette.folder.prompts.ask(question), options: options, seed: seed)[0]
    }

    /// Texts that go on from `prompt` (nil for none): `options.sequences` of them, best first where they are searched.
    ///
    /// - Parameter onText: called with each new piece of the first text as it is made (of a searched one, which is known
    ///   only at its end, once); return false to stop. The pieces joined are the text.
    public func generate(
        after prompt: String?, options: GenerationOptions? = nil, seed: UInt64 = 0,
        onText: (String) -> Bool = { _ in true }
    ) throws(LorgnetteError) -> [GeneratedText] {
        try generate(after: prompt, isLaidOut: false, options: options, seed: seed, onText: onText)
    }

    /// The same after a prompt that may hold its special tokens already (`isLaidOut`), as chat templates write them.
    func generate(
        after prompt: String?, isLaidOut: Bool, options: GenerationOptions?, seed: UInt64,
        onText: (String) -> Bool
    ) throws(LorgnetteError) -> [GeneratedText] {
        let ids = try promptIDs(prompt, isLaidOut: isLaidOut)
        let prefix = try prefix(for: prompt)
        var options = options ?? lorgnette.defaults
        if let room = lorgnette.folder.room(after: imageIDs.count + ids.count) {
            options.maxTokens = min(options.maxTokens, room)
        }
        var generator = SeededGenerator(seed: seed)
        let tokenizer = lorgnette.folder.tokenizer
        var stream = TextStream(tokenizer: tokenizer)
        var goesOn = true
        let sequences = TextGenerator(model: lorgnette.folder.model.textModel, options: options).generate(
            after: prefix, prompt: ids, context: imageIDs, using: &generator
        ) { token in
            let piece = stream.append(token)
            goesOn = piece.isEmpty || onText(piece)
            return goesOn
        }
        let texts = sequences.map { sequence in
            GeneratedText(
                text: tokenizer.decode(sequence.ids, skippingSpecialTokens: true).trimmed, tokenIDs: sequence.ids,
                logProbabilities: sequence.logProbabilities,
                confidence: confidence(in: sequence.logProbabilities, after: prompt))
        }
        if goesOn, let first = texts.first {
            let rest = stream.rest(of: first.text)
            if !rest.isEmpty { _ = onText(rest) }
        }
        return texts
    }

    /// The probability that what was written after `prompt` is right; nil where the model carries no calibration.
    private func confidence(in logProbabilities: [Float], after prompt: String?) -> Double? {
        lorgnette.folder.confidence?.confidence(
            logProbabilities: logProbabilities.map(Double.init), isCaption: prompt == lorgnette.folder.prompts.caption,
            standings: standings)
    }

    /// The log-probability of each token of `text`, read after `prompt` with a space before it.
    public func score(_ text: String, after prompt: String?) throws(LorgnetteError) -> GeneratedText {
        let ids = try promptIDs(prompt)
        let continuation: [Int]
        do { continuation = try lorgnette.folder.continuationIDs(text) } catch { throw LorgnetteError(error) }
        try requireRoom(for: imageIDs.count + ids.count + continuation.count)
        guard !continuation.isEmpty else { return GeneratedText(text: text, tokenIDs: [], logProbabilities: []) }
        let prefix = try prefix(for: prompt)
        let logits = lorgnette.folder.model.textModel.logits(after: prefix, prompt: ids, continuation: continuation)
        let probabilities = continuation.enumerated().map { index, id in
            TextGenerator.logProbability(of: id, in: logits.element(index).array)
        }
        return GeneratedText(text: text, tokenIDs: continuation, logProbabilities: probabilities)
    }

    /// The prompt that `ask` makes of a question.
    public func prompt(asking question: String) -> String { lorgnette.folder.prompts.ask(question) }

    /// What stands for the pictures among the ids, for penalties that look at them.
    private var imageIDs: [Int] {
        Array(
            repeating: lorgnette.folder.model.imageTokenID ?? -1, count: features.count * lorgnette.folder.model.queries
        )
    }

    private func promptIDs(_ prompt: String?, isLaidOut: Bool = false) throws(LorgnetteError) -> [Int] {
        let ids: [Int]
        do { ids = try lorgnette.folder.promptIDs(prompt, isLaidOut: isLaidOut) } catch { throw LorgnetteError(error) }
        try requireRoom(for: imageIDs.count + ids.count + 1)
        return ids
    }

    /// Throws where the model's context is shorter than `tokens`.
    private func requireRoom(for tokens: Int) throws(LorgnetteError) {
        guard let room = lorgnette.folder.room(after: tokens), room < 0 else { return }
        throw LorgnetteError(.promptTooLong(tokens: tokens, limit: tokens + room))
    }
}

extension String {
    /// Without blanks and line ends at either end, as Python's `strip()`.
    var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
