import Checkpoints
import JSONText
import VisionLanguage

/// What a model folder holds, from its config and the headers of its weights.
struct ModelInspection {
    let members: [(key: String, value: JSONValue)]

    init(_ config: ConfigObject, _ checkpoint: CheckpointFolder) throws(LorgnetteError) {
        let entries = checkpoint.entries
        let parameters = entries.reduce(0) { $0 + $1.shape.reduce(1, *) }
        var members: [(key: String, value: JSONValue)] = [
            ("kind", .string("model")), ("path", .string(checkpoint.path)),
            ("model_type", config.value("model_type") ?? .null),
            ("architectures", config.value("architectures") ?? .null),
        ]
        var active = parameters
        do {
            if let alone = try Self.languageModelAlone(config) {
                active -= alone.inactiveParametersPerToken
                members += [
                    ("supported", .bool(true)), ("language_model", .string(alone.modelType)),
                    ("decoder_width", .integer(alone.embeddingWidth)),
                ]
                members += Self.cost(of: alone)
                self.members = members + Self.sizes(checkpoint, parameters: parameters, active: active)
                return
            }
            if let seen = try Self.pictureModel(config) {
                self.members = members + seen + Self.sizes(checkpoint, parameters: parameters, active: parameters)
                return
            }
            let blip2 = try BLIP2Configuration(config)
            let inactive = blip2.text.inactiveParametersPerToken
            active -= inactive
            members += [
                ("supported", .bool(true)), ("language_model", .string(blip2.text.modelType)),
                ("bridge", .string(blip2.design.kind.rawValue)), ("queries", .integer(blip2.imageTokens)),
                ("query_width", .integer(blip2.queryWidth)),
                ("bridge_reads_prompt", .bool(blip2.readsInstructions)),
                ("decoder_width", .integer(blip2.text.embeddingWidth)),
            ]
            members += Self.sizes(of: blip2.vision) + Self.cost(of: blip2.text)
            let prompts = try PromptTemplates(folder: checkpoint.path, fallback: blip2.prompts)
            members.append(
                ("prompts", .object([("caption", .string(prompts.caption ?? "")), ("ask", .string(prompts.ask))])))
            members += try Self.confidence(checkpoint)
        } catch {
            guard case .unsupported = error.problem else { throw LorgnetteError(.config(error)) }
            members += [("supported", .bool(false)), ("missing", .string(error.description))]
        }
        self.members = members + Self.sizes(checkpoint, parameters: parameters, active: active)
    }

    /// What the folder's calibration goes by; nothing where it carries none.
    private static func confidence(
        _ checkpoint: CheckpointFolder
    ) throws(ConfigError) -> [(key: String, value: JSONValue)] {
        let estimator: ConfidenceEstimator?
        do { estimator = try ConfidenceEstimator(path: checkpoint.path, weights: checkpoint, hasBridge: false) } catch {
            // A damaged file of familiarity is told when the model is opened.
            if case .config(let error) = error { throw error }
            return [("confidence", .string(error.description))]
        }
        guard let estimator else { return [] }
        let basis = estimator.familiarity == nil ? "tokens" : "tokens and picture"
        return [
            ("confidence", .string(basis)), ("unsure_below", .double(estimator.calibration.unsureBelow)),
        ]
    }

    /// The language model of a folder that holds one alone.
    private static func languageModelAlone(_ config: ConfigObject) throws(ConfigError) -> LanguageModelKind? {
        guard let type = try config.optionalString("model_type"), LanguageModelKind.supported.contains(type) else {
            return nil
        }
        return try LanguageModelKind(config)
    }

    /// What is told of a folder that looks at pictures and does not write; nil of others.
    private static func pictureModel(_ config: ConfigObject) throws(ConfigError) -> [(key: String, value: JSONValue)]? {
        if let alone = try VisionEncoderKind.alone(config) { return [("supported", .bool(true))] + sizes(of: alone) }
        guard try MatchingConfiguration.describes(config) else { return nil }
        let matching = try MatchingConfiguration(config)
        return [
            ("supported", .bool(true)), ("queries", .integer(matching.queries)),
            ("query_width", .integer(matching.queryTransformer.width)),
            ("shared_width", .integer(matching.sharedWidth)),
        ] + sizes(of: matching.vision)
    }

    private static func sizes(of vision: VisionEncoderKind) -> [(key: String, value: JSONValue)] {
        [
            ("vision_model", .string(vision.modelType)), ("image_size", .integer(vision.imageSize)),
            ("patch_size", .integer(vision.patch)), ("vision_width", .integer(vision.width)),
            ("vision_layers", .integer(vision.layers)),
        ]
    }

    /// What decoding one token reads of our own decoder, where every parameter's share is known.
    private static func cost(of model: LanguageModelKind) -> [(key: String, value: JSONValue)] {
        guard let configuration = model.configuration as? LorgnetteDecoderConfiguration else { return [] }
        let cost = configuration.cost
        return [
            ("decoder_parameters", .integer(cost.parameters)),
            ("decoder_active_parameters", .integer(cost.activeParameters)),
            (
                "bytes_per_token",
                .object([
                    ("f32", .integer(cost.bytesPerToken())),
                    ("bf16", .integer(cost.bytesPerToken(bytesPerElement: 2))),
                    ("q8_0", .integer(cost.bytesPerToken(bytesPerElement: 34.0 / 32))),
                ])
            ),
        ]
    }

    private static func sizes(
        _ checkpoint: CheckpointFolder, parameters: Int, active: Int
    ) -> [(key: String, value: JSONValue)] {
        let entries = checkpoint.entries
        let types = Dictionary(grouping: entries, by: \.type.rawValue).mapValues(\.count)
        return [
            ("parameters", .integer(parameters)), ("active_parameters", .integer(active)),
            ("tensors", .integer(entries.count)), ("files", .integer(checkpoint.files.count)),
            ("bytes", .integer(checkpoint.byteCount)),
            ("dtypes", .object(types.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
            (
                "memory_mib",
                .object([
                    ("f32", .integer((parameters * 4) / (1 << 20))), ("bf16", .integer((parameters * 2) / (1 << 20))),
                    ("q8_0", .integer((parameters * 34 / 32) / (1 << 20))),
                    ("q4_0", .integer((parameters * 18 / 32) / (1 << 20))),
                ])
            ),
        ]
    }
}
