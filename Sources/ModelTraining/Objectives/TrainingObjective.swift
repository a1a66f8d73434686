import Checkpoints
import ImageFiles
import Imaging
import InterleavedData
import JSONText
import ReportPages
import TensorEngine
import VisionLanguage

/// What a run learns: a model, what each step asks of it, how it is looked at now and then, and what is left of it.
package protocol TrainingObjective: Sendable {
    /// What the run is called on its pages.
    var title: String { get }
    /// Every parameter of the model, in its order.
    var parameters: [Parameter] { get }
    /// The parts of the model for the plan, by the beginnings of their parameters' names.
    var places: [(name: String, prefixes: [String])] { get }
    /// Pictures to pixels.
    var processor: ImageProcessor { get }
    /// Width of the querying transformer.
    var bridgeWidth: Int { get }
    /// The folder that the run ends with, within its own, and the last file that is written into it.
    var product: (folder: String, lastFile: String) { get }

    /// Where features of the frozen vision encoder are kept and found; nil without a cache.
    var features: FeatureLookup? { get }
    /// Where the documents of steps come from; nil where steps are made of pairs alone.
    var mixture: DocumentMixture? { get }
    /// What else is to be said in the plan.
    func notes() throws(TrainingError) -> [String]

    /// Called once the run has a folder, before anything else.
    ///
    /// - Parameter base: what the model folder holds.
    mutating func prepare(in files: RunFolder, base: BaseFingerprint) throws(TrainingError)
    /// Why the model cannot be trained on the text of a row as it was drawn; nil where it can.
    func refusal(of draw: PairDraw) -> String?
    /// Gives the bridge new weights, drawn from `seed`.
    func drawBridge(seed: UInt64)
    /// Loss and gradients of a step.
    func gradients(of loaded: LoadedStep, for parameters: [Parameter]) throws(TrainingError) -> StepGradients
    /// Called after each step's change of the weights.
    func settle()
    /// What looks at rows that are not trained on.
    func dev(_ records: [PairRecord]) throws(TrainingError) -> any DevLooking
    /// Writes what is left into the folder at `target`, which must exist.
    ///
    /// - Parameters:
    ///   - weights: the trained ones.
    ///   - base: what they were trained against.
    ///   - facts: what else is to be said of the run.
    func write(
        _ weights: [(name: String, value: Tensor)], base: BaseFingerprint, facts: [(key: String, value: JSONValue)],
        to target: String
    ) throws(CheckpointError)
}

extension TrainingObjective {
    var features: FeatureLookup? { nil }
    var mixture: DocumentMixture? { nil }
    func notes() throws(TrainingError) -> [String] { [] }
    mutating func prepare(in files: RunFolder, base: BaseFingerprint) throws(TrainingError) {}
}

/// What a step's rows give.
package struct StepGradients: Sendable {
    /// The loss that is trained on.
    package let loss: Double
    /// What it is made of and what else changes from step to step, by its name in the log.
    package var facts: [(key: String, value: Double)] = []
    package let gradients: GradientSum
    /// Tokens that were asked for, and all tokens without padding.
    package let labels: Int
    package let tokens: Int
}

/// Looks at rows that are not trained on, with the weights as they stand.
package protocol DevLooking: Sendable {
    /// Rows that cannot be looked at, with the reason.
    var unreadable: [(row: String, reason: String)] { get }
    /// Rows whose loss is measured.
    var measuredCount: Int { get }
    /// Whether there is anything to look at.
    var isEmpty: Bool { get }
    /// The picture of a row that is looked at.
    func picture(of row: String) -> PictureLocation?
    /// Looks.
    func look() -> DevFindings
    /// A last look, beside what chance or wrong pictures give.
    func scores() -> [TrainingReport.Score]
}

/// What a look at dev rows found.
package struct DevFindings: Sendable {
    /// Of the measured rows; nil where there are none.
    package var loss: Double?
    /// Share of the answered rows whose answer is right; nil where there are none.
    package var exactMatch: Double?
    /// Answered rows.
    package var answered = 0
    /// What else was measured, by its name in the log.
    package var facts: [(key: String, value: Double)] = []
    /// What the recipe's `recall` goes by; nil where nothing is retrieved.
    package var recall: Double?
    /// A few answers.
    package var samples: [DevSample] = []

    /// The number that the best weights are chosen by.
    func score(_ metric: FinetuneRecipe.DevSettings.Metric) -> Double? {
        switch metric {
        case .loss: loss
        case .exactMatch: exactMatch
        case .recall: recall
        }
    }
}
