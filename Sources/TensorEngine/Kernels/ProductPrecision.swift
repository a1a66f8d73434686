import CKernels

/// What the factors of matrix products are rounded to; sums are always kept in float32.
///
/// A property of a weight, chosen by whoever runs a model (`Parameter.setProductPrecision`): every product with that weight,
/// on the way there and back, takes it. Attention scores and everything that is not a product with a weight stay float32.
package enum ProductPrecision: String, Sendable, Codable, CaseIterable {
    /// Factors as they are.
    case float32 = "f32"
    /// Factors rounded to bf16, relative error 2⁻⁹ each: twice as fast where the processor multiplies bf16.
    case bf16

    /// Whether this processor is made for it; products fall back to float32 where it is not.
    package var isSupported: Bool {
        switch self {
        case .float32: true
        case .bf16: unsafe kernels.functions.bf16_products
        }
    }
}
