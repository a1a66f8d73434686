import Checkpoints
import JSONText
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

@Suite struct LorgnetteConfigurationTests {
    private func read(_ members: String) throws -> LorgnetteDecoderConfiguration {
        let text = "{\"model_type\": \"lorgnette_decoder\"\(members.isEmpty ? "" : ", ")\(members)}"
        let kind = try LanguageModelKind(ConfigObject(bytes: Array(text.utf8), file: "config.json"))
        return try #require(kind.configuration as? LorgnetteDecoderConfiguration)
    }

    @Test(arguments: DecoderGrid.all) func `what is written is read again`(grid: DecoderGrid) throws {
        let text = grid.configuration.json(with: [("bos_token_id", .integer(3))]).text
        let config = try ConfigObject(bytes: Array(text.utf8), file: "config.json")

        #expect(try LorgnetteDecoderConfiguration(config) == grid.configuration)
        #expect(try config.optionalInteger("bos_token_id") == 3)
    }

    @Test func `a capacity, groups and every other rule are read again`() throws {
        var configuration = DecoderGrid.small
        var rules = RoutingRules(.topK, experts: 6, perToken: 3)
        (rules.capacityFactor, rules.minimumCapacity, rules.groupTokens) = (1.25, 2, 64)
        (rules.jitter, rules.balance, rules.z, rules.normalises) = (0.01, 0.02, 0.003, true)
        (rules.biasStep, rules.outputScale, rules.secondThreshold) = (0.002, 2.5, 0.1)
        configuration.experts = rules
        configuration.expertHidden = 48
        configuration.rotaryBase = 5_000
        configuration.decayDistance = 256

        let text = configuration.json().text
        let again = try LorgnetteDecoderConfiguration(ConfigObject(bytes: Array(text.utf8), file: "config.json"))

        #expect(again == configuration)
    }

    @Test func `defaults are those of a small dense decoder`() throws {
        #expect(try read("") == LorgnetteDecoderConfiguration())
        #expect(try read("\"hidden_size\": 128").hidden == 512)
        #expect(
            try read("\"hidden_size\": 128, \"hidden_act\": \"relu\", \"sparsity\": {}").sparsity
                == SparsityRules(block: 16, rank: 16))
    }

    @Test func `base sizes follow the width where they are not given`() throws {
        let read = try read(
            """
            "hidden_size": 256, "num_attention_heads": 8, "num_key_value_heads": 2,
            "parametrization": {"type": "mup", "base_hidden_size": 64}
            """)

        #expect(read.base?.hidden == 256 && read.base?.queryWidth == 64 && read.base?.keyWidth == 16)
        #expect(read.base?.headWidth == 32)
    }

    /// What does not fit together, where that is told, and a word of the reason.
    private static let refusals: [(members: String, key: String, reason: String)] = [
        ("\"hidden_act\": \"tanh\"", "hidden_act", "swiglu"),
        ("\"sparsity\": {}", "hidden_act", "relu where there is sparsity"),
        ("\"hidden_act\": \"relu\", \"sparsity\": {\"block_size\": 1}", "sparsity.block_size", "2"),
        ("\"hidden_act\": \"relu\", \"sparsity\": {\"block_size\": 48}", "intermediate_size", "multiple"),
        ("\"hidden_act\": \"relu\", \"sparsity\": {\"temperature\": 0}", "sparsity.temperature", "units die"),
        ("\"hidden_act\": \"relu\", \"sparsity\": {\"hard_rate\": 1.5}", "sparsity.hard_rate", "0 to 1"),
        (
            "\"hidden_act\": \"relu\", \"sparsity\": {}, \"experts\": {\"intermediate_size\": 100}",
            "experts.intermediate_size", "multiple"
        ),
        ("\"experts\": {\"routing\": \"expert_choice\"}", "experts.routing", "not yet written"),
        ("\"experts\": {\"routing\": \"random\"}", "experts.routing", "bias_balanced"),
        ("\"experts\": {\"count\": 2, \"per_token\": 3}", "experts.per_token", "at most"),
        ("\"experts\": {\"routing\": \"switch\", \"per_token\": 2}", "experts.per_token", "1"),
        (
            "\"experts\": {\"routing\": \"switch\", \"norm_topk_prob\": true}", "experts.norm_topk_prob",
            "learns nothing"
        ),
        ("\"experts\": {\"per_token\": 1, \"norm_topk_prob\": true}", "experts.norm_topk_prob", "learns nothing"),
        ("\"experts\": {\"routing\": \"top_2\", \"per_token\": 3}", "experts.per_token", "2"),
        ("\"experts\": {\"routing\": \"top_2\", \"norm_topk_prob\": false}", "experts.norm_topk_prob", "true"),
        (
            "\"experts\": {\"routing\": \"bias_balanced\", \"capacity_factor\": 1.25}", "experts.capacity_factor",
            "drops no token"
        ),
        (
            "\"attention_mask\": \"prefix\", \"experts\": {\"capacity_factor\": 1.25}", "experts.capacity_factor",
            "prefix mask"
        ),
        ("\"experts\": {\"capacity_factor\": 0}", "experts.capacity_factor", "greater than 0"),
        ("\"experts\": {\"router_jitter_noise\": 1}", "experts.router_jitter_noise", "below 1"),
        ("\"experts\": {\"router_aux_loss_coef\": -1}", "experts.router_aux_loss_coef", "at least 0"),
        ("\"experts\": {\"router_z_loss_coef\": -1}", "experts.router_z_loss_coef", "at least 0"),
        ("\"experts\": {\"bias_update_speed\": -1}", "experts.bias_update_speed", "at least 0"),
        ("\"experts\": {\"routed_scaling_factor\": 0}", "experts.routed_scaling_factor", "greater than 0"),
        ("\"experts\": {\"second_expert_threshold\": -1}", "experts.second_expert_threshold", "at least 0"),
        ("\"experts\": {\"every\": 9}", "experts.every", "no layer has experts"),
        ("\"experts\": {\"count\": 4096}, \"num_hidden_layers\": 4096", "experts.count", "65536"),
        ("\"head_dim\": 7", "head_dim", "even"),
        ("\"num_attention_heads\": 16777216, \"head_dim\": 16777216", "head_dim", "sane"),
        ("\"num_key_value_heads\": 3", "num_key_value_heads", "divisor"),
        ("\"rms_norm_eps\": 0", "rms_norm_eps", "greater than 0"),
        ("\"initializer_range\": 0", "initializer_range", "greater than 0"),
        ("\"rope_theta\": 1", "rope_theta", "greater than 1"),
        ("\"xpos_scale_base\": 0", "xpos_scale_base", "greater than 0"),
        ("\"position_embedding_type\": \"learned\"", "position_embedding_type", "xpos"),
        (
            "\"position_embedding_type\": \"xpos\", \"max_position_embeddings\": 511", "max_position_embeddings", "even"
        ),
        ("\"position_embedding_type\": \"xpos\", \"xpos_scale_base\": 1", "xpos_scale_base", "float32"),
        ("\"attention_mask\": \"none\"", "attention_mask", "prefix"),
        ("\"parametrization\": {\"type\": \"ntk\"}", "parametrization.type", "mup"),
        ("\"parametrization\": {\"type\": \"mup\"}", "parametrization.base_hidden_size", "tuned"),
        (
            "\"intermediate_size\": 100, \"parametrization\": {\"type\": \"mup\", \"base_hidden_size\": 96}",
            "parametrization.base_intermediate_size", "no whole number"
        ),
    ]

    @Test(arguments: refusals)
    func `what does not fit is refused with the reason`(members: String, key: String, reason: String) throws {
        let error = try #require(throws: ConfigError.self) { try read(members) }

        #expect(error.key == key, "\(error)")
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test func `bf16 and block weights decode the rows too`() throws {
        var configuration = DecoderGrid.small
        configuration.activation = .relu
        configuration.sparsity = SparsityRules(block: 8, rank: 32)
        for dtype in [DType.bf16, .q8_0] {
            let scope = ParameterScope(RandomParameters(seed: 2, dtype: dtype))
            let decoder = LorgnetteDecoder(configuration, in: scope)
            let model = DecoderOnlyModel(decoder)
            let ids = tokens(20)
            var pass = DecoderPass.documents([[PackedDocument(tokens: 20)]], sequence: 20)

            let whole = decoder.logits(ids: [ids], pass: &pass).element(0)
            var states = [model.begin(after: model.prefix(of: []), prompt: Array(ids[..<12])).state]
            let rows = ids[12...].map { model.advance(&states, by: [$0]) }

            #expect(difference(.concatenated(rows), whole.slice(12..<20)) < 1e-4 * (whole.array.map(abs).max() ?? 0))
        }
    }
}
