import Foundation

/// Cosines and sines of rotary position embeddings for some positions (Su et al. 2021).
package struct RotaryTable: Sendable {
    /// Rotated elements of a head: an even number, the first ones.
    package let rotaryWidth: Int
    /// Whether pairs are `(2i, 2i+1)` (GPT-J) rather than `(i, i + width/2)` (GPT-NeoX, Llama in transformers).
    package let interleaved: Bool
    /// `[positions, rotaryWidth/2]`
    let cosines: Tensor
    let sines: Tensor
    private let isInverse: Bool

    /// Tables for `positions` and the angular `frequencies` (radians a position), one a pair.
    ///
    /// - Parameters:
    ///   - magnitude: multiplies cosines and sines (YaRN's attention factor).
    ///   - scales: of the token at an index, what each pair is further multiplied by (xPos); nil for 1.
    package init(
        positions: [Int], frequencies: [Double], interleaved: Bool = false, magnitude: Double = 1,
        scales: ((_ token: Int) -> [Double])? = nil
    ) {
        rotaryWidth = frequencies.count * 2
        self.interleaved = interleaved
        isInverse = false
        // Angles in float32 as transformers computes them: position times frequency rounded once.
        let single = frequencies.map(Float.init)
        var cosines = [Float](), sines = [Float]()
        cosines.reserveCapacity(positions.count * single.count)
        sines.reserveCapacity(positions.count * single.count)
        let even = [Double](repeating: 1, count: single.count)
        for (token, position) in positions.enumerated() {
            let scales = scales?(token) ?? even
            for (frequency, scale) in zip(single, scales) {
                let angle = Float(position) * frequency
                cosines.append(Float(cos(Double(angle)) * magnitude * scale))
                sines.append(Float(sin(Double(angle)) * magnitude * scale))
            }
        }
        self.cosines = Tensor(cosines, [positions.count, single.count])
        self.sines = Tensor(sines, [positions.count, single.count])
    }

    private init(inverseOf table: RotaryTable) {
        rotaryWidth = table.rotaryWidth
        interleaved = table.interleaved
        cosines = table.cosines
        sines = table.sines.scaled(by: -1)
        isInverse = true
    }

    /// The positions of several tables of one kind, behind one another.
    package init(joining tables: [RotaryTable]) {
        rotaryWidth = tables[0].rotaryWidth
        interleaved = tables[0].interleaved
        isInverse = tables[0].isInverse
        cosines = .concatenated(tables.map(\.cosines))
        sines = .concatenated(tables.map(\.sines))
    }

    /// The transposed rotation: the way back of a rotation (a rotation's inverse, for magnitude 1).
    var inverse: RotaryTable { RotaryTable(inverseOf: self) }

    /// How many positions.
    package var positions: Int { cosines.shape[0] }
}

extension Tensor {
    /// Every head of every token rotated by its position.
    ///
    /// - Parameters:
    ///   - heads: heads in the last axis.
    ///   - table: one position a token of the last two axes but one; repeated for the batch.
    /// - Returns: the shape of `self`, `[batch, sequence, heads·headWidth]`.
    package func rotated(heads: Int, by table: RotaryTable) -> Tensor {
        let width = shape.last ?? 1
        let tokens = count / max(1, width)
        precondition(
            width % heads == 0 && table.positions > 0 && tokens % table.positions == 0, "\(shape) by \(table.positions)"
        )
        let headWidth = width / heads
        let half = table.rotaryWidth / 2
        let source = floats
        let output = Tensor(shape) { output in
            WorkerPool.forEachRange(ofRows: tokens, width: width) { range in
                let elements = range.lowerBound * width..<range.upperBound * width
                output[elements].copy(from: source[elements])
                for token in range {
                    let position = token % table.positions
                    Kernels.rotate(
                        output[token * width..<(token + 1) * width], heads: heads, headWidth: headWidth,
                        rotary: table.rotaryWidth,
                        cosines: table.cosines.floats[position * half..<(position + 1) * half],
                        sines: table.sines.floats[position * half..<(position + 1) * half],
                        interleaved: table.interleaved)
                }
            }
        }
        return output.recorded(from: [self]) { gradient in [gradient.rotated(heads: heads, by: table.inverse)] }
    }
}
