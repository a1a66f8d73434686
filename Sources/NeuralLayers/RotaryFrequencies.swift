import Foundation
import TensorEngine

/// How angles grow with position in rotary embeddings: base, and what a checkpoint did to reach longer contexts.
package struct RotaryFrequencies: Sendable, Equatable {
    /// A change of the plain frequencies, under transformers' `rope_type` (`modeling_rope_utils`).
    package enum Scaling: Sendable, Equatable {
        case none
        /// Positions divided by `factor`.
        case linear(factor: Double)
        /// A base that grows with the length, beyond `context` tokens (NTK-aware scaling).
        case dynamic(factor: Double, context: Double)
        /// Llama 3: low frequencies divided by `factor`, high ones kept, a ramp between.
        case llama3(factor: Double, lowFactor: Double, highFactor: Double, originalContext: Double)
        /// Low frequencies divided, high ones kept, a ramp over the pairs between (Peng et al. 2023).
        case yarn(YaRN)
        /// Each frequency divided by a number of its own: one set up to `originalContext` tokens, another beyond.
        case longrope(LongRoPE)
    }

    /// Rotated elements of a head.
    package var width: Int
    /// `rope_theta`
    package var base: Double
    /// What was done for longer contexts.
    package var scaling: Scaling
    /// Whether pairs are neighbours (GPT-J) rather than halves apart.
    package var interleaved: Bool

    /// Plain frequencies `base^(−2i/width)`.
    package init(width: Int, base: Double = 10_000, scaling: Scaling = .none, interleaved: Bool = false) {
        precondition(width % 2 == 0, "\(width) rotated elements are not pairs")
        self.width = width
        self.base = base
        self.scaling = scaling
        self.interleaved = interleaved
    }

    /// Radians a position in short sequences, one a pair.
    package var radians: [Double] { radians(reaching: 1) }

    /// Radians a position in a sequence of `length` tokens so far, one a pair.
    package func radians(reaching length: Int) -> [Double] {
        switch scaling {
        case .none: return plain(base: base)
        case .linear(let factor): return plain(base: base).map { $0 / factor }
        case .dynamic(let factor, let context):
            let stretch = factor * max(Double(length), context) / context - (factor - 1)
            return plain(base: width > 2 ? base * pow(stretch, Double(width) / Double(width - 2)) : base)
        case .llama3(let factor, let lowFactor, let highFactor, let originalContext):
            return plain(base: base).map { plain in
                let wavelength = 2 * Double.pi / plain
                if wavelength > originalContext / lowFactor { return plain / factor }
                if wavelength < originalContext / highFactor { return plain }
                let smooth = (originalContext / wavelength - lowFactor) / (highFactor - lowFactor)
                return (1 - smooth) * plain / factor + smooth * plain
            }
        case .yarn(let yarn): return yarn.radians(of: plain(base: base), width: width, base: base)
        case .longrope(let long):
            return zip(plain(base: base), long.factors(reaching: length)).map { $0 / $1 }
        }
    }

    /// What cosines and sines are multiplied by in a sequence of `length` tokens so far.
    package func magnitude(reaching length: Int) -> Double {
        switch scaling {
        case .yarn(let yarn): yarn.magnitude
        case .longrope(let long): long.magnitude(reaching: length)
        default: 1
        }
    }

    /// Whether frequencies depend on how long the sequence is.
    private var dependsOnLength: Bool {
        switch scaling {
        case .dynamic, .longrope: true
        default: false
        }
    }

    /// `base^(−2i/width)` in float32 arithmetic, as transformers computes `inv_freq`.
    private func plain(base: Double) -> [Double] {
        (0..<width / 2).map { Double(1 / powf(Float(base), Float(2 * $0) / Float(width))) }
    }

    /// The table for these positions.
    ///
    /// - Parameter sequences: how many sequences of one length stand behind one another; each is as long as its own last
    ///   position says, whatever its company.
    package func table(positions: [Int], sequences: Int = 1) -> RotaryTable {
        let length = positions.count / max(1, sequences)
        guard dependsOnLength, sequences > 1, length > 0 else { return table(positions[...]) }
        return RotaryTable(
            joining: (0..<sequences).map { table(positions[$0 * length..<($0 + 1) * length]) })
    }

    private func table(_ positions: ArraySlice<Int>) -> RotaryTable {
        let reach = (positions.max() ?? 0) + 1
        return RotaryTable(
            positions: Array(positions), frequencies: radians(reaching: reach), interleaved: interleaved,
            magnitude: magnitude(reaching: reach))
    }
}
