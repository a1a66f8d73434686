import TensorEngine

/// How the weights of a model are held in memory.
public enum WeightType: String, Sendable, Hashable, CaseIterable, Codable {
    /// As they are stored.
    case auto
    case f32
    case bf16
    case f16
    /// Blocks of 32 with 8 bits an element.
    case q8_0
    case q4_0

    /// The tensor type, where it does not depend on what is stored.
    var dtype: DType? {
        switch self {
        case .auto: nil
        case .f32: .f32
        case .bf16: .bf16
        case .f16: .f16
        case .q8_0: .q8_0
        case .q4_0: .q4_0
        }
    }

    /// The type in which a tensor of `shape`, stored as `stored`, is held.
    ///
    /// Vectors (gains, biases) are float32: they are small, and are read in every row. Block types are for matrices
    /// whose rows are whole blocks; other tensors stay as they are stored.
    package func held(shape: [Int], stored: DType) -> DType {
        if shape.count <= 1 { return .f32 }
        guard let dtype else { return stored }
        if dtype.isBlock, shape.count != 2 || (shape.last ?? 0) % dtype.blockLength != 0 { return stored }
        return dtype
    }
}
