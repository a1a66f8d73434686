import CKernels

/// How the elements of a tensor are stored. Arithmetic is always float32: other types are converted on use.
package enum DType: String, Sendable, Hashable, CaseIterable, Codable {
    /// IEEE single precision, 4 bytes.
    case f32
    /// IEEE half precision, 2 bytes.
    case f16
    /// The upper half of a float32, 2 bytes.
    case bf16
    /// Blocks of 32 along the last axis: an f16 scale and 32 int8, 34 bytes (the layout of ggml's Q8_0).
    case q8_0
    /// Blocks of 32 along the last axis: an f16 scale and 32 nibbles, 18 bytes (the layout of ggml's Q4_0).
    case q4_0

    var code: ck_dtype {
        switch self {
        case .f32: CK_F32
        case .f16: CK_F16
        case .bf16: CK_BF16
        case .q8_0: CK_Q8_0
        case .q4_0: CK_Q4_0
        }
    }

    /// Elements that are stored together: 1, or 32 for block types.
    package var blockLength: Int { isBlock ? 32 : 1 }

    /// Whether elements are quantised in blocks.
    package var isBlock: Bool { self == .q8_0 || self == .q4_0 }

    /// Bytes of one block.
    package var blockBytes: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .q8_0: 34
        case .q4_0: 18
        }
    }

    /// Bytes of `count` elements, a whole number of blocks.
    package func byteCount(of count: Int) -> Int {
        precondition(count % blockLength == 0, "\(count) elements are not a whole number of \(self) blocks")
        return count / blockLength * blockBytes
    }
}
