import Foundation
import TensorEngine

/// How angles grow with position in rotary embeddings: base, and what a checkpoint did to reach longer contexts.
package struct RotaryFrequencies: Sendable, Equatable {
    /// A change of the plain frequencies, under transformers' `rope_type`.
    package enum Scaling: Sendable, Equatable {
        case none
        /// Positions divided by `factor`.
        case linear(factor: Double)
        /// Llama 3: low frequencies divided by `factor`, high ones kept, a ramp between (`_compute_llama3_parameters`).
        case llama3(factor: Double, lowFactor: Double, highFactor: Double, originalContext: Double)
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

    /// Radians a position, one a pair.
    package var radians: [Double] {
        (0..<width / 2).map { pair in
            // Float32 arithmetic, as transformers computes `inv_freq`.
            let plain = Double(1 / powf(Float(base), Float(2 * pair) / Float(width)))
            switch scaling {
            case .none: return plain
            case .linear(let factor): return plain / factor
            case .llama3(let factor, let lowFactor, let highFactor, let originalContext):
                let wavelength = 2 * Double.pi / plain
                if wavelength > originalContext / lowFactor { return plain / factor }
                if wavelength < originalContext / highFactor { return plain }
                let smooth = (originalContext / wavelength - lowFactor) / (highFactor - lowFactor)
                return (1 - smooth) * plain / factor + smooth * plain
            }
        }
    }

    /// The table for these positions.
    package func table(positions: [Int]) -> RotaryTable {
        RotaryTable(positions: positions, frequencies: radians, interleaved: interleaved)
    }
}
