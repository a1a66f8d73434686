import InterleavedData
import NeuralLayers
import TensorEngine
import VisionLanguage

/// Everything that decides what a finetune run makes, as `recipe.yaml` spells it. Where a number means that something is off,
/// that number is 0.
package struct FinetuneRecipe: Codable, Sendable, Equatable {
    /// What is trained: 1, the bridge alone (compare, match, write: BLIP-2's first stage), whose run ends with `model`; 2, the
    /// bridge through the frozen language model, whose run ends with `bridge`.
    package var stage = 2
    /// The model folder whose bridge is trained; empty where `parts` say what it is put together of.
    package var base = ""
    /// What the model is put together of where there is no `base`; it then lies in `base` within the run's folder.
    package var parts = ModelParts()
    /// The losses of the first stage.
    package var firstStage = FirstStageSettings()
    /// A bridge folder to start from; empty for the base's own bridge.
    package var bridge = ""
    /// The architecture of the bridge; where it is not that of the bridge to start from, it starts from random weights.
    package var bridgeKind = BridgeChoice.own
    /// Sizes of a new bridge that is no querying transformer.
    package var bridgeSizes = BridgeSizes()
    /// Layers inside the frozen decoder, new ones where the bridge to start from has none.
    package var adapters = AdapterDesign()
    /// Whether the bridge starts from random weights instead.
    package var reinitialise = false
    /// Seed of everything random.
    package var seed = 0
    /// What is learned from.
    package var data: [DataEntry] = []
    /// Documents of several pictures and text beside these rows.
    package var interleaved = InterleavedSettings()
    /// How rows become text.
    package var text = TextSettings()
    /// What image tokens are drawn to beside the language model's loss, in the second stage.
    package var alignment = AlignmentSettings()
    /// What is trained.
    package var train = TrainingPlan(.qformer)
    /// Pictures whose shorter side is longer are resized to this before they are varied; 0 for twice the model's size.
    package var workingSize = 0
    /// Steps of the run; 0 for ten times through the rows, at least 200 and at most 20,000.
    package var steps = 0
    /// Rows a step; with interleaved documents, rows of `interleaved.length` positions.
    package var batch = 32
    /// Parts that a step's rows are cut into, to hold fewer activations; the weights come out the same but for rounding.
    package var accumulation = 1
    /// Peak learning rate; 0 for 1e-4 · 768 / width of the querying transformer, BLIP-2's own where the width is BLIP-2's.
    package var learningRate: Float = 0
    /// Steps of warm-up; 0 for a twentieth of the run, at most 2,000.
    package var warmupSteps = 0
    /// What is left of the learning rate at the end.
    package var finalShare: Float = 0.05
    /// The rule that makes steps, and its constants.
    package var optimiser = OptimiserSettings()
    /// Greatest 2-norm of a step's gradients.
    package var clip: Float = 1
    /// Decay of the moving average of the weights.
    package var averageDecay: Float = 0
    /// What matrix products round their factors to: `f32`, or `bf16` where the processor multiplies it, at twice the speed.
    package var precision = ProductPrecision.float32
    /// Looking at rows that are not trained on.
    package var dev = DevSettings()
    /// Steps between checkpoints.
    package var checkpointEvery = 200
    /// Where features of the frozen vision encoder are kept: a folder, `true` for one in the run's own, `false` for nowhere.
    package var featureCache = "false"

    /// An architecture of a bridge, or that of the bridge that is there.
    package enum BridgeChoice: String, Codable, Sendable, CaseIterable {
        case own, qformer, linear, mlp, perceiver
    }

    /// A file of rows and how it enters.
    package struct DataEntry: Codable, Sendable, Equatable {
        /// `pairs.jsonl`, a folder, CSV, a tar archive, …; a path relative to the recipe.
        package var pairs = ""
        /// How it is stored: a name that `data check --format` takes; empty for what name and content tell.
        package var format = ""
        /// The folder that its pictures' paths start from; empty for that of the file.
        package var images = ""
        /// The split to train on; rows that name none are taken too.
        package var split = "train"
        /// Its share of the rows, beside those of the other entries.
        package var weight: Double = 1
        /// Shares of the sets within the file; empty for every row alike.
        package var setWeights: [String: Double] = [:]

        /// How its pictures are varied.
        package var augmentation = Augmentation()
        /// Variations of each picture, each made once and shown again and again; 0 for a new one at every step.
        package var views = 0

        /// An entry of this file.
        package init(pairs: String = "") { self.pairs = pairs }

        enum CodingKeys: String, CodingKey {
            case pairs, format, images, split, weight, augmentation, views
            case setWeights = "set_weights"
        }
    }

    /// How rows become text.
    package struct TextSettings: Codable, Sendable, Equatable {
        /// How often a row with caption and questions shows its caption.
        package var captionChance: Double = 0.5
        /// What is written for a caption, which stands for `{caption}`.
        package var caption = "{caption}"
        /// What is written for an answer, which stands for `{answer}`.
        package var answer = "{answer}"
        /// What stands before a caption; empty for the model's own prompt.
        package var captionPrompt = ""
        /// What stands around a question; empty for the model's own prompt.
        package var askPrompt = ""
        /// Longer texts are cut to this many tokens.
        package var limit = 128

        /// The model's own prompts.
        package init() {}

        enum CodingKeys: String, CodingKey {
            case caption, answer, limit
            case captionChance = "caption_chance"
            case captionPrompt = "caption_prompt"
            case askPrompt = "ask_prompt"
        }
    }

    /// Looking at rows that are not trained on.
    package struct DevSettings: Codable, Sendable, Equatable {
        /// What early stopping and the choice of the best weights go by.
        package enum Metric: String, Codable, Sendable, CaseIterable {
            case loss
            /// Share of answers that are right; in the first stage, of pictures whose text matching chooses.
            case exactMatch = "exact_match"
            /// Of the first stage: the mean over both ways of how often the first that is found is right.
            case recall
        }

        /// The split of the same files; where no row is of it, there is no dev evaluation.
        package var split = "dev"
        /// Steps between evaluations; 0 for a tenth of the run.
        package var every = 0
        /// Rows whose loss is measured.
        package var rows = 256
        /// Rows that are answered, greedily, and compared.
        package var answered = 64
        /// Answered rows that are shown.
        package var shown = 6
        /// What the best weights are chosen by.
        package var metric = Metric.loss
        /// Evaluations without a better one after which the run ends, with the best weights; 0 for never.
        package var patience = 0
    }

    /// The defaults.
    package init() {}

    enum CodingKeys: String, CodingKey {
        case stage, base, parts, bridge, adapters, reinitialise, seed, data, interleaved, text, alignment, train,
            steps
        case precision, batch, accumulation, optimiser, clip, dev
        case firstStage = "first_stage"
        case bridgeKind = "bridge_kind"
        case bridgeSizes = "bridge_sizes"
        case workingSize = "working_size"
        case learningRate = "learning_rate"
        case warmupSteps = "warmup_steps"
        case finalShare = "final_share"
        case averageDecay = "average_decay"
        case checkpointEvery = "checkpoint_every"
        case featureCache = "feature_cache"
    }
}
