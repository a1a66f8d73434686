import NeuralLayers
import Synchronization
import TensorEngine

/// What a decoder holds and what one token reads of it.
package struct DecoderCost: Sendable, Equatable {
    /// Elements of all parameters.
    package var parameters = 0
    /// Elements that decoding one token reads: chosen experts, chosen rows, and of an untied token table one row.
    package var activeParameters = 0

    /// Elements that a token does not touch.
    package var inactiveParameters: Int { parameters - activeParameters }

    /// Bytes read to decode one token where elements take `bytesPerElement` (the cache of keys and values comes on top).
    package func bytesPerToken(bytesPerElement: Double = 4) -> Int {
        Int((Double(activeParameters) * bytesPerElement).rounded())
    }
}

extension LorgnetteDecoderConfiguration {
    /// Parameters in all and per token, counted over the whole model without its weights.
    package var cost: DecoderCost {
        let shapes = ShapeRecorder()
        let decoder = LorgnetteDecoder(self, in: ParameterScope(shapes))
        var cost = DecoderCost()
        // By share first: parts of experts add up to whole elements only together.
        var active: [Double: Int] = [:]
        for (name, shape) in shapes.all {
            cost.parameters += shape.product
            active[decoder.settings[name]?.share ?? 1, default: 0] += shape.product
        }
        cost.activeParameters = active.reduce(0) { $0 + Int((Double($1.value) * $1.key).rounded()) }
        return cost
    }
}

/// Writes down which parameters a model asks for and gives it none.
final class ShapeRecorder: ParameterSource {
    private let shapes = Mutex<[String: [Int]]>([:])

    /// The shape of every parameter asked for.
    var all: [String: [Int]] { shapes.withLock(\.self) }

    func contains(_ path: String) -> Bool { true }

    func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        shapes.withLock { $0[path] = shape }
        return nil
    }
}
