/// The candidate caption of one image beside its references.
///
/// Metrics take tokens as `PTBTokenizer` writes them: words joined by one blank. Only METEOR reads them once more.
package struct CaptionComparison: Sendable, Equatable {
    /// The tokens of the caption that is scored.
    package let candidate: String
    /// The tokens of each reference caption; at least one.
    package let references: [String]

    /// A candidate beside its references.
    package init(candidate: String, references: [String]) {
        self.candidate = candidate
        self.references = references
    }
}
