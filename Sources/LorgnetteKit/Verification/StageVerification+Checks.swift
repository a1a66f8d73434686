import TensorEngine

extension StageVerification.Check {
    /// A comparison of tensors. Logits are held to an absolute 1e-4, other stages to that relative to their greatest element.
    static func of(
        _ stage: String, _ name: String, _ made: Tensor, _ expected: Tensor, tolerance: Float = 1e-4
    ) -> StageVerification.Check {
        guard made.shape == expected.shape else {
            return StageVerification.Check(stage, name, difference: nil, tolerance: tolerance)
        }
        var greatest: Float = 0
        var size: Float = 1
        for (a, b) in zip(made.array, expected.array) {
            let gap = abs(a - b)
            greatest = gap.isNaN ? .infinity : max(greatest, gap)
            size = max(size, abs(b))
        }
        return StageVerification.Check(
            stage, name, difference: greatest, tolerance: stage == "logits" ? tolerance : tolerance * size)
    }

    /// A comparison of ids.
    static func equal<Value: Equatable>(
        _ stage: String, _ name: String, _ made: Value, _ expected: Value, isNearTie: Bool = false
    ) -> StageVerification.Check {
        let isEqual = made == expected
        return StageVerification.Check(
            stage, name, difference: isEqual ? 0 : nil, isNearTie: !isEqual && isNearTie)
    }
}
