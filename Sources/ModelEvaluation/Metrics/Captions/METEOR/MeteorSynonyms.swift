import Foundation

/// Which synsets of WordNet a word belongs to: its own, and those of its base forms.
struct MeteorSynonyms: Sendable {
    private let synsetsOfWord: [ExactText: Set<Int32>]
    private let baseForms: [ExactText: [String]]

    /// WordNet's rules of detachment: an ending, and what stands in its place in the base form.
    private static let detachments: [(ending: String, base: String)] = [
        ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"),
        ("ies", "y"),
        ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""), ("er", ""), ("est", ""),
        ("er", "e"), ("est", "e"),
    ]

    /// Reads a file of words and synset numbers in turn, and one of base forms and irregular forms in turn.
    init(synsets: URL, exceptions: URL) throws(MeteorDataError) {
        var synsetsOfWord: [ExactText: Set<Int32>] = [:]
        let lines = try Self.lines(of: synsets)
        for index in stride(from: 0, to: lines.count - 1, by: 2) {
            let numbers = lines[index + 1].split(separator: " ").compactMap { Int32($0) }
            guard !numbers.isEmpty else {
                throw .malformed(file: synsets.path(percentEncoded: false), line: index + 2, expected: "synset numbers")
            }
            synsetsOfWord[ExactText(lines[index]), default: []].formUnion(numbers)
        }
        var baseForms: [ExactText: [String]] = [:]
        let irregular = try Self.lines(of: exceptions)
        for index in stride(from: 0, to: irregular.count - 1, by: 2) {
            for form in irregular[index + 1].split(separator: " ") {
                baseForms[ExactText(form), default: []].append(String(irregular[index]))
            }
        }
        self.synsetsOfWord = synsetsOfWord
        self.baseForms = baseForms
    }

    /// The synsets of `word`, and of its irregular base forms where it has some, else of its regular one.
    func synsets(of word: String) -> Set<Int32> {
        let own = synsetsOfWord[ExactText(word)] ?? []
        guard let bases = baseForms[ExactText(word)] else { return own.union(regularSynsets(of: word)) }
        return bases.reduce(own) { $0.union(synsetsOfWord[ExactText($1)] ?? []) }
    }

    /// The synsets of what the first rule of detachment that leads to a word leads to.
    private func regularSynsets(of word: String) -> Set<Int32> {
        guard word.unicodeScalars.count > 2, !word.hasSuffix("ss") else { return [] }
        for (ending, base) in Self.detachments where word.hasSuffix(ending) {
            let front = word.unicodeScalars.dropLast(ending.unicodeScalars.count)
            if let synsets = synsetsOfWord[ExactText(String(front) + base)] { return synsets }
        }
        return []
    }

    private static func lines(of file: URL) throws(MeteorDataError) -> [Substring] {
        let path = file.path(percentEncoded: false)
        guard let data = try? Data(contentsOf: file) else { throw .missing(file: path) }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        guard lines.count % 2 == 0 else {
            throw .malformed(file: path, line: lines.count, expected: "the second line of a pair")
        }
        return lines
    }
}
