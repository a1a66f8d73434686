/// Answers beside the model's own.
package enum ComputedBaseline: String, Sendable, CaseIterable {
    /// The same prompt without pictures.
    case blind
    /// The same prompt with other pictures of the task.
    case shuffled
}
