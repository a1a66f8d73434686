/// Series against a common axis, such as losses against steps.
///
///     let chart = LineChart(
///         "Loss", x: .steps, y: ChartAxis("loss", unit: "nats", scale: .logarithmic),
///         [ChartSeries("train", records.series("loss"), smoothing: .automatic),
///          ChartSeries("dev", records.series("dev_loss"))],
///         markers: [ChartMarker(.best, x: 900, label: "best dev 1.24")])
///     try WholeFile.write(ChartSheet([.lines(chart)]).svg, to: "curves.svg")
///
/// What cannot be drawn (not finite, or not positive on a logarithmic axis) breaks the line, is marked × at the foot, and
/// is counted in a note under the chart.
package struct LineChart: Sendable {
    /// Stands above the chart; `""` for none.
    package var title: String
    /// The axis along.
    package var x: ChartAxis
    /// The axis up.
    package var y: ChartAxis
    /// What is drawn, the first one lowest.
    package var series: [ChartSeries]
    /// What happened along the way.
    package var markers: [ChartMarker]
    /// Stand in small letters under the chart.
    package var notes: [String]
    /// The plot's height in pixels, without title, legend and axis labels.
    package var height: Double

    /// A chart.
    package init(
        _ title: String, x: ChartAxis, y: ChartAxis, _ series: [ChartSeries], markers: [ChartMarker] = [],
        notes: [String] = [], height: Double = 220
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
        self.markers = markers
        self.notes = notes
        self.height = max(height, 40)
    }
}

extension LineChart {
    /// The share of answers that are wrong, over the share of questions answered, the surest first.
    ///
    /// - Parameters:
    ///   - curves: For each model or score its name and points (coverage, risk), both from 0 to 1.
    package static func riskCoverage(
        _ title: String, _ curves: [(name: String, points: [ChartPoint])]
    ) -> LineChart {
        LineChart(
            title, x: ChartAxis("coverage: share of questions answered", range: 0...1),
            y: ChartAxis("risk: share wrong", includesZero: true),
            curves.map { ChartSeries($0.name, $0.points, hasDots: false) })
    }
}
