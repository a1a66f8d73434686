import Foundation
import TensorEngine

/// What a run is going to do and take, told before its first step.
package struct PlanSummary: Sendable {
    /// One part of the model.
    package struct Part: Sendable {
        package let name: String
        package let parameters: Int
        package let trained: Int
        /// Greatest learning rate of its trained parameters; nil where none is.
        package let learningRate: Float?
    }

    /// The parts in the order of the data's way.
    package let parts: [Part]
    package var steps: Int
    package let batch: Int
    package let rows: Int
    /// How often each row is seen; nil where rows are drawn by weight.
    package let epochs: Double?
    /// Bytes of frozen weights, which stay in their files.
    package let frozenBytes: Int
    /// Bytes of trained weights, gradients, optimiser and average.
    package let stateBytes: Int
    /// What else is to be known: what steps are made of, and what was left out.
    package var notes: [String] = []
    /// Peak memory of the process after a rehearsal of one step; nil where there was none.
    package var peakBytes: Int?
    /// Seconds of that step; nil where there was none.
    package var stepSeconds: Double?

    /// The plan as lines of a table.
    package var lines: [String] {
        func count(_ number: Int) -> String { Self.count(number) }
        var lines = parts.map { part in
            let name = part.name.padding(toLength: 22, withPad: " ", startingAt: 0)
            let state = part.trained == 0 ? "frozen" : "trains \(count(part.trained))"
            let rate = part.learningRate.map { ", learning rate \($0)" } ?? ""
            return "  \(name)\(count(part.parameters)) parameters, \(state)\(rate)"
        }
        let epochs =
            epochs.map { String(format: ", %.1f times through %d rows", $0, rows) } ?? ", drawn from \(rows) rows"
        lines.append("  \(steps) steps of \(batch) rows\(epochs)")
        lines += notes.map { "  " + $0 }
        var memory =
            "  memory: frozen weights \(Self.bytes(frozenBytes)) (mapped), training state \(Self.bytes(stateBytes))"
        if let peakBytes { memory += ", peak of a rehearsed step \(Self.bytes(peakBytes))" }
        lines.append(memory)
        if let stepSeconds {
            lines.append(
                String(format: "  time: %.3f s a step, about ", stepSeconds)
                    + Self.duration(stepSeconds * Double(steps)))
        }
        return lines
    }

    private static func count(_ number: Int) -> String {
        switch number {
        case 1_000_000_000...: String(format: "%.2f billion", Double(number) / 1e9)
        case 1_000_000...: String(format: "%.2f million", Double(number) / 1e6)
        default: "\(number)"
        }
    }

    private static func bytes(_ number: Int) -> String {
        number >= 1 << 30
            ? String(format: "%.2f GiB", Double(number) / 0x1p30) : String(format: "%.0f MiB", Double(number) / 0x1p20)
    }

    private static func duration(_ seconds: Double) -> String {
        switch seconds {
        case 7200...: String(format: "%.1f hours", seconds / 3600)
        case 120...: String(format: "%.0f minutes", seconds / 60)
        default: String(format: "%.0f seconds", seconds)
        }
    }
}

/// What the operating system says of this process.
package enum ProcessMemory {
    /// Most memory the process has held at a time, in bytes, mapped files that were read included.
    package static var peakBytes: Int {
        var usage = rusage()
        #if os(Linux)
            guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
            return usage.ru_maxrss << 10
        #else
            guard unsafe getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
            return usage.ru_maxrss
        #endif
    }
}
