import Foundation

/// Progress on standard error: a bar that is redrawn where that is a terminal, a plain line every tenth else.
struct ProgressLine {
    private let total: Int
    private let noun: String
    private let isTerminal: Bool
    private let started = ContinuousClock.now
    private var tenths = 0

    init(total: Int, noun: String) {
        self.total = total
        self.noun = noun
        isTerminal = isatty(STDERR_FILENO) != 0
    }

    /// Says that `done` of the total are done.
    mutating func show(_ done: Int) {
        if isTerminal {
            let filled = done * 30 / max(total, 1)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            let left = done > 0 ? Int((seconds * Double(total - done) / Double(done)).rounded(.up)) : 0
            let end = done == total ? "\n" : ""
            write("\r\(bar) \(done)/\(total) \(noun), \(left) s left \u{1B}[K\(end)")
        } else if total >= 1000, done * 10 / total > tenths {
            tenths = done * 10 / total
            write("\(done) of \(total) \(noun)\n")
        }
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
