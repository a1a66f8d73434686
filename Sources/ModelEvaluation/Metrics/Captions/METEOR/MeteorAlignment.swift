/// Which words of a candidate stand for which words of a reference.
struct MeteorAlignment: Sendable, Equatable {
    /// How two stretches of words were found to mean the same.
    enum Module: Int, Sendable, CaseIterable {
        case exact
        case stem
        case synonym
        case paraphrase
    }

    /// A stretch of the reference that a stretch of the candidate stands for.
    struct Match: Sendable, Equatable {
        let module: Module
        let referenceStart: Int
        let referenceLength: Int
        let candidateStart: Int
        let candidateLength: Int

        /// Of single words.
        init(_ module: Module, reference: Int, candidate: Int) {
            self.init(
                module, referenceStart: reference, referenceLength: 1, candidateStart: candidate, candidateLength: 1)
        }

        init(
            _ module: Module, referenceStart: Int, referenceLength: Int, candidateStart: Int, candidateLength: Int
        ) {
            self.module = module
            self.referenceStart = referenceStart
            self.referenceLength = referenceLength
            self.candidateStart = candidateStart
            self.candidateLength = candidateLength
        }

        var referenceRange: Range<Int> { referenceStart..<referenceStart + referenceLength }
        var candidateRange: Range<Int> { candidateStart..<candidateStart + candidateLength }
    }

    /// The matches in the order of the reference; no word is in two.
    let matches: [Match]
    /// Stretches in which candidate and reference go on side by side.
    let chunks: Int
}
