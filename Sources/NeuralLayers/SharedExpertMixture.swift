import TensorEngine

/// A mixture of experts beside one feed-forward that every token goes through (DeepSeek-MoE, Qwen-MoE, Granite):
/// `mixture(x) + g·shared(x)`, where g is `sigmoid(w·x)` if there is a gate, else 1.
package struct SharedExpertMixture: TokenFeedForward {
    private let mixture: MixtureOfExperts
    private let shared: GatedFeedForward
    private let gate: Linear?

    /// A mixture of parts made elsewhere.
    ///
    /// - Parameter gate: to one output a token.
    package init(mixture: MixtureOfExperts, shared: GatedFeedForward, gate: Linear? = nil) {
        self.mixture = mixture
        self.shared = shared
        self.gate = gate
    }

    package func callAsFunction(_ x: Tensor, pass: inout DecoderPass) -> Tensor {
        let mixed = mixture(x, pass: &pass)
        let everybody = shared(x)
        guard let gate else { return mixed + everybody }
        return mixed + everybody.scalingRows(by: gate(x).sigmoid())
    }
}
