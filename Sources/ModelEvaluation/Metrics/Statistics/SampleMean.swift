/// The mean of per-example scores with its standard error.
package struct SampleMean: Sendable, Equatable {
    /// Number of examples.
    package let count: Int
    /// Σ s / n.
    package let mean: Double
    /// Sample standard deviation (n − 1) over √n; 0 for a single example.
    package let standardError: Double

    /// The mean of `scores`, taken as independent.
    /// - Throws: `MetricError.empty`.
    package init(_ scores: [Double]) throws(MetricError) {
        guard !scores.isEmpty else { throw .empty(metric: "mean") }
        count = scores.count
        let mean = scores.reduce(0, +) / Double(scores.count)
        self.mean = mean
        guard scores.count > 1 else {
            standardError = 0
            return
        }
        let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardError = (squares / Double(scores.count - 1) / Double(scores.count)).squareRoot()
    }

    /// The mean of `scores`, where examples of one cluster, questions about one picture, go together.
    ///
    ///     se² = se²_iid + (1/n²) Σ_clusters Σ_{i ≠ j} (s_i − m)(s_j − m)       (Miller 2024)
    ///
    /// A negative sum, which few clusters can give, counts as 0.
    ///
    /// - Parameter clusters: the cluster of each example.
    /// - Throws: `MetricError` for no examples or lists of different lengths.
    package init(_ scores: [Double], clusters: [String]) throws(MetricError) {
        guard scores.count == clusters.count else {
            throw .lengthMismatch(metric: "clustered mean", first: scores.count, second: clusters.count)
        }
        let independent = try SampleMean(scores)
        var sums: [String: (sum: Double, squares: Double)] = [:]
        for (score, cluster) in zip(scores, clusters) {
            let difference = score - independent.mean
            sums[cluster, default: (0, 0)].sum += difference
            sums[cluster, default: (0, 0)].squares += difference * difference
        }
        // Σ_{i≠j} d_i d_j = (Σd)² − Σd²; in the order of names, so that the sum does not depend on hashing.
        let cross = sums.sorted { $0.key < $1.key }.reduce(0.0) {
            $0 + $1.value.sum * $1.value.sum - $1.value.squares
        }
        count = independent.count
        mean = independent.mean
        let variance =
            independent.standardError * independent.standardError
            + cross / (Double(count) * Double(count))
        standardError = max(0, variance).squareRoot()
    }
}
