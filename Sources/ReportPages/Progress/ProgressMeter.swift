/// How far a run is, how fast, and how long it still takes; it reads no clock and writes nothing.
///
///     var meter = ProgressMeter(total: 1500, noun: "steps", units: ["images"])
///     meter.advance(to: 10, adding: [160], at: .seconds(5))
///     meter.rate(of: "images")     // 32, over the last half minute
///     meter.timeLeft               // 745 s
///
/// Times count from the start of the run (or of its resumption).
package struct ProgressMeter: Sendable {
    private struct Sample {
        var time: Duration
        var done: Int
        var amounts: [Int]
    }

    /// What `done` ends at.
    package let total: Int
    /// What is counted: `steps`, `scenes`.
    package let noun: String
    /// What else flows by, each with its own rate: `images`, `tokens`.
    package let units: [String]
    /// Over how long a time rates are taken.
    package let window: Duration
    /// How many are done.
    package private(set) var done: Int
    /// When that was noted last.
    package private(set) var elapsed: Duration = .zero
    /// The oldest lies at the window's edge or just before it.
    private var samples: [Sample]

    /// A meter at `done`, which is more than 0 where a run is resumed: what was done before does not count as speed.
    package init(
        total: Int, noun: String, units: [String] = [], resumedAt done: Int = 0, window: Duration = .seconds(30)
    ) {
        self.total = total
        self.noun = noun
        self.units = units
        self.window = window
        self.done = done
        samples = [Sample(time: .zero, done: done, amounts: units.map { _ in 0 })]
    }

    /// Notes that `done` are done at `time`, and that so much more of each unit has flowed by since the last note.
    ///
    /// A time before the last one counts as the last one. Missing amounts are 0.
    package mutating func advance(to done: Int, adding amounts: [Int] = [], at time: Duration) {
        elapsed = max(elapsed, time)
        self.done = done
        var sample = samples[samples.count - 1]
        for index in units.indices where index < amounts.count { sample.amounts[index] += amounts[index] }
        sample.done = done
        // Two hundred samples a window are enough: notes that follow faster take the last one's place.
        let isLastClose = samples.count > 1 && elapsed - samples[samples.count - 2].time < window / 200
        sample.time = elapsed
        if isLastClose { samples[samples.count - 1] = sample } else { samples.append(sample) }
        let edge = elapsed - window
        if let firstInside = samples.firstIndex(where: { $0.time > edge }), firstInside > 1 {
            samples.removeFirst(firstInside - 1)
        }
    }

    /// How many are done a second, over the window; `nil` before anything can be said.
    package var rate: Double? { perSecond { $0.done } }

    /// How much of that unit flows by a second, over the window; `nil` before anything can be said.
    package func rate(of unit: String) -> Double? {
        units.firstIndex(of: unit).flatMap { index in perSecond { $0.amounts[index] } }
    }

    /// How long the rest takes at the present rate; `nil` before anything can be said, zero at the end.
    package var timeLeft: Duration? {
        if done >= total { return .zero }
        guard let rate, rate > 0 else { return nil }
        return .seconds(Double(total - done) / rate)
    }

    /// How much is done, from 0 to 1. Of nothing, all is done.
    package var share: Double { total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1 }

    private func perSecond(_ count: (Sample) -> Int) -> Double? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let seconds = (last.time - first.time) / .seconds(1)
        return seconds > 0 ? Double(count(last) - count(first)) / seconds : nil
    }
}
