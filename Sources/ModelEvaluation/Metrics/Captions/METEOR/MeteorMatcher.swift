/// All matches of two sentences that the modules of a variant find.
struct MeteorMatcher {
    typealias Match = MeteorAlignment.Match

    private let variant: METEOR.Variant
    private var stems: [ExactText: ExactText] = [:]

    init(_ variant: METEOR.Variant) { self.variant = variant }

    /// By reference position, the matches that start there: exact ones, then stems, synonyms, paraphrases; within a
    /// module by candidate position. For equal sentences the exact ones only.
    mutating func matches(candidate: [String], reference: [String]) -> [[Match]] {
        let own = candidate.map { ExactText($0) }
        let other = reference.map { ExactText($0) }
        var result = [[Match]](repeating: [], count: other.count)
        add(.exact, to: &result, candidates: own.count) { own[$0] == other[$1] }
        if own == other { return result }
        if case .exact = variant { return result }
        let ownStems = candidate.map { stem(of: $0) }
        let otherStems = reference.map { stem(of: $0) }
        add(.stem, to: &result, candidates: own.count) { ownStems[$0] == otherStems[$1] && own[$0] != other[$1] }
        if case .full(let data) = variant {
            let ownSynsets = candidate.map(data.synonyms.synsets)
            let otherSynsets = reference.map(data.synonyms.synsets)
            add(.synonym, to: &result, candidates: own.count) {
                own[$0] != other[$1] && !ownSynsets[$0].isDisjoint(with: otherSynsets[$1])
            }
            for match in data.paraphrases.matches(candidate: own, reference: other) {
                result[match.referenceStart].append(match)
            }
        }
        return result
    }

    private func add(
        _ module: MeteorAlignment.Module, to matches: inout [[Match]], candidates: Int,
        where isMatch: (Int, Int) -> Bool
    ) {
        for reference in matches.indices {
            for candidate in 0..<candidates where isMatch(candidate, reference) {
                matches[reference].append(Match(module, reference: reference, candidate: candidate))
            }
        }
    }

    private mutating func stem(of word: String) -> ExactText {
        let key = ExactText(word)
        if let known = stems[key] { return known }
        let stem = ExactText(PorterStemmer.stem(word))
        stems[key] = stem
        return stem
    }
}
