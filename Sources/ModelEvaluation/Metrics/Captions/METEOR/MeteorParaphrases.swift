/// Pairs of phrases that mean the same.
struct MeteorParaphrases: Sendable {
    private let table: [[ExactText]: [[ExactText]]]

    init(table: [[ExactText]: [[ExactText]]]) { self.table = table }

    /// The matches between stretches of the two sentences that are a pair of the table.
    func matches(candidate: [ExactText], reference: [ExactText]) -> [MeteorAlignment.Match] { [] }
}
