/// What a new model is put together of, as a recipe spells it: parts made new, their weights drawn from the seed, and parts
/// taken from folders.
///
///     vision: {hidden_size: 192, num_hidden_layers: 6, patch_size: 8}
///     image: {size: 64}
///     queries: 16
///     qformer: {hidden_size: 192, num_hidden_layers: 4}
///     language_model: runs/decoder/model
package struct ModelParts: Codable, Sendable, Equatable {
    /// A model folder, of either stage, whose vision encoder, queries and querying transformer are taken, with pre-processing
    /// and the bridge's tokenizer; `vision`, `image` and `queries` are then not given.
    package var from = ""
    /// Keys of `vision_config`, for an encoder made new (`hidden_size`, `num_hidden_layers` and `patch_size` at least; of type
    /// `blip_2_vision_model` where `model_type` does not say); or `folder`, for the one in it.
    package var vision: [String: Setting] = [:]
    /// How pictures become pixels, for an encoder made new.
    package var image = ImageSettings()
    /// Learned queries; 0 for 32.
    package var queries = 0
    /// Keys of `qformer_config` (`hidden_size` and `num_hidden_layers` at least, where it is made new).
    package var qformer: [String: Setting] = [:]
    /// Width of the space in which the first stage compares; 0 for 256 at most, and at most the querying transformer's width.
    package var sharedWidth = 0
    /// The folder of the language model. Without one the model compares pictures with texts, and is what stage 1 trains.
    package var languageModel = ""
    /// The folder of the tokenizer that the bridge's text side reads by; empty for that of `from` or `language_model`.
    package var tokenizer = ""
    /// What is said before an answer where the caller says nothing; empty for BLIP-2's.
    package var prompts = Prompts()

    /// How pictures become pixels.
    package struct ImageSettings: Codable, Sendable, Equatable {
        /// Side in pixels; 0 for the encoder's `image_size`.
        package var size = 0
        /// Mean of red, green and blue; empty for the encoder's, CLIP's where it is new.
        package var mean: [Double] = []
        /// Deviation of red, green and blue; empty likewise.
        package var std: [Double] = []
    }

    /// Prompts of a `lorgnette.json`.
    package struct Prompts: Codable, Sendable, Equatable {
        package var caption = ""
        /// With `{question}` in it.
        package var ask = ""
        /// Whether they begin with what the tokenizer puts before every text. A decoder that has only ever seen its beginning
        /// token before everything else does not look past it to the pictures: then false, and the new folder's tokenizer puts
        /// nothing before prompts.
        package var begin = true
    }

    /// A value of a table of a person's own keys.
    package enum Setting: Codable, Sendable, Equatable {
        case bool(Bool)
        case integer(Int)
        case number(Double)
        case text(String)
        case list([Setting])

        package init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let integer = try? value.decode(Int.self) {
                self = .integer(integer)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let list = try? value.decode([Setting].self) {
                self = .list(list)
            } else {
                self = .text(try value.decode(String.self))
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .bool(let bool): try value.encode(bool)
            case .integer(let integer): try value.encode(integer)
            case .number(let number): try value.encode(number)
            case .text(let text): try value.encode(text)
            case .list(let list): try value.encode(list)
            }
        }
    }

    /// No parts.
    package init() {}

    enum CodingKeys: String, CodingKey {
        case from, vision, image, queries, qformer, tokenizer, prompts
        case sharedWidth = "shared_width"
        case languageModel = "language_model"
    }

    /// Whether there is anything to put together.
    package var isEmpty: Bool { from.isEmpty && vision.isEmpty }

    /// The parts with paths that `absolute` makes of theirs.
    func located(_ absolute: (String) -> String) -> ModelParts {
        var parts = self
        parts.from = absolute(from)
        parts.languageModel = absolute(languageModel)
        parts.tokenizer = absolute(tokenizer)
        if case .text(let folder)? = vision["folder"] { parts.vision["folder"] = .text(absolute(folder)) }
        return parts
    }
}
