import ReportPages

extension FinetuneRun {
    /// Loss, learning rate and gradients over the steps, from the log alone.
    func curves() throws(ReportFileError) -> ChartSheet {
        let records = try RunRecords(path: files.log)
        var markers: [ChartMarker] = []
        if let step = best.step { markers.append(ChartMarker(.best, x: Double(step), label: "best dev")) }
        var losses = [ChartSeries("train", records.series("loss"), smoothing: .automatic)]
        let dev = records.series("dev_loss")
        if !dev.isEmpty { losses.append(ChartSeries("dev", dev)) }
        var panels: [ChartPanel] = [
            .lines(LineChart("Loss", x: .steps, y: ChartAxis("loss", unit: "nats"), losses, markers: markers))
        ]
        let exact = records.series("dev_exact_match")
        if !exact.isEmpty {
            panels.append(
                .lines(
                    LineChart(
                        "Answers on dev", x: .steps, y: ChartAxis("exact match", range: 0...1),
                        [ChartSeries("dev", exact)], height: 140)))
        }
        panels.append(
            .lines(
                LineChart(
                    "Learning rate", x: .steps, y: ChartAxis("learning rate"),
                    [ChartSeries("learning rate", records.series("learning_rate"), hasDots: false)], height: 110)))
        panels.append(
            .lines(
                LineChart(
                    "Gradients before clipping", x: .steps, y: ChartAxis("2-norm", scale: .logarithmic),
                    [ChartSeries("norm", records.series("gradient_norm"), smoothing: .automatic)], height: 110)))
        return ChartSheet("Finetuning", panels)
    }

    /// The report; a page of its own comes with the report room.
    func reportPage(_ dev: DevEvaluation) throws(ReportFileError) -> String {
        "<!doctype html><meta charset=\"utf-8\"><title>Finetuning</title>" + (try curves().element)
    }
}
