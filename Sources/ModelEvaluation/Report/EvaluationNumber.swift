import Foundation

/// Numbers as reports show them.
enum EvaluationNumber {
    /// Three digits after the point.
    static func fixed(_ value: Double) -> String { String(format: "%.3f", value) }
}
