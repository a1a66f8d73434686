import Checkpoints
import JSONText
import TensorEngine

/// How a picture stands to those that a model learned from.
package struct PictureStanding: Sendable, Equatable {
    /// Distance to the nearest group of them, 1 being usual.
    package var nearest: Double
    /// Distance to all of them as one group.
    package var overall: Double
    /// The set of the nearest group.
    package var set: String

    /// A picture that stands there.
    package init(nearest: Double, overall: Double, set: String) {
        self.nearest = nearest
        self.overall = overall
        self.set = set
    }
}

/// The pictures that a model learned from, as groups in the space of its pooled features: Gaussians of one shared covariance
/// (Lee et al. 2018, "A Simple Unified Framework for Detecting Out-of-Distribution Samples"), groups found within each set.
///
/// With y = A·(x − m) all pictures together have covariance 1, and B·y takes the groups' shared covariance to 1:
/// `overall` is |y|/√width, `nearest` the least |B·y − c|/√width over the centres c.
package struct PictureFamiliarity: Sendable, Equatable {
    /// `[width]`: m, the mean of all.
    package let mean: [Float]
    /// `[width, width]`, row-major, lower triangular: A.
    package let whitening: [Float]
    /// `[width, width]`, row-major, lower triangular: B.
    package let withinWhitening: [Float]
    /// `[groups, width]`, row-major: the centres.
    package let centres: [Float]
    /// The set of each centre.
    package let sets: [String]
    /// Whether the features begin with a class token: see `ImageFeatures.pooled`.
    package let hasClassToken: Bool

    /// Groups of these numbers.
    package init(
        mean: [Float], whitening: [Float], withinWhitening: [Float], centres: [Float], sets: [String],
        hasClassToken: Bool
    ) {
        precondition(
            whitening.count == mean.count * mean.count && withinWhitening.count == whitening.count
                && centres.count == mean.count * sets.count && !sets.isEmpty, "familiarity of other shapes")
        self.mean = mean
        self.whitening = whitening
        self.withinWhitening = withinWhitening
        self.centres = centres
        self.sets = sets
        self.hasClassToken = hasClassToken
    }

    /// The width of the features.
    package var width: Int { mean.count }

    /// The names of the sets, each once, sorted.
    package var setNames: [String] { Set(sets).sorted() }

    /// How a picture stands.
    ///
    /// - Parameter features: `[width]`, pooled.
    package func standing(of features: [Float]) -> PictureStanding {
        precondition(features.count == width, "\(features.count) features for familiarity of \(width)")
        let whitened = Self.product(whitening, zip(features, mean).map { $0 - $1 })
        let placed = Self.product(withinWhitening, whitened)
        var best = (distance: Float.infinity, group: 0)
        for group in sets.indices {
            var distance: Float = 0
            for column in 0..<width {
                let gap = placed[column] - centres[group * width + column]
                distance += gap * gap
            }
            if distance < best.distance { best = (distance, group) }
        }
        let usual = Double(width)
        let overall = whitened.reduce(Float(0)) { $0 + $1 * $1 }
        return PictureStanding(
            nearest: (Double(best.distance) / usual).squareRoot(), overall: (Double(overall) / usual).squareRoot(),
            set: sets[best.group])
    }

    /// A lower triangular matrix `[width, width]` times a vector.
    private static func product(_ matrix: [Float], _ vector: [Float]) -> [Float] {
        let width = vector.count
        return (0..<width).map { row in
            var sum: Float = 0
            for column in 0...row { sum += matrix[row * width + column] * vector[column] }
            return sum
        }
    }
}

extension PictureFamiliarity {
    /// Reads a folder's `familiarity.safetensors`.
    package init(path: String) throws(CheckpointError) {
        let file = try SafetensorsFile(path: path)
        func floats(_ name: String, _ axes: Int) throws(CheckpointError) -> (shape: [Int], values: [Float]) {
            let tensor = try file.tensor(named: name)
            guard tensor.shape.count == axes, tensor.shape.allSatisfy({ $0 > 0 }) else {
                throw Self.malformed(path, name, "\(axes) axes", "\(tensor.shape)")
            }
            let values = tensor.converted32().array
            guard values.allSatisfy(\.isFinite) else { throw Self.malformed(path, name, "finite numbers", "others") }
            return (tensor.shape, values)
        }
        let mean = try floats("mean", 1)
        let width = mean.shape[0]
        let matrices = [try floats("whitening", 2), try floats("within_whitening", 2)]
        let centres = try floats("centres", 2)
        for (name, shape) in [("whitening", matrices[0].shape), ("within_whitening", matrices[1].shape)]
        where shape != [width, width] {
            throw Self.malformed(path, name, "\([width, width])", "\(shape)")
        }
        let sets = (try? JSONValue(parsing: Array((file.metadata["sets"] ?? "").utf8)))?.array?.compactMap(\.string)
        guard let sets, centres.shape == [sets.count, width] else {
            throw Self.malformed(path, "centres", "\([sets?.count ?? 0, width])", "\(centres.shape)")
        }
        self.init(
            mean: mean.values, whitening: matrices[0].values, withinWhitening: matrices[1].values,
            centres: centres.values, sets: sets, hasClassToken: file.metadata["class_token"] == "true")
    }

    private static func malformed(
        _ file: String, _ tensor: String, _ expected: String, _ found: String
    ) -> CheckpointError {
        .malformedEntry(file: file, tensor: tensor, key: nil, expected: expected, found: found)
    }

    /// Writes `familiarity.safetensors`.
    package func write(to path: String) throws(CheckpointError) {
        let names = JSONValue.array(sets.map { .string($0) }).text
        let metadata = ["format": "pt", "sets": names, "class_token": hasClassToken ? "true" : "false"]
        try SafetensorsWriter(metadata: metadata).write(
            [
                SafetensorsItem("mean", Tensor(mean, [width])),
                SafetensorsItem("whitening", Tensor(whitening, [width, width])),
                SafetensorsItem("within_whitening", Tensor(withinWhitening, [width, width])),
                SafetensorsItem("centres", Tensor(centres, [sets.count, width])),
            ], to: path)
    }
}

extension ImageFeatures {
    /// Features of one picture as one vector, `[2 · visionWidth]`: what stands for the whole of it (the class token, the first,
    /// where the encoder has one, else the mean over the tokens), then the deviation over the other tokens.
    package func pooled(hasClassToken: Bool) -> [Float] {
        let (tokens, width) = (tensor.shape[1], tensor.shape[2])
        let values = tensor.element(0).array
        let first = hasClassToken && tokens > 1 ? 1 : 0
        let count = Float(tokens - first)
        var mean = [Float](repeating: 0, count: width)
        for token in first..<tokens {
            for column in 0..<width { mean[column] += values[token * width + column] / count }
        }
        var squares = [Float](repeating: 0, count: width)
        for token in first..<tokens {
            for column in 0..<width {
                let gap = values[token * width + column] - mean[column]
                squares[column] += gap * gap / count
            }
        }
        return (hasClassToken ? Array(values[..<width]) : mean) + squares.map { $0.squareRoot() }
    }
}
