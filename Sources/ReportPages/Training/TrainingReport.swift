/// What a training run leaves for a person to read, as plain values; `page` makes the page.
///
///     var report = TrainingReport(title: "Finetuning the bridge", outcome: .finished)
///     report.plan = [.init("Q-Former", parameters: 1_200_000, learningRate: 1e-4), .init("decoder", parameters: 9_000_000)]
///     report.curves = TrainingCurves(records).sheet("")
///     try WholeFile.write(report.page.html, to: "run/report.html")
///
/// What is empty gets no section.
package struct TrainingReport: Sendable {
    /// How the run ended.
    package enum Outcome: Sendable, Equatable {
        /// As planned.
        case finished
        /// Before its last step, on purpose: `no better dev loss for 5 evaluations`.
        case stoppedEarly(String)
        /// By an error.
        case failed(String)
    }

    /// A row of the plan: a part of the model.
    package struct PlanRow: Sendable {
        let part: String
        let parameters: Int
        let learningRate: Double?
        let note: String

        /// A part with its number of parameters; no learning rate for a frozen one.
        package init(_ part: String, parameters: Int, learningRate: Double? = nil, note: String = "") {
            self.part = part
            self.parameters = parameters
            self.learningRate = learningRate
            self.note = note
        }
    }

    /// What the model said of a dev picture at some step.
    package struct Sample: Sendable {
        let step: Int
        let picture: PagePicture?
        let name: String
        let question: String?
        let reference: String
        let generated: String
        let isRight: Bool?

        /// A picture, the reference text and the text that the model made.
        package init(
            step: Int, picture: PagePicture?, name: String, question: String? = nil, reference: String,
            generated: String, isRight: Bool? = nil
        ) {
            self.step = step
            self.picture = picture
            self.name = name
            self.question = question
            self.reference = reference
            self.generated = generated
            self.isRight = isRight
        }
    }

    /// A final score.
    package struct Score: Sendable {
        let name: String
        let value: Double
        let interval: (low: Double, high: Double)?
        let baseline: (name: String, value: Double)?
        let isHigherBetter: Bool
        let examples: Int?
        let note: String

        /// A score, with what a baseline reaches (blind, shuffled pictures), where that was measured.
        package init(
            _ name: String, _ value: Double, interval: (low: Double, high: Double)? = nil,
            baseline: (name: String, value: Double)? = nil, isHigherBetter: Bool = true, examples: Int? = nil,
            note: String = ""
        ) {
            self.name = name
            self.value = value
            self.interval = interval
            self.baseline = baseline
            self.isHigherBetter = isHigherBetter
            self.examples = examples
            self.note = note
        }

        /// Whether the baseline does as well, or whether there is no telling.
        var beatsBaseline: Bool {
            guard let baseline else { return true }
            return isHigherBetter ? value > baseline.value : value < baseline.value
        }
    }

    /// Stands at the top.
    package var title: String
    /// A line below the title: base model, date, command.
    package var subtitle = ""
    /// How the run ended.
    package var outcome: Outcome
    /// What the reader must know: pictures skipped, captions cut.
    package var warnings: [String] = []
    /// The run in a few facts: steps, pictures seen, final loss.
    package var summary: [(name: String, text: String)] = []
    /// Which parts were trained and which frozen.
    package var plan: [PlanRow] = []
    /// Losses, rates, speeds.
    package var curves: ChartSheet?
    /// Any other charts, such as the router's load.
    package var charts: [ChartSheet] = []
    /// What was measured at the end.
    package var scores: [Score] = []
    /// What the model said on the way; the last step's are shown, earlier ones folded away.
    package var samples: [Sample] = []
    /// What is said of a score that does not beat its baseline.
    package var baselineHint = ": it may not look at the pictures"
    /// What stands above them.
    package var samplesTitle = "What it says of dev pictures"
    /// Where the time went.
    package var timings: [(name: String, duration: Duration)] = []
    /// SHA-256 of what the run was built on and what it made.
    package var hashes: [(name: String, hash: String)] = []
    /// The resolved recipe, as it can be run again.
    package var recipe = ""
    /// A line at the foot: program and version.
    package var footer = ""

    /// A report with nothing in it but how the run ended.
    package init(title: String, outcome: Outcome) {
        self.title = title
        self.outcome = outcome
    }
}
