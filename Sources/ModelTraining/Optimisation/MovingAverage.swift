import TensorEngine

/// An exponential moving average of the trained weights (Polyak averaging): often better than the last weights themselves.
///
/// `a ← d·a + (1 − d)·p` after each step, with `d = min(decay, (1 + t)/(10 + t))`, so that the first, bad weights are soon
/// forgotten.
package struct MovingAverage: Sendable {
    /// The decay it grows to.
    package let decay: Float
    /// The averages by parameter name.
    package private(set) var values: [String: Tensor]

    /// The average that begins with the weights as they are.
    package init(decay: Float, of parameters: [Parameter]) {
        self.decay = decay
        values = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, Self.copy($0.tensor)) })
    }

    /// An average that a checkpoint holds.
    package init(decay: Float, values: [String: Tensor]) {
        self.decay = decay
        self.values = values
    }

    /// Takes in the weights after step `step`, counted from 0.
    package mutating func update(_ parameters: [Parameter], step: Int) {
        let decay = min(Double(decay), Double(1 + step) / Double(10 + step))
        for parameter in parameters {
            guard var average = values.removeValue(forKey: parameter.name) else { continue }
            average.mix(parameter.tensor.detached, share: Float(1 - decay))
            values[parameter.name] = average
        }
    }

    private static func copy(_ tensor: Tensor) -> Tensor { Tensor(tensor.shape) { $0.copy(from: tensor.floats) } }
}
