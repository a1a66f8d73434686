/// A part of a corpus.
package enum TextSplit: String, Sendable, CaseIterable {
    /// What is trained on.
    case training
    /// What is held out.
    case heldOut = "held-out"

    /// The place among all cases.
    var index: Int { self == .training ? 0 : 1 }
}
