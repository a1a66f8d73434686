import ReportPages
import Testing

@Suite struct ProgressMeterTests {
    @Test func `rates and the time left`() throws {
        var meter = ProgressMeter(total: 1500, noun: "steps", units: ["images", "tokens"])
        for step in 1...10 { meter.advance(to: step, adding: [16, 100], at: .milliseconds(500 * step)) }

        #expect(meter.rate == 2)
        #expect(meter.rate(of: "images") == 32)
        #expect(meter.rate(of: "tokens") == 200)
        #expect(meter.rate(of: "apples") == nil)
        #expect(meter.timeLeft == .seconds(745))
    }

    @Test func `nothing is said before anything is known`() {
        var meter = ProgressMeter(total: 10, noun: "steps")
        #expect(meter.rate == nil && meter.timeLeft == nil && meter.share == 0)

        meter.advance(to: 0, at: .seconds(3))
        #expect(meter.rate == 0 && meter.timeLeft == nil)
    }

    @Test func `only the window counts`() throws {
        var meter = ProgressMeter(total: 10_000, noun: "steps", window: .seconds(30))
        for step in 1...100 { meter.advance(to: step, at: .seconds(step)) }
        for step in 101...1100 { meter.advance(to: step, at: .seconds(100) + .milliseconds(100 * (step - 100))) }

        let rate = try #require(meter.rate)
        #expect(abs(rate - 10) < 0.1)
    }

    @Test func `many notes in a short time count, each of them`() throws {
        var meter = ProgressMeter(total: 2_000_000, noun: "scenes", units: ["bytes"], window: .seconds(10))
        for step in 1...1_000_000 { meter.advance(to: step, adding: [3], at: .microseconds(10 * step)) }

        let rate = try #require(meter.rate(of: "bytes"))
        #expect(abs(rate - 300_000) < 3000)
    }

    @Test func `what was done before a resumption is no speed`() {
        var meter = ProgressMeter(total: 200, noun: "steps", resumedAt: 100)
        meter.advance(to: 110, at: .seconds(10))

        #expect(meter.rate == 1)
        #expect(meter.timeLeft == .seconds(90))
        #expect(meter.share == 0.55)
    }

    @Test func `a clock that goes back and a total of nothing do no harm`() {
        var meter = ProgressMeter(total: 0, noun: "steps")
        meter.advance(to: 0, at: .seconds(5))
        meter.advance(to: 0, at: .seconds(1))

        #expect(meter.elapsed == .seconds(5))
        #expect(meter.share == 1 && meter.timeLeft == .zero)
    }

    @Test func `a plain line`() {
        var meter = ProgressMeter(total: 1500, noun: "steps", units: ["images"])
        meter.advance(to: 120, adding: [5400], at: .seconds(120))

        #expect(
            meter.plainLine(facts: ["loss 2.31"]) == "120 of 1500 steps, loss 2.31, 45 images/s, 23 min left")
        meter.advance(to: 1500, at: .seconds(130))
        #expect(meter.plainLine().hasSuffix("in 2 min 10 s"))
    }

    @Test(arguments: [
        (100, "███░░░░░░░░░░░░░░░░░░░░░░░░░░░ 120/1200 steps · loss 2.31 · 45 images/s · 18 min left"),
        (70, "█░░░░░░░░░░░░░ 120/1200 steps · loss 2.31 · 45 images/s · 18 min left"),
        (57, "120/1200 steps · loss 2.31 · 45 images/s · 18 min left"),
        (53, "█░░░░░░░░░░ 120/1200 steps · loss 2.31 · 18 min left"),
        (35, "120/1200 steps · 18 min left"), (9, "120/1200"), (0, "1"),
    ])
    func `a bar as wide as the terminal lets it`(columns: Int, line: String) {
        var meter = ProgressMeter(total: 1200, noun: "steps", units: ["images"])
        meter.advance(to: 120, adding: [5400], at: .seconds(120))

        let bar = meter.barLine(facts: ["loss 2.31"], columns: columns)

        #expect(bar == line)
        #expect(bar.count < max(columns, 2))
    }

    @Test func `the bar is full at the end`() {
        var meter = ProgressMeter(total: 3, noun: "scenes")
        meter.advance(to: 3, at: .seconds(2))

        #expect(meter.barLine(columns: 80) == String(repeating: "█", count: 30) + " 3/3 scenes · in 2 s")
    }

    @Test(
        arguments: [
            (0, "0 s"), (-3, "0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min"),
            (185, "3 min 5 s"), (3599.7, "1 h"), (7440, "2 h 4 min"), (86_370, "1 d"), (276_480, "3 d 5 h"),
            (1e15, "11574074 d 2 h"),
        ] as [(Double, String)])
    func `durations in words`(seconds: Double, text: String) { #expect(Duration.seconds(seconds).inWords == text) }
}
