import TensorEngine

/// The element types a safetensors file may hold, in the file's own spelling.
///
/// F32, F16 and BF16 are weights; the others occur in files of reference values and are read as they stand. Block types are
/// ours: the format has none, so they stand in files as bytes that the metadata tell from others (`BlockLayout`).
package enum StoredType: String, Sendable, Hashable, CaseIterable {
    case bool = "BOOL"
    case u8 = "U8"
    case i8 = "I8"
    case f8e5m2 = "F8_E5M2"
    case f8e4m3 = "F8_E4M3"
    case f8e8m0 = "F8_E8M0"
    case i16 = "I16"
    case u16 = "U16"
    case f16 = "F16"
    case bf16 = "BF16"
    case i32 = "I32"
    case u32 = "U32"
    case f32 = "F32"
    case c64 = "C64"
    case f64 = "F64"
    case i64 = "I64"
    case u64 = "U64"
    /// Blocks of 32 elements in 34 bytes.
    case q8_0 = "Q8_0"
    /// Blocks of 32 elements in 18 bytes.
    case q4_0 = "Q4_0"

    /// The types that a file may name.
    package static let named = allCases.filter { !$0.isBlock }

    /// Bytes of what is aligned: one element, or the scale that a block begins with.
    package var alignment: Int {
        switch self {
        case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0: 1
        case .i16, .u16, .f16, .bf16, .q8_0, .q4_0: 2
        case .i32, .u32, .f32: 4
        case .c64, .f64, .i64, .u64: 8
        }
    }

    /// Whether elements stand in blocks.
    package var isBlock: Bool { self == .q8_0 || self == .q4_0 }

    /// Bytes of a tensor of `shape`, whose rows are whole blocks where this is a block type.
    package func byteCount(of shape: [Int]) -> Int {
        if isBlock, let weightType { return weightType.byteCount(of: shape.product) }
        return shape.reduce(alignment, *)
    }

    /// The tensor type with the same bytes, where elements are weights.
    package var weightType: DType? {
        switch self {
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        case .q8_0: .q8_0
        case .q4_0: .q4_0
        default: nil
        }
    }

    /// The stored type with the same bytes as `dtype`.
    package init(_ dtype: DType) {
        switch dtype {
        case .f32: self = .f32
        case .f16: self = .f16
        case .bf16: self = .bf16
        case .q8_0: self = .q8_0
        case .q4_0: self = .q4_0
        }
    }
}
