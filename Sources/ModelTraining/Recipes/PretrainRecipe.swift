import InterleavedData
import TensorEngine

/// Everything that decides what a pretrain run makes, as `recipe.yaml` spells it. Where a number means that something is left
/// to us, that number is 0; a resolved recipe leaves nothing open.
package struct PretrainRecipe: Codable, Sendable, Equatable {
    /// Seed of everything random.
    package var seed = 0
    /// The decoder's `config.json`, of `model_type` `lorgnette_decoder`; `vocab_size` is the tokenizer's, and
    /// `max_position_embeddings` is `length`, where they are not given. What a recipe says here stands for the whole of it.
    package var model = Self.smallModel
    /// Where the tokenizer comes from.
    package var tokenizer = TokenizerSettings()
    /// What is learned from.
    package var text: [TextEntry] = []
    /// Share of documents that are held out; 0 for 64 KiB of each entry, from 1 % to 10 %.
    package var heldOutShare: Double = 0
    /// Tokens of a row.
    package var length = 256
    /// Rows a step.
    package var batch = 8
    /// Parts that a step's rows are cut into, to hold fewer activations.
    package var accumulation = 1
    /// Steps of the run; 0 for as many as fit into `minutes`.
    package var steps = 0
    /// How long training is to take where `steps` is 0; the first steps are timed.
    package var minutes: Double = 0
    /// Peak learning rate, under maximal-update parametrisation that of the base width.
    package var learningRate: Float = 0.003
    /// Steps of warm-up; 0 for a twentieth of the run, at most 500.
    package var warmupSteps = 0
    /// What is left of the learning rate at the end.
    package var finalShare: Float = 0.05
    /// The rule that makes steps, and its constants.
    package var optimiser = Self.optimiserDefaults
    /// Greatest 2-norm of a step's gradients.
    package var clip: Float = 1
    /// Decay of the moving average of the weights.
    package var averageDecay: Float = 0
    /// How often one-in-N sparse layers train with the masks that they will be used with.
    package var hardening = HardeningSettings()
    /// What products with weights round to; routers and controllers always compute in float32.
    package var precision = Precision.auto
    /// How matrices of the model that the run ends with are stored; what a bridge is trained before is what ships.
    package var stored = StoredType.f32
    /// Looking at text that is not trained on.
    package var dev = DevSettings()
    /// Steps between checkpoints.
    package var checkpointEvery = 200
    /// Steps between lines of the log that tell of every layer; 0 for a hundredth of the run.
    package var layersEvery = 0

    /// What products are rounded to.
    package enum Precision: String, Codable, Sendable, CaseIterable {
        /// bf16 where the processor multiplies it, else f32.
        case auto
        case f32
        case bf16
    }

    /// Types that a finished model is stored in.
    package enum StoredType: String, Codable, Sendable, CaseIterable {
        case f32, bf16

        var dtype: DType {
            switch self {
            case .f32: .f32
            case .bf16: .bf16
            }
        }
    }

    /// A tokenizer: made by somebody else, or trained on the entries of the recipe.
    package struct TokenizerSettings: Codable, Sendable, Equatable {
        /// A folder with a `tokenizer.json`; empty to train one.
        package var path = ""
        /// Ids in all; 0 for a number that fits the size of the text, from 512 to 8192.
        package var vocabulary = 0
        /// Sentinels of the denoisers; 0 for as many as rows of `length` can need.
        package var sentinels = 0
        /// A pair that occurs more seldom is not merged.
        package var minimumFrequency = 2

        enum CodingKeys: String, CodingKey {
            case path, vocabulary, sentinels
            case minimumFrequency = "minimum_frequency"
        }
    }

    /// Files that are read as one corpus, how they become rows, and how many of these.
    package struct TextEntry: Codable, Sendable, Equatable {
        /// The files; paths relative to the recipe.
        package var files: [String] = []
        /// How a file divides into documents.
        package var layout = Layout.automatic
        /// The key of the text in JSON Lines.
        package var field = "text"
        /// Of picture–text rows, the split that is read.
        package var split = "train"
        /// Of picture–text rows, the share that comes again behind passages (`context: …`).
        package var contextShare: Double = 0
        /// Of these, the share whose own caption is among the passages.
        package var contextOwn: Double = 0.75
        /// How many passages at most.
        package var contextPassages = 3
        /// Mixtures by name (`ul2`, `ul2-small`, `ul2-uniform`, `causal`, `prompts`) with their rates.
        package var denoisers: [String: Double] = [:]
        /// Its share of the rows, beside those of the other entries.
        package var share: Double = 1
        /// On which side of the held-out split its documents fall: each by its hash, or all on one.
        package var side = Side.hash
        /// Whether equal and nearly equal documents are left out.
        package var removesDuplicates = true

        /// An entry of these files.
        package init(files: [String] = []) { self.files = files }

        enum CodingKeys: String, CodingKey {
            case files, layout, field, split, denoisers, share, side
            case contextShare = "context_share"
            case contextOwn = "context_own"
            case contextPassages = "context_passages"
            case removesDuplicates = "removes_duplicates"
        }
    }

    /// How a file divides into documents.
    package enum Layout: String, Codable, Sendable, CaseIterable {
        /// `jsonl` for `*.jsonl`, else `whole`.
        case automatic
        case blankLines = "blank-lines"
        case lines
        case whole
        case jsonl
        /// The words of picture–text rows.
        case pairs
    }

    /// On which side of the held-out split documents fall.
    package enum Side: String, Codable, Sendable, CaseIterable {
        case hash
        case training
        case heldOut = "held-out"
    }

    /// The share of layer calls with hard masks: the model's own `hard_rate`, then rising to `final_rate`.
    package struct HardeningSettings: Codable, Sendable, Equatable {
        /// The share at the end.
        package var finalRate: Double = 1
        /// The share of the run after which it begins to rise.
        package var begins: Double = 0.667

        enum CodingKeys: String, CodingKey {
            case begins
            case finalRate = "final_rate"
        }
    }

    /// Looking at text that is not trained on.
    package struct DevSettings: Codable, Sendable, Equatable {
        /// Steps between looks; 0 for a tenth of the run.
        package var every = 0
        /// Rows a denoiser whose loss is measured.
        package var rows = 16
        /// Tokens of plain text whose bits per byte are measured.
        package var tokens = 16_384
        /// Texts that are continued and shown.
        package var shown = 3
        /// Whether the model is that of the best look rather than the last.
        package var keepsBest = true

        enum CodingKeys: String, CodingKey {
            case every, rows, tokens, shown
            case keepsBest = "keeps_best"
        }
    }

    private static var optimiserDefaults: OptimiserSettings {
        var settings = OptimiserSettings()
        settings.beta2 = 0.95
        settings.decay = 0.1
        return settings
    }

    /// The defaults.
    package init() {}

    enum CodingKeys: String, CodingKey {
        case seed, model, tokenizer, text, length, batch, accumulation, steps, minutes, optimiser, clip, hardening
        case precision, stored, dev
        case heldOutShare = "held_out_share"
        case learningRate = "learning_rate"
        case warmupSteps = "warmup_steps"
        case finalShare = "final_share"
        case averageDecay = "average_decay"
        case checkpointEvery = "checkpoint_every"
        case layersEvery = "layers_every"
    }
}
