import Foundation
import InterleavedData
import JSONText
import NeuralLayers
import ReportPages
import TensorEngine
import VisionLanguage

/// The loss after a short training over learning rates, at several widths: under maximal-update parametrisation the best rate
/// stays put, under the standard one it falls with the width (Yang et al. 2022, figure 1).
package struct LearningRateSweep: Sendable {
    /// The decoder and its widths.
    package let family: WidthFamily
    /// The rows that every training sees.
    package let sampler: TextSampler
    /// From narrow to wide.
    package var widths = [64, 128, 256]
    /// Powers of two.
    package var exponents = Array(-11 ... -4)
    /// Steps of each training.
    package var steps = 60
    package var optimiser = OptimiserSettings()
    package var seed: UInt64 = 0

    /// A sweep over the rows of `sampler`.
    package init(_ family: WidthFamily, sampler: TextSampler) {
        self.family = family
        self.sampler = sampler
    }

    /// What one parametrisation does.
    package struct Outcome: Sendable {
        package let isByWidth: Bool
        /// Mean loss of the last fifth of the steps, `[widths][exponents]`; infinite where training broke.
        package let losses: [[Double]]
        /// Where each width's loss is least: the vertex of the parabola through the least one and its neighbours, as an exponent.
        package let optima: [Double]

        /// How far the optimum moves from the narrowest width to the widest, in powers of two.
        package var shift: Double { (optima.last ?? 0) - (optima.first ?? 0) }
    }

    /// Trains at every width and rate, under both parametrisations.
    ///
    /// - Parameter progress: told of each training when it is done.
    package func run(_ progress: (String) -> Void = { _ in }) throws(TextDataError) -> [Outcome] {
        var batches: [TextBatch] = []
        for step in 0..<steps { batches.append(try sampler.batch(step: step)) }
        return [true, false].map { isByWidth -> Outcome in
            let losses = widths.map { width -> [Double] in
                exponents.map { exponent -> Double in
                    let loss = loss(
                        family.member(width, isByWidth: isByWidth), rate: Float(pow(2, Double(exponent))), batches)
                    progress(
                        "\(isByWidth ? "maximal update" : "standard"), width \(width), rate 2^\(exponent): "
                            + NumberText.fixed(loss, digits: 3))
                    return loss
                }
            }
            return Outcome(isByWidth: isByWidth, losses: losses, optima: losses.map(optimum))
        }
    }

    private func loss(_ configuration: LorgnetteDecoderConfiguration, rate: Float, _ batches: [TextBatch]) -> Double {
        let scope = ParameterScope(RandomParameters(seed: seed))
        let decoder = LorgnetteDecoder(configuration, in: scope)
        let trained = scope.parameters.filter { decoder.settings[$0.name]?.isTrained ?? true }
        for parameter in trained { parameter.setTrainable(true) }
        let schedule = LearningRateSchedule(
            learningRate: rate, warmupSteps: max(1, steps / 10), finalShare: 0.1, steps: steps)
        var state = TrainingState(
            trained, settings: OptimisationSettings(optimiser: optimiser, schedule: schedule, clip: 1)
        ) { decoder.group(of: $0) }
        var last: [Double] = []
        for (step, batch) in batches.enumerated() {
            let lesson = decoder.lesson(of: batch, parameters: trained, seed: seed, step: step)
            let loss = lesson.losses.total.mean
            guard (try? state.advance(by: lesson.gradients, loss: loss, rows: [])) != nil else { return .infinity }
            decoder.balance(lesson.figures)
            if step >= steps - max(1, steps / 5) { last.append(loss) }
        }
        return last.reduce(0, +) / Double(max(1, last.count))
    }

    private func optimum(_ losses: [Double]) -> Double {
        let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
        let middle = Double(exponents[best])
        guard best > 0, best + 1 < losses.count else { return middle }
        let (left, right) = (losses[best - 1] - losses[best], losses[best + 1] - losses[best])
        guard left.isFinite, right.isFinite, left + right > 0 else { return middle }
        return middle + 0.5 * (left - right) / (left + right)
    }
}

extension LearningRateSweep {
    /// Loss over the learning rate, a curve a width, both parametrisations under each other.
    package func sheet(_ outcomes: [Outcome]) -> ChartSheet {
        let finite = outcomes.flatMap { $0.losses.flatMap(\.self) }.filter(\.isFinite)
        let least = finite.min() ?? 0
        let panels = outcomes.map { outcome -> ChartPanel in
            let series = zip(widths, outcome.losses).map { width, losses -> ChartSeries in
                let shown = zip(exponents, losses).filter { $0.1 < 2 * least }
                return ChartSeries("width \(width)", shown.map { ChartPoint(x: Double($0.0), y: $0.1) })
            }
            let chart = LineChart(
                outcome.isByWidth ? "Maximal-update parametrisation" : "Standard parametrisation",
                x: ChartAxis("log2 of the learning rate"), y: ChartAxis("loss after \(steps) steps", unit: "nats"),
                series)
            return .lines(chart)
        }
        return ChartSheet("Learning rate by width", panels)
    }

    /// The table for a person.
    package func lines(_ outcomes: [Outcome]) -> [String] { outcomes.flatMap { lines($0) } }

    private func lines(_ outcome: Outcome) -> [String] {
        var table: [[String]] = [["width"] + exponents.map { "2^\($0)" } + ["best at"]]
        for (index, width) in widths.enumerated() {
            let losses = outcome.losses[index].map { NumberText.fixed($0, digits: 3) }
            table.append(["\(width)"] + losses + ["2^" + NumberText.fixed(outcome.optima[index], digits: 1)])
        }
        let title = outcome.isByWidth ? "maximal-update parametrisation" : "standard parametrisation"
        let shift = "  the optimum moves by 2^\(NumberText.fixed(outcome.shift, digits: 1)) over the widths"
        return [title] + table.map { WidthStudy.line(of: $0, column: 9) } + [shift]
    }

    /// The figures for programs.
    package func json(_ outcomes: [Outcome]) -> JSONValue {
        .object([
            ("widths", .array(widths.map { .integer($0) })), ("steps", .integer(steps)),
            ("log2_rates", .array(exponents.map { .integer($0) })),
            ("parametrisations", .array(outcomes.map(\.json))),
        ])
    }
}

extension LearningRateSweep.Outcome {
    fileprivate var json: JSONValue {
        let losses = losses.map { JSONValue.array($0.map { .double($0) }) }
        return .object([
            ("type", .string(isByWidth ? "mup" : "standard")), ("losses", .array(losses)),
            ("log2_optima", .array(optima.map { .double($0) })), ("shift", .double(shift)),
        ])
    }
}
