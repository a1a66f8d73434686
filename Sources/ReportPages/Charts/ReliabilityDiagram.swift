/// How often a model is right when it is so and so sure (DeGroot and Fienberg 1983; Guo and others 2017), and how often it
/// is so sure.
///
/// To the left, over each bin of confidence, the share that is right: a calibrated model's bars end on the diagonal. To the
/// right, how many answers fall into each bin.
package struct ReliabilityDiagram: Sendable {
    /// The answers whose confidence lies in one range.
    package struct Bin: Sendable {
        /// Where the bin begins and ends, within 0 to 1.
        package var edges: (low: Double, high: Double)
        /// Their mean confidence.
        package var confidence: Double
        /// The share of them that is right.
        package var accuracy: Double
        /// An interval of that share.
        package var interval: (low: Double, high: Double)?
        /// How many they are; a bin of none is not drawn.
        package var count: Int

        /// A bin.
        package init(
            from low: Double, to high: Double, confidence: Double, accuracy: Double, count: Int,
            interval: (low: Double, high: Double)? = nil
        ) {
            edges = (low, high)
            self.confidence = confidence
            self.accuracy = accuracy
            self.count = count
            self.interval = interval
        }
    }

    /// Stands above the chart; `""` for none.
    package var title: String
    /// From the least sure to the surest.
    package var bins: [Bin]
    /// Stand in small letters under the chart: the expected calibration error, for one.
    package var notes: [String]

    /// A diagram.
    package init(_ title: String, _ bins: [Bin], notes: [String] = []) {
        self.title = title
        self.bins = bins
        self.notes = notes
    }
}

extension ReliabilityDiagram: PanelDrawing {
    var leftMargin: Double? { nil }

    private var shown: [Bin] {
        bins.filter { bin in
            bin.count > 0 && [bin.edges.low, bin.edges.high, bin.confidence, bin.accuracy].allSatisfy(\.isFinite)
        }
    }

    func draw(on canvas: inout SVGCanvas, left: Double, top: Double, width: Double) -> Double {
        let side = min((width - 190) / 2, 360)
        var edge = PanelText.drawTitle(title, on: &canvas, top: top, width: width)
        var legend = Legend()
        legend.add(.area(color: 0), "share right in the bin")
        legend.add(.symbol(color: 1, shape: 0), "at the bin's mean confidence")
        legend.add(.reference, "calibrated")
        edge = legend.draw(on: &canvas, left: 70, right: width - PlotFrame.rightMargin, top: edge) + 8
        let share = ChartAxis("", range: 0...1)
        var confidence = share
        confidence.label = "confidence"
        var accuracy = share
        accuracy.label = "share right"
        let frame = PlotFrame(
            x: AxisScale(confidence, values: []), y: AxisScale(accuracy, values: []), left: 70, top: edge, width: side,
            height: side)
        drawBins(on: &canvas, frame: frame)
        let counts = AxisScale(
            ChartAxis("answers", includesZero: true, isWhole: true), values: shown.map { Double($0.count) },
            looseTicks: PlotFrame.yTickCount(height: side))
        let countLeft = frame.right + 30 + PlotFrame.leftMargin(y: counts, height: side)
        var countFrame = PlotFrame(
            x: frame.x, y: counts, left: countLeft, top: edge,
            width: max(width - PlotFrame.rightMargin - countLeft, 60), height: side)
        countFrame.captionX = frame.right + 46
        drawCounts(on: &canvas, frame: countFrame)
        let missing = bins.count { $0.count > 0 } - shown.count
        let ownNotes = missing > 0 ? ["\(PanelText.count(missing, "bin")) left out (not finite)."] : []
        return PanelText.drawNotes(
            notes + ownNotes, on: &canvas, left: 70, top: frame.bottom + PlotFrame.footHeight, width: width)
    }

    private func drawBins(on canvas: inout SVGCanvas, frame: PlotFrame) {
        frame.drawAxes(on: &canvas)
        if shown.isEmpty {
            canvas.text("chart-faint", "no data", x: frame.left + frame.width / 2, y: frame.top + 40, anchor: .middle)
        }
        frame.drawInside(on: &canvas) { inside in
            for bin in shown {
                let (x, height) = (frame.placeX(bin.edges.low), frame.placeY(0) - frame.placeY(bin.accuracy))
                inside.rectangle(
                    "chart-bar \(ChartStyle.fill(0))", x: x + 1, y: frame.placeY(bin.accuracy),
                    width: frame.placeX(bin.edges.high) - x - 2, height: height, hint: hint(bin))
            }
            frame.drawDiagonal(on: &inside)
            for bin in shown {
                let place = frame.place(ChartPoint(x: bin.confidence, y: bin.accuracy))
                if let interval = bin.interval, interval.low.isFinite, interval.high.isFinite {
                    inside.line(
                        "chart-interval", fromX: place.x, y: frame.placeY(interval.low), toX: place.x,
                        y: frame.placeY(interval.high))
                }
                inside.circle("chart-dot \(ChartStyle.fill(1))", x: place.x, y: place.y, radius: 4.5, hint: hint(bin))
            }
        }
    }

    private func drawCounts(on canvas: inout SVGCanvas, frame: PlotFrame) {
        frame.drawAxes(on: &canvas, hasTicks: !shown.isEmpty)
        for bin in shown {
            let x = frame.placeX(bin.edges.low)
            let y = frame.placeY(Double(bin.count))
            canvas.rectangle(
                "chart-bar \(ChartStyle.fill(6))", x: x + 1, y: y, width: frame.placeX(bin.edges.high) - x - 2,
                height: frame.bottom - y, hint: hint(bin))
        }
    }

    private func hint(_ bin: Bin) -> String {
        "\(PanelText.count(bin.count, "answer")), mean confidence \(NumberText.fixed(bin.confidence, digits: 3)), "
            + "right \(NumberText.fixed(bin.accuracy, digits: 3))"
    }
}
