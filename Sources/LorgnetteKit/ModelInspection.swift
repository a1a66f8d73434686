import Checkpoints
import JSONText
import TensorEngine
import VisionLanguage

/// What a model folder holds, from its config and the headers of its weights.
struct ModelInspection {
    let members: [(key: String, value: JSONValue)]

    /// - Parameter weights: what the folder's weights are, or why there are none that can be read.
    init(_ config: ConfigObject, path: String, weights: Result<CheckpointFolder, CheckpointError>)
        throws(LorgnetteError)
    {
        var members: [(key: String, value: JSONValue)] = [
            ("kind", .string("model")), ("path", .string(path)), ("model_type", config.value("model_type") ?? .null),
            ("architectures", config.value("architectures") ?? .null),
        ]
        var missing: [String] = []
        var architecture: FolderArchitecture?
        do throws(ConfigError) { architecture = try FolderArchitecture(config) } catch {
            guard case .unsupported = error.problem else { throw LorgnetteError(.config(error)) }
            missing.append(error.description)
        }
        var sizes: [(key: String, value: JSONValue)] = []
        switch weights {
        case .success(let folder):
            guard let architecture else {
                sizes = Self.stored(folder)
                break
            }
            let parameters = CheckpointParameters(folder, rules: architecture.rules)
            architecture.visitParameters(in: ParameterScope(ParameterSurvey(parameters)))
            if !parameters.mismatch.isEmpty { missing.append(parameters.mismatch.description) }
            if case .whole = architecture { sizes = try Self.confidence(folder) }
            sizes += Self.sizes(parameters, folder, idle: architecture.inactiveParametersPerToken) + Self.files(folder)
        case .failure(let error): missing.append("\(error)")
        }
        members.append(("supported", .bool(missing.isEmpty)))
        if !missing.isEmpty { members.append(("missing", .string(missing.joined(separator: "; ")))) }
        if let architecture { members += try Self.told(of: architecture, path: path) }
        self.members = members + sizes
    }

    /// What is told of each kind.
    private static func told(
        of architecture: FolderArchitecture, path: String
    ) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        switch architecture {
        case .languageModel(let alone):
            return [
                ("language_model", .string(alone.modelType)), ("decoder_width", .integer(alone.embeddingWidth)),
            ] + cost(of: alone)
        case .visionEncoder(let alone): return sizes(of: alone)
        case .matching(let matching):
            return [
                ("queries", .integer(matching.queries)), ("query_width", .integer(matching.queryTransformer.width)),
                ("shared_width", .integer(matching.sharedWidth)),
            ] + sizes(of: matching.vision)
        case .whole(let blip2):
            let prompts: PromptTemplates
            do { prompts = try PromptTemplates(folder: path, fallback: blip2.prompts) } catch {
                throw LorgnetteError(.config(error))
            }
            return [
                ("language_model", .string(blip2.text.modelType)), ("bridge", .string(blip2.design.kind.rawValue)),
                ("queries", .integer(blip2.imageTokens)), ("query_width", .integer(blip2.queryWidth)),
                ("bridge_reads_prompt", .bool(blip2.readsInstructions)),
                ("decoder_width", .integer(blip2.text.embeddingWidth)),
            ] + sizes(of: blip2.vision) + cost(of: blip2.text) + [
                ("prompts", .object([("caption", .string(prompts.caption ?? "")), ("ask", .string(prompts.ask))]))
            ]
        }
    }

    /// What the folder's calibration goes by; nothing where it carries none.
    private static func confidence(
        _ checkpoint: CheckpointFolder
    ) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        let estimator: ConfidenceEstimator?
        do { estimator = try ConfidenceEstimator(path: checkpoint.path, weights: checkpoint, hasBridge: false) } catch {
            // A damaged file of familiarity is told when the model is opened.
            if case .config(let error) = error { throw LorgnetteError(.config(error)) }
            return [("confidence", .string(error.description))]
        }
        guard let estimator else { return [] }
        let basis = estimator.familiarity == nil ? "tokens" : "tokens and picture"
        return [
            ("confidence", .string(basis)), ("unsure_below", .double(estimator.calibration.unsureBelow)),
        ]
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

    /// How many parameters there are, how many a token touches, and what they take in memory held as each type.
    private static func sizes(
        _ parameters: CheckpointParameters, _ folder: CheckpointFolder, idle: Int
    ) -> [(key: String, value: JSONValue)] {
        let count = parameters.elementCount
        let held: [(String, WeightType)] = [
            ("stored", .auto), ("f32", .f32), ("bf16", .bf16), ("q8_0", .q8_0), ("q4_0", .q4_0),
        ]
        return [
            ("parameters", .integer(count)), ("active_parameters", .integer(count - idle)),
            (
                "memory_mib",
                .object(held.map { ($0, .integer((parameters.byteCount(holding: $1) + (1 << 20) - 1) >> 20)) })
            ),
        ]
    }

    /// What is known of weights that belong to nothing we know.
    private static func stored(_ folder: CheckpointFolder) -> [(key: String, value: JSONValue)] {
        [("parameters", .integer(folder.entries.reduce(0) { $0 + $1.count }))] + files(folder)
    }

    private static func files(_ folder: CheckpointFolder) -> [(key: String, value: JSONValue)] {
        let types = Dictionary(grouping: folder.entries, by: \.type.rawValue).mapValues(\.count)
        return [
            ("tensors", .integer(folder.entries.count)), ("files", .integer(folder.files.count)),
            ("bytes", .integer(folder.byteCount)),
            ("dtypes", .object(types.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
        ]
    }
}
