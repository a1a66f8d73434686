/// Which synsets of WordNet a word belongs to.
struct MeteorSynonyms: Sendable {
    private let synsetsOfWord: [ExactText: Set<Int32>]
    private let baseForms: [ExactText: [ExactText]]

    init(synsetsOfWord: [ExactText: Set<Int32>], baseForms: [ExactText: [ExactText]]) {
        self.synsetsOfWord = synsetsOfWord
        self.baseForms = baseForms
    }

    /// The synsets of `word` and of its base forms.
    func synsets(of word: String) -> Set<Int32> {
        let key = ExactText(word)
        var result = synsetsOfWord[key] ?? []
        for base in baseForms[key] ?? [] { result.formUnion(synsetsOfWord[base] ?? []) }
        return result
    }
}
