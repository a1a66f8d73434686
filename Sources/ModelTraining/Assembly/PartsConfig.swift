import Checkpoints
import JSONText
import TextTokens
import VisionLanguage

/// The configs of a new model's parts: what the recipe says over what a folder says, over what follows from the rest.
struct PartsConfig {
    /// `vision_config`, its type spelled out.
    let vision: JSONObject
    /// `qformer_config`.
    let bridge: JSONObject
    let queries: Int
    let sharedWidth: Int

    /// - Parameters:
    ///   - source: the config of `parts.from`; nil where parts are made new.
    ///   - encoder: the config of the encoder in `parts.vision.folder`.
    ///   - words: ids of the bridge's tokenizer; one more is `[DEC]`.
    init(_ parts: ModelParts, source: JSONObject?, encoder: JSONObject?, words: Int) throws(TrainingError) {
        try Self.checkKeys(parts)
        vision = try Self.vision(parts, source: source, encoder: encoder)
        let kind: VisionEncoderKind
        do { kind = try VisionEncoderKind(Self.config(vision, "parts.vision")) } catch { throw .model(.config(error)) }
        bridge = try Self.bridge(parts, source: source, featureWidth: kind.width, words: words)
        let width = bridge["hidden_size"]?.integer ?? 768
        queries = source?["num_query_tokens"]?.integer ?? (parts.queries > 0 ? parts.queries : 32)
        let shared = source?["image_text_hidden_size"]?.integer ?? (parts.sharedWidth > 0 ? parts.sharedWidth : nil)
        sharedWidth = shared ?? min(256, width)
    }

    /// A config of these members, named for errors.
    static func config(_ object: JSONObject, _ name: String) throws(ConfigError) -> ConfigObject {
        try ConfigObject(bytes: Array(JSONValue.object(object).text.utf8), file: name)
    }

    private static func vision(
        _ parts: ModelParts, source: JSONObject?, encoder: JSONObject?
    ) throws(TrainingError) -> JSONObject {
        if let encoder { return encoder }
        if let source {
            let type =
                source["model_type"]?.string == "instructblip" ? "instructblip_vision_model" : "blip_2_vision_model"
            return filled(source["vision_config"]?.object ?? JSONObject([]), [("model_type", .string(type))])
        }
        let given = JSONObject(parts.vision.members)
        try require(["hidden_size", "num_hidden_layers", "patch_size"], of: given, "parts.vision")
        let width = given["hidden_size"]?.integer ?? 0
        let size = parts.image.size > 0 ? parts.image.size : given["image_size"]?.integer ?? 224
        return filled(
            given,
            [
                ("model_type", .string("blip_2_vision_model")), ("intermediate_size", .integer(4 * width)),
                ("num_attention_heads", .integer(heads(width))), ("image_size", .integer(size)),
            ])
    }

    private static func bridge(
        _ parts: ModelParts, source: JSONObject?, featureWidth: Int, words: Int
    ) throws(TrainingError) -> JSONObject {
        let taken = source?["qformer_config"]?.object ?? JSONObject([])
        var given = JSONObject(parts.qformer.members)
        if source != nil { given = filled(given, taken.members) }
        if source == nil { try require(["hidden_size", "num_hidden_layers"], of: given, "parts.qformer") }
        let width = given["hidden_size"]?.integer ?? 768
        // A text side that was never there, or that the folder dropped after its first stage, gets words of its own.
        let hasWords = hasWords(source)
        guard !hasWords || parts.tokenizer.isEmpty else {
            throw .recipe(
                file: "recipe", key: "parts.tokenizer", problem: "\(parts.from) has words of its own: leave it out")
        }
        let start = hasWords ? taken["bos_token_id"]?.integer ?? words : words
        let table = max(start + 1, hasWords ? taken["vocab_size"]?.integer ?? 0 : 0)
        return filled(
            without(given, ["vocab_size", "bos_token_id"]),
            [
                ("vocab_size", .integer(table)), ("bos_token_id", .integer(start)),
                ("model_type", .string("blip_2_qformer")), ("intermediate_size", .integer(4 * width)),
                ("num_attention_heads", .integer(heads(width))), ("max_position_embeddings", .integer(128)),
                ("encoder_hidden_size", .integer(featureWidth)),
            ])
    }

    /// Whether the folder that parts are taken from has a text side.
    private static func hasWords(_ source: JSONObject?) -> Bool {
        guard let source else { return false }
        if source["qformer_config"]?["use_qformer_text_input"]?.bool == true { return true }
        return source["model_type"]?.string == "instructblip"
            || source["architectures"]?.array?.contains(.string(MatchingConfiguration.architecture)) ?? false
    }

    /// Heads of 64, or as near to that as divides the width.
    private static func heads(_ width: Int) -> Int {
        guard width > 0 else { return 1 }
        return (1...max(1, width / 64)).last { width % $0 == 0 } ?? 1
    }

    private static let visionKeys: Set = [
        "model_type", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "image_size",
        "patch_size", "hidden_act", "layer_norm_eps", "qkv_bias", "mlp_ratio", "num_register_tokens",
        "layerscale_value", "use_swiglu_ffn", "stem_widths", "stem_blocks",
    ]
    private static let bridgeKeys: Set = [
        "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "layer_norm_eps",
        "max_position_embeddings", "cross_attention_frequency", "use_qformer_text_input",
    ]

    /// Configs pass over keys they do not know; a recipe must not.
    private static func checkKeys(_ parts: ModelParts) throws(TrainingError) {
        func fail(_ key: String, _ problem: String) -> TrainingError {
            .recipe(file: "recipe", key: "parts." + key, problem: problem)
        }
        let takesEncoder = parts.vision["folder"] != nil
        for key in parts.vision.keys.sorted() where key != "folder" {
            guard visionKeys.contains(key) else {
                throw fail(
                    "vision.\(key)", "no such key; there are folder, \(visionKeys.sorted().joined(separator: ", "))")
            }
            guard parts.from.isEmpty, !takesEncoder else {
                throw fail("vision.\(key)", "the encoder is taken from a folder, whose sizes it has")
            }
        }
        for key in parts.qformer.keys.sorted() where !bridgeKeys.contains(key) {
            throw fail("qformer.\(key)", "no such key; there are \(bridgeKeys.sorted().joined(separator: ", "))")
        }
        guard parts.from.isEmpty || parts.queries == 0 else {
            throw fail("queries", "the queries are taken from \(parts.from)")
        }
    }

    private static func filled(_ object: JSONObject, _ defaults: [(key: String, value: JSONValue)]) -> JSONObject {
        JSONObject(object.members + defaults.filter { object[$0.key] == nil })
    }

    private static func without(_ object: JSONObject, _ keys: [String]) -> JSONObject {
        JSONObject(object.members.filter { !keys.contains($0.key) })
    }

    private static func require(_ keys: [String], of object: JSONObject, _ place: String) throws(TrainingError) {
        for key in keys where object[key] == nil {
            throw .recipe(
                file: "recipe", key: "\(place).\(key)", problem: "is missing: a part made new has no size of its own")
        }
    }
}

extension [String: ModelParts.Setting] {
    /// The table as members of a config, by key.
    var members: [(key: String, value: JSONValue)] { sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) } }
}

extension ModelParts.Setting {
    /// The value as JSON.
    var json: JSONValue {
        switch self {
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .integer(integer)
        case .number(let number): .double(number)
        case .text(let text): .string(text)
        case .list(let list): .array(list.map(\.json))
        }
    }
}
