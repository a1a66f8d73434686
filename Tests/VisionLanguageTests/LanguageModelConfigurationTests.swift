import Checkpoints
import Foundation
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// What configs of language models say, and what they must not.
@Suite struct LanguageModelConfigurationTests {
    /// A config that cannot be used.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let type: String
        /// Its members but for the type.
        let members: String
        /// The key that the error names.
        let key: String

        init(_ type: String, _ members: String, _ key: String) {
            (self.type, self.members, self.key) = (type, members, key)
        }

        var testDescription: String { "\(type) with \(members)" }
    }

    private static func kind(_ type: String, _ members: String) throws(ConfigError) -> LanguageModelKind {
        let text = #"{"model_type": "\#(type)"\#(members.isEmpty ? "" : ", \(members)")}"#
        return try LanguageModelKind(ConfigObject(bytes: Array(text.utf8), file: "config.json"))
    }

    static let sizes: [Refusal] = [
        Refusal("magic", "", "model_type"),
        Refusal("llama", #""hidden_size": 64, "num_attention_heads": 3"#, "num_attention_heads"),
        Refusal("llama", #""head_dim": 7"#, "head_dim"),
        Refusal("llama", #""num_key_value_heads": 3"#, "num_key_value_heads"),
        Refusal("llama", #""num_hidden_layers": 5000"#, "num_hidden_layers"),
        Refusal("mistral", #""sliding_window": "wide""#, "sliding_window"),
        Refusal("mistral", #""sliding_window": 0"#, "sliding_window"),
        Refusal("qwen2", #""use_sliding_window": true, "layer_types": ["full_attention"]"#, "layer_types"),
        Refusal(
            "qwen2", #""num_hidden_layers": 1, "use_sliding_window": true, "layer_types": ["spiral"]"#, "layer_types"),
        Refusal("qwen3", #""use_sliding_window": true, "layer_types": [1]"#, "layer_types"),
        Refusal("gpt2", #""n_head": 7"#, "n_head"),
        Refusal("gpt2", #""add_cross_attention": true"#, "add_cross_attention"),
        Refusal("gpt2", #""activation_function": "sin""#, "activation_function"),
    ]

    static let rotations: [Refusal] = [
        Refusal("llama", #""rope_parameters": {"rope_type": "magic"}"#, "rope_parameters.rope_type"),
        Refusal("llama", #""rope_parameters": {"rope_type": "linear"}"#, "rope_parameters.factor"),
        Refusal("llama", #""rope_scaling": {"type": "dynamic", "factor": -1}"#, "rope_scaling.factor"),
        Refusal("llama", #""rope_parameters": {"rope_theta": 0.5}"#, "rope_parameters.rope_theta"),
        Refusal(
            "llama", #""rope_parameters": {"partial_rotary_factor": 0.5}"#, "rope_parameters.partial_rotary_factor"),
        Refusal(
            "llama", #""rope_parameters": {"rope_type": "llama3", "factor": 8}"#, "rope_parameters.low_freq_factor"),
        Refusal(
            "llama", #""rope_parameters": {"rope_type": "yarn", "original_max_position_embeddings": 1}"#,
            "rope_parameters.original_max_position_embeddings"),
        Refusal("llama", #""rope_parameters": {"rope_type": "longrope"}"#, "rope_parameters.short_factor"),
        Refusal(
            "llama", #""rope_parameters": {"rope_type": "longrope", "short_factor": [1, 2]}"#,
            "rope_parameters.short_factor"),
        Refusal(
            "llama", #""head_dim": 2, "rope_parameters": {"rope_type": "longrope", "short_factor": [0]}"#,
            "rope_parameters.short_factor"),
        Refusal("phimoe", #""rope_parameters": {"rope_type": "linear", "factor": 2}"#, "rope_parameters"),
        Refusal(
            "phimoe",
            #""head_dim": 2, "rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [2]}"#,
            "rope_scaling.short_mscale"),
    ]

    static let mixtures: [Refusal] = [
        Refusal("mixtral", #""num_experts_per_tok": 9"#, "num_experts_per_tok"),
        Refusal("qwen2_moe", #""num_experts_per_tok": 61"#, "num_experts_per_tok"),
        Refusal("qwen3_moe", #""num_local_experts": 3"#, "num_experts_per_tok"),
        Refusal("qwen3_moe", #""decoder_sparse_step": 0"#, "decoder_sparse_step"),
        Refusal("granitemoe", #""num_experts_per_tok": 9"#, "num_experts_per_tok"),
        Refusal("granitemoe", #""logits_scaling": 0"#, "logits_scaling"),
        Refusal("granitemoeshared", #""shared_intermediate_size": -1"#, "shared_intermediate_size"),
        Refusal("deepseek_v2", #""topk_method": "noaux_tc""#, "topk_method"),
        Refusal("deepseek_v2", #""topk_method": "group_limited_greedy", "n_group": 7"#, "n_group"),
        Refusal("deepseek_v2", #""num_experts_per_tok": 65"#, "num_experts_per_tok"),
        Refusal("deepseek_v2", #""qk_rope_head_dim": 5"#, "qk_rope_head_dim"),
        Refusal("deepseek_v3", #""topk_group": 9"#, "topk_group"),
        Refusal("deepseek_v3", #""n_group": 256, "topk_group": 8"#, "n_group"),
        Refusal("deepseek_v3", #""topk_group": 1, "num_experts_per_tok": 33"#, "num_experts_per_tok"),
        Refusal("phimoe", #""num_local_experts": 1"#, "num_local_experts"),
        Refusal("phimoe", #""num_experts_per_tok": 3"#, "num_experts_per_tok"),
        Refusal("gpt_oss", #""swiglu_limit": -1"#, "swiglu_limit"),
        Refusal("gpt_oss", #""num_local_experts": 2"#, "num_experts_per_tok"),
    ]

    static let encoderDecoders: [Refusal] = [
        Refusal("t5", #""feed_forward_proj": "gated-magic""#, "feed_forward_proj"),
        Refusal("t5", #""decoder_start_token_id": 32128"#, "decoder_start_token_id"),
        Refusal("t5", #""relative_attention_num_buckets": 6"#, "relative_attention_num_buckets"),
        Refusal("t5", #""relative_attention_max_distance": 16"#, "relative_attention_max_distance"),
        Refusal("switch_transformers", #""router_dtype": "bfloat16""#, "router_dtype"),
        Refusal("switch_transformers", #""num_experts": 0"#, "num_experts"),
    ]

    @Test(arguments: sizes + rotations + mixtures + encoderDecoders)
    func `a config that does not fit together is refused by key`(refusal: Refusal) throws {
        let error = #expect(throws: ConfigError.self) { try Self.kind(refusal.type, refusal.members) }

        #expect(error?.key == refusal.key)
    }

    @Test(arguments: LanguageModelKind.supported)
    func `a config that says nothing has transformers' defaults`(type: String) throws {
        let kind = try Self.kind(type, "")

        #expect(kind.modelType == type && kind.embeddingWidth > 0)
        #expect(kind == (try Self.kind(type, "")))
        #expect(kind != (try Self.kind(type == "opt" ? "olmoe" : "opt", "")))
    }

    @Test(arguments: ParityCase.languageModels)
    func `inactive weights are those of the experts a token is not sent to`(parity: ParityCase) throws {
        let config = try ConfigObject(path: parity.file("config.json"))
        let kind = try LanguageModelKind(config)
        let scope = ParameterScope(RandomParameters(seed: 1))
        _ = kind.makeDecoder(in: scope)
        let stored = scope.parameters.filter { $0.name.contains(".experts.") }
        let experts = Set(stored.map { String($0.name.split(separator: ".").last { $0.last?.isNumber == true } ?? "") })
        let isSwitch = kind.modelType == "switch_transformers"
        let perToken = isSwitch ? 1 : try config.integer("num_experts_per_tok", default: 2)

        let all = stored.reduce(0) { $0 + $1.tensor.count }
        let expected = experts.isEmpty ? 0 : all / experts.count * (experts.count - perToken)

        #expect(kind.inactiveParametersPerToken == expected)
    }
}
