import Foundation
import TensorEngine

/// xPos (Sun et al. 2022, "A length-extrapolatable transformer"): rotary positions whose planes also decay with distance.
///
/// Of pair i of a head of D elements, `(x₂ᵢ, x₂ᵢ₊₁)`, queries are rotated by `p·θᵢ` and multiplied by `ζᵢ^((p − c)/s)`, keys
/// are rotated likewise and divided by `ζᵢ^((p − c)/s)`, with `θᵢ = base^(−2i/D)`, `ζᵢ = (2i + 0.4D)/1.4D` and s = 512: a
/// score falls as `ζᵢ^((m − n)/s)` with the distance m − n of query and key. The centre c cancels; it only keeps the two
/// factors small and is fixed, since caches hold keys that are already rotated and scaled.
///
/// Where a query sees later keys (a prefix read both ways) the factor would grow with distance, so all tokens of a prefix share
/// one place on the scale of decay, that of its last token: see `DecoderPass.decayPositions`.
package struct ExtrapolatedPositions: Sendable, Equatable {
    /// Elements of a head, all rotated.
    package var width: Int
    /// Base of the rotation's frequencies.
    package var base: Double
    /// s: the distance over which plane i falls to ζᵢ.
    package var scale: Double
    /// c
    package var centre: Int

    /// Positions of heads of `width` elements.
    package init(width: Int, base: Double = 10_000, scale: Double = 512, centre: Int = 0) {
        precondition(width % 2 == 0, "\(width) rotated elements are not pairs")
        self.width = width
        self.base = base
        self.scale = scale
        self.centre = centre
    }

    /// θ of each pair, radians a position.
    package var radians: [Double] { (0..<width / 2).map { pow(base, -2 * Double($0) / Double(width)) } }

    /// ζ of each pair.
    package var decays: [Double] {
        (0..<width / 2).map { (2 * Double($0) + 0.4 * Double(width)) / (1.4 * Double(width)) }
    }

    /// The greatest distance from the centre at which float32 holds both factors and their products with activations.
    package var reach: Int { Int(70 * scale / -log(decays.first ?? 1)) }

    /// The tables of queries and of keys.
    ///
    /// - Parameters:
    ///   - positions: where each token stands.
    ///   - decayPositions: where it stands for the decay.
    package func tables(positions: [Int], decayPositions: [Int]) -> (queries: RotaryTable, keys: RotaryTable) {
        precondition(
            positions.count == decayPositions.count, "\(positions.count) and \(decayPositions.count) positions")
        func table(_ sign: Double) -> RotaryTable {
            RotaryTable(positions: positions, frequencies: radians, interleaved: true) { token in
                let exponent = sign * Double(decayPositions[token] - centre) / scale
                return decays.map { pow($0, exponent) }
            }
        }
        return (table(1), table(-1))
    }
}

/// How a decoder tells its heads where tokens stand.
package enum PositionEncoding: Sendable, Equatable {
    /// Rotary positions (Su et al. 2021).
    case rotary(RotaryFrequencies)
    /// xPos.
    case extrapolated(ExtrapolatedPositions)
}
