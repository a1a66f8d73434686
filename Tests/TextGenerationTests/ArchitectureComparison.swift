import Checkpoints
import NeuralLayers
import TensorEngine
import TestFixtures
import TextGeneration
import VisionLanguage

/// How far a model, alone or behind a bridge, is from what transformers computed on it.
struct ArchitectureComparison {
    /// Greatest absolute differences; 0 where there is nothing of the kind.
    private(set) var logits: Float = 0
    private(set) var hiddenStates: Float = 0
    private(set) var routerLogits: Float = 0
    /// Of logits computed token by token through the caches.
    private(set) var cached: Float = 0
    /// Of the logits behind greedy ids.
    private(set) var generated: Float = 0
    /// Whether the chosen experts are the same for every token; nil where they were not recorded.
    private(set) var choicesAreEqual: Bool?
    private(set) var greedyIsEqual = false
    private(set) var beamsAreEqual = false
    /// Whether transformers' two best choices lie so near that another choice is no fault.
    private(set) var isNearTie = false
    /// Whether what a token sees depends on how much is read at once, in transformers too: frequencies that change with the
    /// length, experts that take so many tokens of what is read.
    let dependsOnLength: Bool

    private let parity: ParityCase
    private let model: LanguageModel
    /// The picture's embeddings, `[queries, width]`.
    private let image: Tensor?
    private let imageTokenID: Int?

    init(_ parity: ParityCase, holding weights: WeightType = .auto) throws {
        self.parity = parity
        dependsOnLength = ["dynamic", "longrope", "overflow"].contains { parity.description.contains($0) }
        if parity.description.hasPrefix("text-") {
            model = try parity.languageModel(holding: weights)
            image = nil
            imageTokenID = nil
        } else {
            let whole = try parity.model(holding: weights)
            model = whole.decoder
            image = whole.imageEmbeddings(of: try parity.tensor("pixel_values"))[0]
            imageTokenID = whole.imageTokenID
        }
        try compareWhole()
        try compareCached()
        try compareGreedy()
        try compareBeams()
    }

    /// The ids of the prompt, pictures left out.
    private func prompt() throws -> [Int] { try parity.integers("input_ids")[0].filter { $0 != imageTokenID } }

    /// Every position at once.
    private mutating func compareWhole() throws {
        let ids = try parity.integers("input_ids")[0]
        let text = model.embeddings(of: ids.map { $0 == imageTokenID ? 0 : $0 })
        let positions = ids.indices.filter { ids[$0] == imageTokenID }
        let spliced = image.map { text.replacingRows(positions, with: $0) } ?? text
        let inputs = spliced.reshaped([1, ids.count, text.shape[1]])
        let answers = try parity.answers()
        let result = model.logits(inputs, answers: answers, recordsRouting: true)
        logits = difference(result.logits, try parity.tensor("logits"))
        for (layer, found) in result.routerLogits.enumerated() {
            try compareRouting(found, layer: layer)
        }
        try compareLayers(inputs, answers)
    }

    /// What each layer gets, and what each router chooses.
    private mutating func compareLayers(_ inputs: Tensor, _ answers: [[Int]]) throws {
        switch model {
        case .decoder(let decoder):
            var pass = DecoderPass.whole(batch: 1, sequence: inputs.shape[1])
            pass.hiddenStates = []
            pass.expertChoices = []
            _ = decoder.hiddenStates(inputs, pass: &pass)
            try compareStates(pass.hiddenStates ?? [], "hidden")
            try compareChoices(pass.expertChoices ?? [])
        case .encoderDecoder(let model):
            var recorder = DecoderPass(tokens: 0, after: [])
            recorder.hiddenStates = []
            recorder.expertChoices = []
            let context = model.context(of: model.encoded(inputs, pass: &recorder))
            try compareStates(recorder.hiddenStates ?? [], "encoder_hidden")
            var pass = DecoderPass.whole(batch: 1, sequence: answers[0].count)
            pass.hiddenStates = []
            pass.expertChoices = recorder.expertChoices
            let start = model.embeddings(of: answers[0]).reshaped([1, answers[0].count, model.embeddingWidth])
            _ = model.hiddenStates(start, contexts: [context], pass: &pass)
            try compareStates(pass.hiddenStates ?? [], "hidden")
            try compareChoices(pass.expertChoices ?? [])
        }
    }

    /// In any order for each token; −1 stands for a token that no expert took.
    private mutating func compareChoices(_ found: [[Int]]) throws {
        for (layer, choices) in found.enumerated() where parity.reference.entry(named: "choices_\(layer)") != nil {
            let expected = try parity.integers("choices_\(layer)")
            let perToken = choices.count / expected.count
            let isEqual = expected.enumerated().allSatisfy { token, wanted in
                wanted == [-1] || Set(wanted) == Set(choices[token * perToken..<(token + 1) * perToken])
            }
            choicesAreEqual = (choicesAreEqual ?? true) && isEqual
        }
    }

    private mutating func compareStates(_ states: [Tensor], _ name: String) throws {
        for (layer, state) in states.enumerated() where parity.reference.entry(named: "\(name)_\(layer)") != nil {
            hiddenStates = max(hiddenStates, difference(state, try parity.tensor("\(name)_\(layer)")))
        }
    }

    private mutating func compareRouting(_ found: Tensor, layer: Int) throws {
        guard parity.reference.entry(named: "router_logits_\(layer)") != nil else { return }
        let expected = try parity.tensor("router_logits_\(layer)")
        routerLogits = max(routerLogits, difference(found, expected))
    }

    /// Token by token.
    private mutating func compareCached() throws {
        let expected = try parity.tensor("logits").element(0)  // [sequence, vocabulary]
        let whole = model.textModel
        let prefix = whole.prefix(of: image.map { [$0] } ?? [])
        let prompt = try prompt()
        let isEncoderDecoder = model.isEncoderDecoder
        let rest = isEncoderDecoder ? Array(try parity.answers()[0].dropFirst()) : Array(prompt.dropFirst())
        var (state, row) = whole.begin(after: prefix, prompt: isEncoderDecoder ? prompt : [prompt[0]])
        let start = expected.shape[0] - rest.count - 1
        for index in 0...rest.count {
            cached = max(cached, difference(row, expected.element(start + index)))
            guard index < rest.count else { break }
            var states = [state]
            row = whole.advance(&states, by: [rest[index]]).element(0)
            state = states[0]
        }
    }

    private func generated(beams: Int, tokens: Int) throws -> TextGenerator.Sequence {
        var options = try GenerationOptions(folder: parity.folder, endTokens: [])
        options.maxTokens = tokens
        options.beams = beams
        var generator = SeededGenerator(seed: 0)
        let whole = model.textModel
        let pictures = try parity.integers("input_ids")[0].filter { $0 == imageTokenID }
        return TextGenerator(model: whole, options: options).generate(
            after: whole.prefix(of: image.map { [$0] } ?? []), prompt: try prompt(), context: pictures,
            using: &generator)[0]
    }

    /// What was written: the ids of a reference after what was read, up to and with the first end token.
    private func written(_ name: String) throws -> (ids: [Int], room: Int) {
        let start = model.isEncoderDecoder ? 1 : try parity.integers("input_ids")[0].count
        let new = Array(try parity.integers(name)[0].dropFirst(start))
        let ends = try GenerationOptions(folder: parity.folder, endTokens: []).endTokens
        return (new.firstIndex(where: ends.contains).map { Array(new[...$0]) } ?? new, new.count)
    }

    private mutating func compareGreedy() throws {
        let (expected, room) = try written("generated_ids")
        let made = try generated(beams: 1, tokens: room)
        let rows = try parity.tensor("generated_logits").element(0)  // [new, vocabulary]
        greedyIsEqual = made.ids == expected
        let same = zip(made.ids, expected).prefix { $0 == $1 }.count
        for index in 0..<same {
            let wanted = rows.element(index).logSoftmax().array[expected[index]]
            generated = max(generated, abs(made.logProbabilities[index] - wanted))
        }
        if !greedyIsEqual, same < rows.shape[0] {
            let order = rows.element(same).array.sorted(by: >)
            isNearTie = order[0] - order[1] < 1e-3
        }
    }

    private mutating func compareBeams() throws {
        // A reference ends with its longest sequence; the search was allowed more.
        let dimensions = try ConfigObject(path: parity.file("reference.json")).objectOrDefaults("dims")
        let tokens = min(8, try dimensions.integer("new_tokens", default: 8))
        beamsAreEqual = try generated(beams: 3, tokens: tokens).ids == written("beam3_ids").ids
    }
}
