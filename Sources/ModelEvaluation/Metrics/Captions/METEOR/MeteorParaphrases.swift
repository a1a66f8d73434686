import Foundation

/// Pairs of phrases that mean the same, of which all words occur in what is scored.
struct MeteorParaphrases: Sendable {
    private typealias Phrase = [Int32]

    private let numberOfWord: [ExactText: Int32]
    private let table: [[Int32]: [[Int32]]]
    private let longest: Int

    private static let chunkSize = 1 << 24

    /// Reads a file of three lines a pair: probability, phrase, paraphrase.
    ///
    /// - Parameter vocabulary: phrases with other words are passed over.
    init(file: URL, vocabulary: Set<ExactText>) throws(MeteorDataError) {
        let path = file.path(percentEncoded: false)
        guard let handle = try? FileHandle(forReadingFrom: file) else { throw .missing(file: path) }
        let words = PhraseWords(vocabulary)
        var table: [[Int32]: [[Int32]]] = [:]
        var rest: [UInt8] = []
        var lineNumber = 0
        var phrase: Phrase?
        while let chunk = try? handle.read(upToCount: Self.chunkSize), !chunk.isEmpty {
            let bytes = rest + [UInt8](chunk)
            var start = 0
            while let end = bytes[start...].firstIndex(of: 0x0A) {
                switch lineNumber % 3 {
                case 0:
                    guard let first = bytes[start..<end].first, (0x30...0x39).contains(first) else {
                        throw .malformed(file: path, line: lineNumber + 1, expected: "a probability")
                    }
                case 1: phrase = words.numbers(of: bytes, start, end)
                default:
                    if let phrase, let other = words.numbers(of: bytes, start, end) {
                        table[phrase, default: []].append(other)
                    }
                }
                lineNumber += 1
                start = end + 1
            }
            rest = Array(bytes[start...])
        }
        guard lineNumber % 3 == 0, lineNumber > 0 else {
            throw .malformed(file: path, line: lineNumber, expected: "the last of three lines of a pair")
        }
        self.table = table
        numberOfWord = words.numberOfWord
        longest = table.keys.map(\.count).max() ?? 0
    }

    /// The matches between stretches of the two sentences that are a pair of the table, in either order: first those
    /// whose phrase stands in the reference, then those whose phrase stands in the candidate.
    ///
    /// A pair that the table has in both orders offers its match twice, so that the match has a rival.
    func matches(candidate: [ExactText], reference: [ExactText]) -> [MeteorAlignment.Match] {
        let own = candidate.map { numberOfWord[$0] ?? -1 }
        let other = reference.map { numberOfWord[$0] ?? -2 }
        let fromReference = pairs(from: other, to: own).map { phrase, paraphrase in
            MeteorAlignment.Match(
                .paraphrase, referenceStart: phrase.lowerBound, referenceLength: phrase.count,
                candidateStart: paraphrase.lowerBound, candidateLength: paraphrase.count)
        }
        let fromCandidate = pairs(from: own, to: other).map { phrase, paraphrase in
            MeteorAlignment.Match(
                .paraphrase, referenceStart: paraphrase.lowerBound, referenceLength: paraphrase.count,
                candidateStart: phrase.lowerBound, candidateLength: phrase.count)
        }
        return fromReference + fromCandidate
    }

    /// Where a phrase of the table stands in `words` and one of its paraphrases in `others`.
    private func pairs(from words: [Int32], to others: [Int32]) -> [(phrase: Range<Int>, paraphrase: Range<Int>)] {
        var result: [(phrase: Range<Int>, paraphrase: Range<Int>)] = []
        for start in words.indices {
            for length in 1...max(1, longest) where start + length <= words.count {
                for paraphrase in table[Array(words[start..<start + length])] ?? [] {
                    for position in others.indices where others[position...].starts(with: paraphrase) {
                        result.append((start..<start + length, position..<position + paraphrase.count))
                    }
                }
            }
        }
        return result
    }
}

/// Numbers for the words of a vocabulary, found from bytes of a file.
private struct PhraseWords {
    let numberOfWord: [ExactText: Int32]
    /// The same by a hash of the bytes, so that no text is made for the millions of phrases that are passed over.
    private var candidates: [UInt64: [(bytes: [UInt8], number: Int32)]] = [:]

    init(_ vocabulary: Set<ExactText>) {
        var numbers: [ExactText: Int32] = [:]
        for (number, word) in vocabulary.enumerated() {
            numbers[word] = Int32(number)
            candidates[Self.hash(word.bytes[...]), default: []].append((word.bytes, Int32(number)))
        }
        numberOfWord = numbers
    }

    /// The words' numbers; nil where one is not in the vocabulary.
    func numbers(of bytes: [UInt8], _ start: Int, _ end: Int) -> [Int32]? {
        var result: [Int32] = []
        for word in bytes[start..<end].split(separator: 0x20) {
            guard let found = candidates[Self.hash(word)]?.first(where: { $0.bytes.elementsEqual(word) }) else {
                return nil
            }
            result.append(found.number)
        }
        return result.isEmpty ? nil : result
    }

    /// FNV-1a.
    private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
