import TensorEngine

/// Pixels to features: one vector a patch.
package protocol VisionEncoder: Sendable {
    /// Width of a feature vector.
    var width: Int { get }
    /// Side of the pictures it was trained on, in pixels.
    var imageSize: Int { get }

    /// - Parameter pixels: `[batch, 3, height, width]`, RGB, normalised
    /// - Returns: image features `[batch, tokens, width]`, after the final norm
    func callAsFunction(_ pixels: Tensor) -> Tensor
}

extension Tensor {
    /// This tensor as float32, keeping its way back where it has one (only float32 tensors do).
    package func converted32() -> Tensor { dtype == .f32 ? self : converted(to: .f32) }
}
