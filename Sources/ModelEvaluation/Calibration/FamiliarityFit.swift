import TensorEngine
import VisionLanguage

/// Finds the groups of the pictures that a model learned from.
package enum FamiliarityFit {
    /// A picture's features and the set that it is of.
    package struct Example: Sendable {
        /// `[width]`
        package var features: [Float]
        package var set: String

        /// An example of that set.
        package init(_ features: [Float], set: String) {
            self.features = features
            self.set = set
        }
    }

    /// Pictures a group, about.
    private static let groupSize = 40
    /// Groups of a set at most.
    private static let groupLimit = 64
    private static let rounds = 12

    /// Groups within each set by k-means (k-means++ from the seed), distances measured where all examples together have
    /// covariance 1; then the covariance within the groups, one for all.
    ///
    /// - Parameter hasClassToken: whether the features begin with one.
    /// - Throws: `MetricError.empty` without examples.
    package static func fit(
        _ examples: [Example], hasClassToken: Bool = false, seed: UInt64 = 0
    ) throws(MetricError) -> PictureFamiliarity {
        guard let width = examples.first?.features.count else { throw .empty(metric: "familiarity") }
        precondition(examples.allSatisfy { $0.features.count == width }, "features of one width")
        let count = Double(examples.count)
        var mean = [Double](repeating: 0, count: width)
        for example in examples { for column in 0..<width { mean[column] += Double(example.features[column]) / count } }
        let centred = examples.map { example in zip(example.features, mean).map { Double($0) - $1 } }
        let whitening = try whitening(of: centred, width: width)
        let whitened = centred.map { product(whitening, $0) }
        var centres: [[Double]] = []
        var sets: [String] = []
        var residuals: [[Double]] = []
        for set in Set(examples.map(\.set)).sorted() {
            let members = examples.indices.filter { examples[$0].set == set }.map { whitened[$0] }
            var generator = SeededGenerator(seed: seed, stream: "groups of \(set)")
            let found = groups(of: members, using: &generator)
            centres += found.centres
            sets += found.centres.map { _ in set }
            residuals += zip(members, found.places).map { member, place in
                zip(member, found.centres[place]).map { $0 - $1 }
            }
        }
        let within = try Self.whitening(of: residuals, width: width)
        return PictureFamiliarity(
            mean: mean.map(Float.init), whitening: whitening.map(Float.init),
            withinWhitening: within.map(Float.init), centres: centres.flatMap { product(within, $0) }.map(Float.init),
            sets: sets, hasClassToken: hasClassToken)
    }

    // MARK: - Covariance

    /// L⁻¹ of the shrunk covariance L·Lᵀ of vectors whose mean is 0.
    ///
    /// The covariance S is drawn towards μ·1, μ = tr S / d, by the share of OAS (Chen et al. 2010, "Shrinkage Algorithms for
    /// MMSE Covariance Estimation", eq. 23), and at least by one thousandth, so that features which never change are no
    /// division by 0.
    static func whitening(of vectors: [[Double]], width: Int) throws(MetricError) -> [Double] {
        let count = Double(vectors.count)
        var covariance = [Double](repeating: 0, count: width * width)
        for vector in vectors {
            for row in 0..<width {
                let value = vector[row] / count
                for column in 0...row { covariance[row * width + column] += value * vector[column] }
            }
        }
        var trace = 0.0
        var squares = 0.0
        for row in 0..<width {
            trace += covariance[row * width + row]
            for column in 0...row {
                let value = covariance[row * width + column]
                covariance[column * width + row] = value
                squares += value * value * (row == column ? 1 : 2)
            }
        }
        let d = Double(width)
        let upper = (1 - 2 / d) * squares + trace * trace
        let lower = (count + 1 - 2 / d) * (squares - trace * trace / d)
        let share = lower > 0 ? min(1, max(1e-3, upper / lower)) : 1
        let target = max(trace / d, 1e-12)
        for index in covariance.indices {
            covariance[index] *= 1 - share
            if index % (width + 1) == 0 { covariance[index] += share * target }
        }
        return try CholeskyFactor(covariance, width: width).inverse
    }

    /// A lower triangular matrix times a vector.
    private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
        let width = vector.count
        return (0..<width).map { row in
            var sum = 0.0
            for column in 0...row { sum += matrix[row * width + column] * vector[column] }
            return sum
        }
    }

    // MARK: - Groups

    /// k-means of the members of a set: centres, and the place of each member among them.
    private static func groups(
        of members: [[Double]], using generator: inout SeededGenerator
    ) -> (centres: [[Double]], places: [Int]) {
        let wanted = min(groupLimit, max(1, members.count / groupSize))
        var centres = starts(members, wanted, using: &generator)
        var places = members.map { nearest($0, centres).place }
        for _ in 0..<rounds {
            centres = means(of: members, places, centres)
            let next = members.map { nearest($0, centres).place }
            if next == places { break }
            places = next
        }
        return (means(of: members, places, centres), places)
    }

    /// Members far from one another: each drawn with a probability in proportion to its squared distance from those before it
    /// (Arthur & Vassilvitskii 2007).
    private static func starts(
        _ members: [[Double]], _ count: Int, using generator: inout SeededGenerator
    ) -> [[Double]] {
        var centres = [members[generator.integer(below: members.count)]]
        var distances = members.map { squaredDistance($0, centres[0]) }
        while centres.count < count {
            var left = generator.unit() * distances.reduce(0, +)
            let chosen =
                distances.firstIndex { distance in
                    left -= distance
                    return left < 0
                } ?? distances.count - 1
            centres.append(members[chosen])
            for index in members.indices {
                distances[index] = min(distances[index], squaredDistance(members[index], members[chosen]))
            }
        }
        return centres
    }

    /// The mean of each group; a group that lost all its members stays where it was.
    private static func means(of members: [[Double]], _ places: [Int], _ centres: [[Double]]) -> [[Double]] {
        var sums = centres.map { $0.map { _ in 0.0 } }
        var counts = [Double](repeating: 0, count: centres.count)
        for (member, place) in zip(members, places) {
            counts[place] += 1
            for column in member.indices { sums[place][column] += member[column] }
        }
        return sums.indices.map { place in
            counts[place] > 0 ? sums[place].map { $0 / counts[place] } : centres[place]
        }
    }

    private static func nearest(_ member: [Double], _ centres: [[Double]]) -> (place: Int, distance: Double) {
        var best = (place: 0, distance: Double.infinity)
        for (place, centre) in centres.enumerated() {
            let distance = squaredDistance(member, centre)
            if distance < best.distance { best = (place, distance) }
        }
        return best
    }

    private static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices {
            let gap = a[index] - b[index]
            sum += gap * gap
        }
        return sum
    }
}
