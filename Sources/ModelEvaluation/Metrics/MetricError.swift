/// Why scores cannot be computed from what was given.
package enum MetricError: Error, Equatable, CustomStringConvertible {
    /// Nothing to score.
    case empty(metric: String)
    /// Two lists that belong together have different lengths.
    case lengthMismatch(metric: String, first: Int, second: Int)
    /// A group, a picture for instance, has not the number of rows that the metric wants.
    case wrongGroupSize(metric: String, group: String, expected: Int, found: Int)
    /// A value outside of what the metric can take.
    case valueOutOfRange(metric: String, index: Int, value: Double, allowed: String)
    /// The examples of two results are not the same.
    case differentExamples(onlyInFirst: [String], onlyInSecond: [String])

    /// One sentence: what, where, what to do.
    package var description: String {
        switch self {
        case .empty(let metric): "\(metric): there is nothing to score; give at least one example"
        case .lengthMismatch(let metric, let first, let second):
            "\(metric): lists of \(first) and \(second) entries do not belong together; give one entry each per example"
        case .wrongGroupSize(let metric, let group, let expected, let found):
            "\(metric): \"\(group)\" has \(found) rows where \(expected) belong together; complete or remove them"
        case .valueOutOfRange(let metric, let index, let value, let allowed):
            "\(metric): entry \(index) is \(value), which is not \(allowed)"
        case .differentExamples(let first, let second):
            "the results are of different examples: only in the first \(Self.list(first)), only in the second "
                + "\(Self.list(second)); compare runs over the same examples"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty
            ? "none"
            : names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
}
