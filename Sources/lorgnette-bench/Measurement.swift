import Foundation
import JSONText
import TensorEngine

/// What one benchmark found.
struct Measurement {
    let suite: String
    let shape: String
    let dtype: String
    let unit: String
    /// Each run's figure, in `unit`.
    let figures: [Double]
    /// Further facts for a reader.
    var notes: [(key: String, value: JSONValue)] = []

    private var sorted: [Double] { figures.sorted() }
    /// Seconds are better low, rates high.
    private var isTime: Bool { unit == "s" || unit == "ms" }
    var median: Double {
        let sorted = sorted
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
    private var best: Double { (isTime ? sorted.first : sorted.last) ?? 0 }
    private var worst: Double { (isTime ? sorted.last : sorted.first) ?? 0 }

    /// The contract's JSON object.
    var json: String {
        JSONValue.object(
            [
                ("suite", .string(suite)), ("shape", .string(shape)), ("dtype", .string(dtype)),
                ("threads", .integer(WorkerPool.threads)), ("unit", .string(unit)), ("median", .double(median)),
                ("best", .double(best)), ("worst", .double(worst)), ("runs", .integer(figures.count)),
                ("peak_rss_mib", .double(Self.peakResidentMebibytes)),
            ] + notes
        ).text
    }

    /// The same for a person.
    var line: String {
        let extra = notes.map { ", \($0.key) \($0.value.text)" }.joined()
        return "\(suite) \(shape) \(dtype): median \(Self.short(median)) \(unit) (best \(Self.short(best)), worst "
            + "\(Self.short(worst)), \(figures.count) runs, \(WorkerPool.threads) threads, peak "
            + "\(Int(Self.peakResidentMebibytes)) MiB\(extra))"
    }

    static func short(_ value: Double) -> String { String(format: "%.4g", value) }

    /// The greatest amount of memory the process has held, in MiB.
    static var peakResidentMebibytes: Double {
        var usage = rusage()
        #if os(Linux)
            unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return Double(usage.ru_maxrss) / 1024
        #else
            unsafe getrusage(RUSAGE_SELF, &usage)
            return Double(usage.ru_maxrss) / 1_048_576
        #endif
    }

    /// Seconds that `body` takes.
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let duration = try clock.measure(body)
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    /// Seconds of each of `runs` runs after one that is not counted.
    static func timed(_ runs: Int, _ body: () throws -> Void) rethrows -> [Double] {
        try body()
        return try (0..<runs).map { _ in try seconds(body) }
    }
}
