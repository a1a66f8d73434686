import Foundation

extension Tensor {
    /// A float32 tensor of random elements.
    package static func drawn(_ shape: [Int], _ initialiser: Initialiser, using generator: inout SeededGenerator)
        -> Tensor
    {
        let count = shape.product
        switch initialiser {
        case .zeros: return Tensor(repeating: 0, shape)
        case .ones: return Tensor(repeating: 1, shape)
        case .uniform(let bound):
            return Tensor((0..<count).map { _ in Float((generator.unit() * 2 - 1) * bound) }, shape)
        case .normal(let deviation):
            return Tensor(normals(count, limit: .infinity, using: &generator).map { Float($0 * deviation) }, shape)
        case .truncatedNormal(let deviation):
            return Tensor(normals(count, limit: 2, using: &generator).map { Float($0 * deviation) }, shape)
        }
    }

    /// Standard normal numbers by Box and Muller; those beyond `limit` are drawn again.
    private static func normals(_ count: Int, limit: Double, using generator: inout SeededGenerator) -> [Double] {
        var numbers: [Double] = []
        numbers.reserveCapacity(count + 1)
        while numbers.count < count {
            let radius = (-2 * log(1 - generator.unit())).squareRoot()
            let angle = 2 * Double.pi * generator.unit()
            for number in [radius * cos(angle), radius * sin(angle)] where abs(number) <= limit {
                numbers.append(number)
            }
        }
        numbers.removeLast(numbers.count - count)
        return numbers
    }
}
