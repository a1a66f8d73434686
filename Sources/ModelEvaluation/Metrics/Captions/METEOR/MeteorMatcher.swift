/// All matches of two sentences that the modules of a variant find.
struct MeteorMatcher {
    typealias Match = MeteorAlignment.Match

    private let variant: METEOR.Variant
    /// What is known of each word that occurred.
    private var known: [String: Word] = [:]
    private var numbers: [ExactText: Int] = [:]

    /// A word by numbers, equal for equal words and for equal stems.
    private struct Word {
        let number: Int
        let stem: Int
    }

    init(_ variant: METEOR.Variant) { self.variant = variant }

    /// By reference position, the matches that start there: exact ones, then stems, synonyms, paraphrases; within a
    /// module by candidate position. For equal sentences the exact ones only.
    mutating func matches(candidate: [String], reference: [String]) -> [[Match]] {
        let own = candidate.map { word($0) }
        let other = reference.map { word($0) }
        var result = [[Match]](repeating: [], count: other.count)
        add(.exact, to: &result, candidates: own.count) { own[$0].number == other[$1].number }
        if own.map(\.number) == other.map(\.number) { return result }
        if case .exact = variant { return result }
        add(.stem, to: &result, candidates: own.count) {
            own[$0].stem == other[$1].stem && own[$0].number != other[$1].number
        }
        if case .full(let data) = variant {
            let ownSynsets = candidate.map(data.synonyms.synsets)
            let otherSynsets = reference.map(data.synonyms.synsets)
            add(.synonym, to: &result, candidates: own.count) {
                own[$0].number != other[$1].number && !ownSynsets[$0].isDisjoint(with: otherSynsets[$1])
            }
            let (phrase, paraphrase) = (candidate.map { ExactText($0) }, reference.map { ExactText($0) })
            for match in data.paraphrases.matches(candidate: phrase, reference: paraphrase) {
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

    private mutating func word(_ text: String) -> Word {
        // Canonically equal texts are one key: only ASCII is looked up by it.
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        if isPlain, let known = known[text] { return known }
        let word = Word(
            number: number(of: ExactText(text)), stem: number(of: ExactText(PorterStemmer.stem(text))))
        if isPlain { known[text] = word }
        return word
    }

    private mutating func number(of text: ExactText) -> Int {
        if let number = numbers[text] { return number }
        let number = numbers.count
        numbers[text] = number
        return number
    }
}
