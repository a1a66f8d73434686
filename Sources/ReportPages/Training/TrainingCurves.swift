import JSONText

/// The curves of a training run, drawn from its log alone.
///
///     let records = try RunRecords(path: "run/log.jsonl")
///     try WholeFile.write(TrainingCurves(records).sheet("Finetuning").svg, to: "run/curves.svg")
///
/// Keys of the log and where they are drawn: `loss`, `dev_loss` and other `…_loss` together; other `dev_…` together, but
/// for the counts `dev_rows` and `dev_answered`; `learning_rate` and `learning_rate_…` together; `gradient_norm`; `images`
/// and `tokens` over the `seconds` of the same line, each by itself. In lines where `checkpoint`, `dev_best` or `resumed` is
/// true that is marked. Other keys are not drawn.
package struct TrainingCurves: Sendable {
    private static let counts: Set<String> = ["dev_rows", "dev_answered", "dev_seconds"]
    private let records: RunRecords

    /// The curves of a log.
    package init(_ records: RunRecords) { self.records = records }

    /// A sheet with a chart for each kind of number that the log has.
    package func sheet(_ title: String) -> ChartSheet {
        let keys = records.numericKeys
        let losses = keys.filter { $0 == "loss" || $0.hasSuffix("_loss") }
        var panels = [lossChart(losses.sorted { Self.rank($0) < Self.rank($1) })]
        let metrics = keys.filter { $0.hasPrefix("dev_") && !losses.contains($0) && !Self.counts.contains($0) }
        if !metrics.isEmpty {
            panels.append(
                LineChart("Dev metrics", x: steps, y: ChartAxis("score"), metrics.map { series($0) }, height: 150))
        }
        let rates = keys.filter { $0 == "learning_rate" || $0.hasPrefix("learning_rate_") }
        if !rates.isEmpty {
            let rateSeries = rates.map {
                ChartSeries(rates.count > 1 ? Self.name($0) : "", records.series($0), hasDots: false)
            }
            panels.append(LineChart("Learning rate", x: steps, y: ChartAxis("learning rate"), rateSeries, height: 90))
        }
        if keys.contains("gradient_norm") {
            let norms = series("gradient_norm", smoothing: .automatic, isNamed: false)
            panels.append(
                LineChart(
                    "Gradient norm, before clipping", x: steps, y: axis("norm", unit: nil, of: [norms]), [norms],
                    height: 110))
        }
        for unit in ["images", "tokens"] where keys.contains(unit) && keys.contains("seconds") {
            panels.append(
                LineChart(
                    "Speed", x: steps, y: ChartAxis("\(unit)/s", includesZero: true),
                    [ChartSeries("", speed(of: unit), smoothing: .automatic, hasDots: false)], height: 90))
        }
        let torn = records.tornByteCount
        if torn > 0 {
            panels[panels.count - 1].notes.append(
                "The log's last line is torn: \(PanelText.count(torn, "byte")) left out.")
        }
        return ChartSheet(title, panels.map { .lines($0) })
    }

    /// One axis for all charts, from the first step to the last, so that what lies above each other belongs together.
    private var steps: ChartAxis {
        var axis = ChartAxis.steps
        let steps = records.records.compactMap { $0[RunLog.stepKey]?.double }
        if let first = steps.min(), let last = steps.max(), first < last { axis.range = first...last }
        return axis
    }

    /// How much of `unit` each line tells, over the seconds that the same line tells.
    private func speed(of unit: String) -> [ChartPoint] {
        records.records.compactMap { record in
            guard let step = record[RunLog.stepKey]?.double, let amount = record[unit]?.double,
                let seconds = record["seconds"]?.double, seconds > 0
            else { return nil }
            return ChartPoint(x: step, y: amount / seconds)
        }
    }

    private func lossChart(_ keys: [String]) -> LineChart {
        let curves = keys.map { key in
            series(key, smoothing: key.hasPrefix("dev_") ? .none : .automatic)
        }
        return LineChart(
            "Loss", x: steps, y: axis("loss", unit: "nats", of: curves), curves, markers: markers, height: 260)
    }

    private var markers: [ChartMarker] {
        var markers = records.steps(where: "checkpoint").map { ChartMarker(.checkpoint, x: $0) }
        if let best = records.steps(where: "dev_best").last {
            markers.append(ChartMarker(.best, x: best, label: "best at step \(NumberText.fixed(best, digits: 0))"))
        }
        return markers + records.steps(where: "resumed").map { ChartMarker(.event, x: $0, label: "resumed") }
    }

    private func series(_ key: String, smoothing: ChartSmoothing = .none, isNamed: Bool = true) -> ChartSeries {
        ChartSeries(
            isNamed ? Self.name(key) : "", records.series(key), smoothing: smoothing,
            hasDots: smoothing == .none ? nil : false)
    }

    /// A logarithmic axis where positive values spread over more than a factor of thirty.
    private func axis(_ label: String, unit: String?, of series: [ChartSeries]) -> ChartAxis {
        let values = series.flatMap { $0.points.map(\.y) }.filter(\.isFinite)
        let low = values.min() ?? 0
        let isWide = low > 0 && (values.max() ?? 0) > 30 * low
        return ChartAxis(label, unit: unit, scale: isWide ? .logarithmic : .linear)
    }

    /// The loss that is trained on first, then the dev loss, so that they have their colours in every run.
    private static func rank(_ key: String) -> Int { key == "loss" ? 0 : key == "dev_loss" ? 1 : 2 }

    private static func name(_ key: String) -> String {
        switch key {
        case "loss": "train"
        case "dev_loss": "dev"
        default: String(key.map { $0 == "_" ? " " : $0 })
        }
    }
}
