import Foundation
import TensorEngine

/// MXFP4 (OCP Microscaling Formats 1.0): 32 numbers of 4 bits, E2M1, share a power of two.
enum Microscaling {
    /// Numbers a scale counts for.
    static let blockLength = 32
    /// The sixteen numbers of 4 bits: sign, two bits of exponent, one of fraction.
    private static let values: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6]

    /// `value · 2^(scale − 127)`, the lower four bits of a byte first.
    ///
    /// - Parameters:
    ///   - blocks: 16 bytes a block.
    ///   - scales: a byte a block.
    ///   - shape: of as many elements as the blocks hold.
    static func tensor(blocks: [UInt8], scales: [UInt8], shape: [Int]) -> Tensor {
        precondition(blocks.count == scales.count * blockLength / 2 && shape.product == blocks.count * 2)
        return Tensor(shape) { output in
            WorkerPool.forEachRange(of: scales.count, size: 1 << 10) { range in
                for block in range {
                    let scale = Float(sign: .plus, exponent: Int(scales[block]) - 127, significand: 1)
                    for byte in block * blockLength / 2..<(block + 1) * blockLength / 2 {
                        output[2 * byte] = values[Int(blocks[byte] & 15)] * scale
                        output[2 * byte + 1] = values[Int(blocks[byte] >> 4)] * scale
                    }
                }
            }
        }
    }
}

extension RuleMapping.Item {
    /// These packed numbers with their scales, under `name`.
    func microscaled(by scales: RuleMapping.Item, name: String) throws(MappingProblem) -> RuleMapping.Item {
        guard case .view(let packed) = recipe, case .view(let exponents) = scales.recipe,
            packed.type == .u8, exponents.type == .u8 || exponents.type == .f8e8m0,
            packed.shape.last == Microscaling.blockLength / 2, packed.shape.dropLast() == exponents.shape[...],
            !exponents.shape.isEmpty
        else { throw .partsDiffer(parameter: name, shapes: [recipe.shape, scales.recipe.shape]) }
        var shape = exponents.shape
        shape[shape.count - 1] *= Microscaling.blockLength
        return RuleMapping.Item(
            name: name, recipe: .microscaled(blocks: packed, scales: exponents, shape: shape), hold: hold)
    }
}
