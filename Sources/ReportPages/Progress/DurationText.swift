extension Duration {
    /// The duration as a person says it, two units at most: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`, `3 d 4 h`.
    package var inWords: String {
        let seconds = self / .seconds(1)
        guard seconds.isFinite, seconds >= 0 else { return "0 s" }
        if seconds < 9.95 {
            let tenths = Int((seconds * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        }
        let whole = Int(min(seconds, 1e12).rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return Self.pair(whole / 60, "min", whole % 60, "s") }
        let minutes = Int((Double(whole) / 60).rounded())
        if minutes < 24 * 60 { return Self.pair(minutes / 60, "h", minutes % 60, "min") }
        let hours = Int((Double(whole) / 3600).rounded())
        return Self.pair(hours / 24, "d", hours % 24, "h")
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
