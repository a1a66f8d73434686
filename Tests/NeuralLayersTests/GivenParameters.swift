import TensorEngine

/// Parameters of given values, by path; zeros for the others.
struct GivenParameters: ParameterSource {
    let values: [String: [Float]]

    func contains(_ path: String) -> Bool { true }

    func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        values[path].map { Tensor($0, shape) } ?? Tensor(repeating: 0, shape)
    }
}

/// Random elements.
func drawn(_ shape: [Int], _ seed: UInt64, deviation: Double = 1) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor.drawn(shape, .normal(deviation), using: &generator)
}

/// The greatest difference of two tensors of one shape, over the greatest element.
func relativeDifference(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape else { return .infinity }
    let greatest = max(1e-6, b.array.reduce(0) { max($0, abs($1)) })
    return zip(a.array, b.array).reduce(0) { max($0, abs($1.0 - $1.1)) } / greatest
}
