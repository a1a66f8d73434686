/// Shows how far a run is: a bar that is redrawn in place on a terminal, now and then a plain line elsewhere.
///
///     var progress = ProgressDisplay(total: 1500, noun: "steps", units: ["images", "tokens"])
///     for step in 1...1500 { …; progress.show(step, adding: [16, 512], facts: ["loss 2.31"]) }
///
/// A terminal is drawn on at most ten times a second. Elsewhere a line is written at most every ten seconds, or at the
/// steps asked for; a run that ends before its first line says nothing.
package struct ProgressDisplay: Sendable {
    private static let terminalPause = Duration.milliseconds(100)
    private static let linePause = Duration.seconds(10)

    /// What is shown.
    package private(set) var meter: ProgressMeter
    private let surface: ProgressSurface
    private let start: Duration
    private let lineEvery: Int?
    private var lastShown: Duration?
    private var lastLineAt: Int
    private var isBarShown = false
    private var isFinished = false
    private var facts: [String] = []

    /// Progress from `done`, 0 but for a resumed run, to `total`.
    ///
    /// - Parameters:
    ///   - noun: What is counted, `steps`.
    ///   - units: What else flows by, each shown with its rate.
    ///   - lineEvery: After how many of them a plain line is written; `nil` for a line every ten seconds.
    package init(
        total: Int, noun: String, units: [String] = [], resumedAt done: Int = 0, lineEvery: Int? = nil,
        on surface: ProgressSurface = .standardError
    ) {
        meter = ProgressMeter(total: total, noun: noun, units: units, resumedAt: done)
        self.surface = surface
        self.lineEvery = lineEvery
        start = surface.now()
        lastLineAt = done
    }

    /// Says that `done` are done and so much more of each unit has flowed by; shows it if it is time to.
    package mutating func show(_ done: Int, adding amounts: [Int] = [], facts: [String] = []) {
        let now = surface.now() - start
        meter.advance(to: done, adding: amounts, at: now)
        self.facts = facts
        if done >= meter.total { return finish() }
        if let columns = surface.columns() {
            if let lastShown, now - lastShown < Self.terminalPause { return }
            lastShown = now
            drawBar(columns: columns)
        } else if isLineDue(at: now) {
            lastShown = now
            lastLineAt = done
            surface.write(meter.plainLine(facts: facts) + "\n")
        }
    }

    /// Writes a line of its own, above the bar where there is one.
    package mutating func say(_ line: String) {
        guard isBarShown, !isFinished, let columns = surface.columns() else { return surface.write(line + "\n") }
        surface.write("\r\u{1B}[K" + line + "\n")
        drawBar(columns: columns)
    }

    /// Shows the last state and ends the bar's line; also for a run that ends early. Only the first call counts.
    package mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        if let columns = surface.columns() {
            guard isBarShown || meter.done >= meter.total else { return }
            drawBar(columns: columns)
            surface.write("\n")
        } else if lastShown != nil || (lineEvery != nil && meter.done > lastLineAt) {
            surface.write(meter.plainLine(facts: facts) + "\n")
        }
    }

    private func isLineDue(at now: Duration) -> Bool {
        if let lineEvery { return meter.done / max(lineEvery, 1) > lastLineAt / max(lineEvery, 1) }
        return now - (lastShown ?? .zero) >= Self.linePause
    }

    private mutating func drawBar(columns: Int) {
        isBarShown = true
        surface.write("\r" + meter.barLine(facts: facts, columns: columns) + "\u{1B}[K")
    }
}
