import Foundation
import JSONText
import NeuralLayers
import ReportPages
import TensorEngine
import VisionLanguage

/// How far activations move in a few steps of Adam, over the width: under maximal-update parametrisation alike at every width,
/// under the standard one the more the wider (Yang et al. 2022, appendix D.1).
///
/// All widths see the same batch at one learning rate. The head starts from zero, as the authors advise: random first logits
/// shrink with the root of the width and would hide the rest. Routers send tokens by small differences, so the sparse masks are
/// soft and each figure is a mean over several seeds.
package struct CoordinateCheck: Sendable {
    /// The decoder and its widths.
    package let family: WidthFamily
    /// From narrow to wide.
    package var widths = [64, 128, 256, 512]
    /// Steps before the last look.
    package var steps = 4
    package var learningRate: Float = 0.01
    package var seeds = 3
    /// Slopes of log change over log width that are flat.
    package var tolerance = 0.1

    /// A check of the family.
    package init(_ family: WidthFamily) { self.family = family }

    /// One activation over the widths.
    package struct Row: Sendable {
        /// Which: `layer 1` is the input of the layer after the first.
        package let activation: String
        /// Mean absolute change since the first pass, one a width.
        package let changes: [Double]
        /// Of log change over log width.
        package let slope: Double
    }

    /// What one parametrisation does.
    package struct Outcome: Sendable {
        package let isByWidth: Bool
        package let rows: [Row]
        /// Whether every slope is flat.
        package let isFlat: Bool
    }

    /// Measures both parametrisations.
    ///
    /// - Parameter progress: told each width before it begins.
    package func run(_ progress: (String) -> Void = { _ in }) -> [Outcome] {
        [true, false].map { isByWidth -> Outcome in
            let byWidth = widths.map { width -> [Double] in
                progress("\(isByWidth ? "maximal update" : "standard"), width \(width)")
                let runs = (0..<seeds).map { changes(width, isByWidth: isByWidth, seed: UInt64(100 + $0)) }
                return runs[0].indices.map { index -> Double in
                    runs.reduce(0) { $0 + $1[index] } / Double(seeds)
                }
            }
            let rows = byWidth[0].indices.map { index -> Row in
                let changes = byWidth.map { $0[index] }
                return Row(
                    activation: index == byWidth[0].count - 1 ? "logits" : "layer \(index + 1)", changes: changes,
                    slope: Self.slope(widths.map { log(Double($0)) }, changes.map { log(max($0, 1e-30)) }))
            }
            return Outcome(isByWidth: isByWidth, rows: rows, isFlat: rows.allSatisfy { abs($0.slope) <= tolerance })
        }
    }

    /// The least-squares slope of y over x.
    static func slope(_ x: [Double], _ y: [Double]) -> Double {
        let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
        let spread = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
        return spread > 0 ? zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / spread : 0
    }

    /// Tokens of a row, and ids, of the fixed batch.
    private static let batch = (rows: 4, length: 16, vocabulary: 64)

    private func changes(_ width: Int, isByWidth: Bool, seed: UInt64) -> [Double] {
        var configuration = family.member(width, isByWidth: isByWidth)
        configuration.vocabularySize = Self.batch.vocabulary
        configuration.tiesEmbeddings = false
        configuration.tableDeviation = max(0.2, configuration.tableDeviation)
        let scope = ParameterScope(RandomParameters(seed: seed))
        let decoder = LorgnetteDecoder(configuration, in: scope)
        let trained = scope.parameters.filter { decoder.settings[$0.name]?.isTrained ?? true }
        for parameter in trained { parameter.setTrainable(true) }
        for parameter in trained where parameter.name == "lm_head.weight" { parameter.update { $0.fill(0) } }
        var generator = SeededGenerator(seed: seed, stream: "tokens")
        let ids = (0..<Self.batch.rows).map { _ in
            (0..<Self.batch.length).map { _ in generator.integer(below: Self.batch.vocabulary) }
        }
        let labels = ids.flatMap { Array($0.dropFirst()) + [-100] }
        var settings = OptimiserSettings()
        settings.decay = 0
        let schedule = LearningRateSchedule(learningRate: learningRate, warmupSteps: 0, finalShare: 1, steps: steps)
        var state = TrainingState(
            trained, settings: OptimisationSettings(optimiser: settings, schedule: schedule, clip: nil)
        ) { decoder.group(of: $0) }
        var first: [Tensor] = []
        while true {
            var pass = DecoderPass.documents(
                ids.map { [PackedDocument(tokens: $0.count)] }, sequence: Self.batch.length)
            pass.training = TrainingMode(using: SeededGenerator(seed: seed), hardRate: 0)
            pass.hiddenStates = []
            let logits = decoder.logits(ids: ids, pass: &pass)
            let seen = (pass.hiddenStates ?? []).dropFirst().map(\.detached) + [logits.detached]
            if state.step == 0 { first = seen }
            if state.step == steps {
                return zip(seen, first).map { now, then in
                    zip(now.array, then.array).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) } / Double(now.count)
                }
            }
            let loss = logits.crossEntropy(labels: labels)
            let gradients = GradientSum(loss.gradients(), of: trained)
            guard (try? state.advance(by: gradients, loss: Double(loss.scalar), rows: [])) != nil else {
                return seen.map { _ in .infinity }
            }
        }
    }
}

extension CoordinateCheck {
    /// Changes over widths, both parametrisations under each other, both axes logarithmic.
    package func sheet(_ outcomes: [Outcome]) -> ChartSheet {
        let panels = outcomes.map { outcome -> ChartPanel in
            let series = outcome.rows.map { row -> ChartSeries in
                let points = zip(widths, row.changes).map { ChartPoint(x: Double($0), y: $1) }
                return ChartSeries(row.activation + ", slope " + NumberText.fixed(row.slope, digits: 2), points)
            }
            let chart = LineChart(
                outcome.isByWidth ? "Maximal-update parametrisation" : "Standard parametrisation",
                x: ChartAxis("width", scale: .logarithmic),
                y: ChartAxis("mean |change| after \(steps) steps", scale: .logarithmic), series)
            return .lines(chart)
        }
        return ChartSheet("Coordinate check", panels)
    }

    /// The table for a person.
    package func lines(_ outcomes: [Outcome]) -> [String] { outcomes.flatMap { lines($0) } }

    private func lines(_ outcome: Outcome) -> [String] {
        var table: [[String]] = [["activation"] + widths.map { "width \($0)" } + ["slope"]]
        for row in outcome.rows {
            let changes = row.changes.map { NumberText.short($0) }
            table.append([row.activation] + changes + [NumberText.fixed(row.slope, digits: 3)])
        }
        let title = outcome.isByWidth ? "maximal-update parametrisation" : "standard parametrisation"
        let verdict =
            outcome.isFlat
            ? "  passes: every slope is within \(tolerance) of 0" : "  fails: a slope is more than \(tolerance) from 0"
        return [title] + table.map { WidthStudy.line(of: $0, column: 12) } + [verdict]
    }

    /// The figures for programs.
    package func json(_ outcomes: [Outcome]) -> JSONValue {
        .object([
            ("widths", .array(widths.map { .integer($0) })), ("steps", .integer(steps)), ("seeds", .integer(seeds)),
            ("learning_rate", .double(Double(learningRate))), ("parametrisations", .array(outcomes.map(\.json))),
        ])
    }
}

extension CoordinateCheck.Outcome {
    fileprivate var json: JSONValue {
        let activations = rows.map { row in
            JSONValue.object([
                ("name", .string(row.activation)), ("changes", .array(row.changes.map { .double($0) })),
                ("slope", .double(row.slope)),
            ])
        }
        return .object([
            ("type", .string(isByWidth ? "mup" : "standard")), ("passes", .bool(isFlat)),
            ("activations", .array(activations)),
        ])
    }
}
