extension ProgressMeter {
    /// One line without its end: `120 of 1500 steps, loss 2.31, 45 images/s, 3 min 5 s left`.
    ///
    /// - Parameter facts: What else is to be told, `loss 2.31`.
    package func plainLine(facts: [String] = []) -> String {
        (["\(done) of \(total) \(noun)"] + facts + pace).joined(separator: ", ")
    }

    /// A line for a terminal, at most `columns` - 1 characters: a bar, then what `plainLine` says.
    ///
    ///     █████████░░░░░░░░░░░░░░░░░░░░░ 450/1500 steps · loss 2.31 · 45 images/s · 3 min 5 s left
    ///
    /// Where the terminal is narrow the bar gets shorter (30 to 8), then goes; then facts and rates go, from the right
    /// but for the time left; then the line is cut.
    package func barLine(facts: [String] = [], columns: Int) -> String {
        let room = max(columns - 1, 1)
        var parts = ["\(done)/\(total) \(noun)"] + facts + pace
        let separator = " · "
        func length() -> Int { parts.reduce(0) { $0 + $1.count } + separator.count * (parts.count - 1) }
        while parts.count > 2, length() > room { parts.remove(at: parts.count - 2) }
        let text = parts.joined(separator: separator)
        let barWidth = min(room - text.count - 1, 30)
        guard barWidth >= 8 else { return String(text.prefix(room)) }
        let filled = Int(share * Double(barWidth))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled) + " " + text
    }

    /// The rates, then the time left or, at the end, the time it took.
    private var pace: [String] {
        var texts: [String] = []
        for unit in units { if let rate = rate(of: unit) { texts.append("\(Self.rateText(rate)) \(unit)/s") } }
        if done >= total {
            texts.append("in \(elapsed.inWords)")
        } else if let timeLeft {
            texts.append("\(timeLeft.inWords) left")
        }
        return texts
    }

    /// Three digits or so: `0.31`, `4.5`, `45`, `2,100`.
    private static func rateText(_ rate: Double) -> String {
        let digits = rate < 1 ? 2 : rate < 10 ? 1 : 0
        return NumberText.fixed(rate, digits: digits)
    }
}
