import Checkpoints
import NeuralLayers
import TensorEngine

extension LorgnetteDecoderConfiguration: LanguageModelConfiguration {
    package var embeddingWidth: Int { width }

    package var inactiveParametersPerToken: Int { cost.inactiveParameters }

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(LorgnetteDecoder(self, in: scope))
    }

    /// The choices that a config of `model_type` `lorgnette_decoder` gives; what does not fit together is refused with the
    /// reason.
    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        vocabularySize = try config.integer("vocab_size", default: vocabularySize)
        width = try config.integer("hidden_size", default: width)
        hidden = try config.integer("intermediate_size", default: 4 * width)
        layers = try config.layerCount("num_hidden_layers", default: layers)
        heads = try config.integer("num_attention_heads", default: heads)
        keyValueHeads = try config.integer("num_key_value_heads", default: heads)
        headWidth = try config.integer("head_dim", default: max(1, width / heads))
        try config.require(
            heads <= ConfigObject.sizeLimit / headWidth, "head_dim", "such that all heads together are a sane width")
        trainingLength = try config.integer("max_position_embeddings", default: trainingLength)
        epsilon = try config.number("rms_norm_eps", default: epsilon)
        tableDeviation = try config.number("initializer_range", default: tableDeviation)
        tiesEmbeddings = try config.bool("tie_word_embeddings", default: tiesEmbeddings)
        activation = try config.choice("hidden_act", default: activation)
        mask = try config.choice("attention_mask", default: mask)
        positions = try config.choice("position_embedding_type", default: positions)
        rotaryBase = try config.number("rope_theta", default: rotaryBase)
        decayDistance = try config.number("xpos_scale_base", default: decayDistance)
        sparsity = try SparsityRules.read(config, width: width)
        try readExperts(config)
        try readBase(config)
        try check(config)
    }

    private mutating func readExperts(_ config: ConfigObject) throws(ConfigError) {
        guard let object = try config.optionalObject("experts") else { return }
        experts = try RoutingRules.read(object, mask: mask)
        expertHidden = try object.integer("intermediate_size", default: hidden)
        sharedHidden = try object.integer("shared_intermediate_size", default: 0, minimum: 0)
        expertsEvery = try object.integer("every", default: 1)
        try object.require(
            expertsEvery <= layers, "every", "at most num_hidden_layers \(layers), or no layer has experts")
        let count = layers / expertsEvery * (experts?.experts ?? 0)
        try object.require(count <= 65_536, "count", "such that all layers together have at most 65536 experts")
    }

    private mutating func readBase(_ config: ConfigObject) throws(ConfigError) {
        guard let object = try config.optionalObject("parametrization") else { return }
        let type = try object.string("type", default: "standard")
        if type == "standard" { return }
        guard type == "mup" else { throw object.unsupported("type", found: type, supported: ["standard", "mup"]) }
        let baseWidth = try object.integer("base_hidden_size", default: 0, minimum: 1)
        try object.require(baseWidth > 0, "base_hidden_size", "the hidden_size of the model that was tuned")
        /// A size of the base model: given, or in proportion to the width.
        func size(_ key: String, of length: Int) throws(ConfigError) -> Int {
            let proportional = length * baseWidth / width
            let found = try object.integer(key, default: proportional, minimum: 1)
            try object.require(
                object.value(key) != nil || proportional * width == length * baseWidth, key,
                "given: \(length) times base_hidden_size/hidden_size \(baseWidth)/\(width) is no whole number")
            return found
        }
        base = BaseSizes(
            width: baseWidth, hidden: try size("base_intermediate_size", of: hidden),
            headWidth: try object.integer("base_head_dim", default: headWidth),
            queryWidth: try size("base_query_size", of: heads * headWidth),
            keyWidth: try size("base_key_size", of: keyValueHeads * headWidth),
            expertHidden: try experts == nil ? 1 : size("base_expert_intermediate_size", of: expertHidden),
            sharedHidden: try sharedHidden == 0 ? 1 : size("base_shared_intermediate_size", of: sharedHidden),
            outputMultiplier: try object.number("output_multiplier", default: 1))
    }

    /// What the sizes must be to each other.
    private func check(_ config: ConfigObject) throws(ConfigError) {
        try config.require(headWidth % 2 == 0, "head_dim", "even: positions rotate pairs")
        try config.require(
            heads % keyValueHeads == 0, "num_key_value_heads", "a divisor of num_attention_heads \(heads)")
        try config.require(epsilon > 0, "rms_norm_eps", "greater than 0")
        try config.require(tableDeviation > 0, "initializer_range", "greater than 0")
        try config.require(rotaryBase > 1, "rope_theta", "greater than 1")
        try config.require(
            decayDistance > 0 && decayDistance <= 1e6, "xpos_scale_base", "greater than 0, at most 1000000")
        if positions == .xpos {
            try config.require(
                trainingLength % 2 == 0, "max_position_embeddings",
                "even under xpos: beyond it attention goes by blocks of its half")
            try config.require(
                (contextReach ?? 0) > trainingLength, "xpos_scale_base",
                "greater: float32 holds the decay over \(contextReach ?? 0) tokens, fewer than max_position_embeddings")
        }
        guard let sparsity else { return }
        try config.require(
            activation == .relu, "hidden_act",
            "relu where there is sparsity: the units that are not chosen must be zero")
        let sizes =
            [("intermediate_size", hidden), ("experts.intermediate_size", expertHidden)]
            + [("experts.shared_intermediate_size", sharedHidden)]
            + [("parametrization.base_intermediate_size", base?.hidden ?? 0)]
            + [("parametrization.base_expert_intermediate_size", base?.expertHidden ?? 0)]
            + [("parametrization.base_shared_intermediate_size", base?.sharedHidden ?? 0)]
        let used = sizes.filter { experts != nil || !($0.0.contains("expert") || $0.0.contains("shared")) }
        for (key, size) in used where !(key.contains("shared") && sharedHidden == 0) {
            try config.require(
                size % sparsity.block == 0, key, "a multiple of sparsity.block_size \(sparsity.block), not \(size)")
        }
    }

    /// Tokens that float32 holds xPos's factors for.
    private var contextReach: Int? {
        guard case .extrapolated(let positions) = encoding else { return nil }
        return positions.centre + positions.reach
    }

    /// Names of our own checkpoints are the layers' paths.
    package func rules(prefix: String) -> [CheckpointRule] {
        tiesEmbeddings
            ? [.ignore(NamePattern("\(prefix)lm_head.weight"), because: "the head is the embedding table")] : []
    }
}

extension SparsityRules {
    /// The `sparsity` of a config; nil where there is none.
    static func read(_ config: ConfigObject, width: Int) throws(ConfigError) -> SparsityRules? {
        guard let object = try config.optionalObject("sparsity") else { return nil }
        let block = try object.integer("block_size", default: 16, minimum: 2)
        var rules = SparsityRules(
            block: block, rank: try object.integer("controller_rank", default: max(16, width / block)))
        rules.temperature = try object.number("temperature", default: rules.temperature)
        rules.hardRate = try object.number("hard_rate", default: rules.hardRate)
        try object.require(rules.temperature > 0, "temperature", "greater than 0: without noise units die")
        try object.require((0...1).contains(rules.hardRate), "hard_rate", "from 0 to 1")
        return rules
    }
}

extension ConfigObject {
    /// The choice under `key`, by its spelling in the file.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default fallback: Choice
    ) throws(ConfigError) -> Choice where Choice.RawValue == String {
        guard let name = try optionalString(key) else { return fallback }
        guard let choice = Choice(rawValue: name) else {
            throw unsupported(key, found: name, supported: Choice.allCases.map(\.rawValue))
        }
        return choice
    }
}
