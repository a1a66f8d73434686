import ReportPages
import Synchronization
import Testing

@Suite struct ProgressDisplayTests {
    /// A terminal, or a file, with a clock that only the test moves.
    final class FakeSurface: Sendable {
        let time = Mutex<Duration>(.seconds(1000))
        let output = Mutex<[String]>([])
        let columns: Int?

        init(columns: Int?) { self.columns = columns }

        var surface: ProgressSurface {
            ProgressSurface(
                columns: { [columns] in columns }, now: { self.time.withLock { $0 } },
                write: { text in self.output.withLock { $0.append(text) } })
        }
        var written: [String] { output.withLock { $0 } }
        func wait(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    @Test func `a terminal is drawn on ten times a second at most`() {
        let fake = FakeSurface(columns: 80)
        var progress = ProgressDisplay(total: 1000, noun: "steps", on: fake.surface)
        for step in 1...500 {
            fake.wait(.milliseconds(4))
            progress.show(step)
        }

        #expect(fake.written.count == 20)
        #expect(fake.written.allSatisfy { $0.hasPrefix("\r") && $0.hasSuffix("\u{1B}[K") })
        #expect(fake.written[1].contains(" 26/1000 steps"))
    }

    @Test func `the end is drawn whenever it comes, once, with a line end`() {
        let fake = FakeSurface(columns: 80)
        var progress = ProgressDisplay(total: 2, noun: "steps", on: fake.surface)
        progress.show(1)
        progress.show(2)
        progress.finish()

        #expect(fake.written.count == 3)
        #expect(fake.written[1].contains("2/2 steps"))
        #expect(fake.written[2] == "\n")
    }

    @Test func `a run that ends early leaves its bar and a new line`() {
        let fake = FakeSurface(columns: 80)
        var progress = ProgressDisplay(total: 20, noun: "steps", on: fake.surface)
        progress.show(1)
        progress.finish()
        progress.finish()

        #expect(fake.written.count == 3 && fake.written[2] == "\n")
    }

    @Test func `a line of its own stands above the bar`() {
        let fake = FakeSurface(columns: 80)
        var progress = ProgressDisplay(total: 20, noun: "steps", on: fake.surface)
        progress.say("before")
        progress.show(1)
        progress.say("dev loss 1.2")

        #expect(fake.written[0] == "before\n")
        #expect(fake.written[2] == "\r\u{1B}[Kdev loss 1.2\n")
        #expect(fake.written[3].hasPrefix("\r"))
    }

    @Test func `elsewhere a line every ten seconds`() {
        let fake = FakeSurface(columns: nil)
        var progress = ProgressDisplay(total: 100, noun: "steps", on: fake.surface)
        for step in 1...25 {
            fake.wait(.seconds(1))
            progress.show(step, facts: ["loss \(step)"])
        }

        #expect(
            fake.written == [
                "10 of 100 steps, loss 10, 1 min 30 s left\n", "20 of 100 steps, loss 20, 1 min 20 s left\n",
            ])
        progress.finish()
        #expect(fake.written.last == "25 of 100 steps, loss 25, 1 min 15 s left\n")
    }

    @Test func `elsewhere a short run says nothing`() {
        let fake = FakeSurface(columns: nil)
        var progress = ProgressDisplay(total: 100, noun: "steps", on: fake.surface)
        for step in 1...100 { progress.show(step) }

        #expect(fake.written.isEmpty)
    }

    @Test func `lines at the steps asked for, and at the end`() {
        let fake = FakeSurface(columns: nil)
        var progress = ProgressDisplay(total: 25, noun: "steps", lineEvery: 10, on: fake.surface)
        for step in 1...25 {
            fake.wait(.seconds(1))
            progress.show(step)
        }

        #expect(fake.written.map { $0.prefix(8) } == ["10 of 25", "20 of 25", "25 of 25"])
    }

    @Test func `a resumed run goes on from its step`() {
        let fake = FakeSurface(columns: nil)
        var progress = ProgressDisplay(total: 30, noun: "steps", resumedAt: 15, lineEvery: 10, on: fake.surface)
        for step in 16...25 {
            fake.wait(.seconds(2))
            progress.show(step)
        }

        #expect(fake.written == ["20 of 30 steps, 20 s left\n"])
    }
}
