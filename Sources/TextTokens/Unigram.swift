/// The best path to a byte of the word: the token that ends there, its start, and the sum of scores.
struct UnigramNode {
    var identifier: Int32
    var start: Int32
    var score: Double
}

/// SentencePiece's unigram model (Kudo 2018): the division of a word whose tokens have the highest sum of scores.
struct Unigram: Sendable {
    let vocabulary: Vocabulary
    let unknown: Int32
    private let scores: [Double]
    private let trie: ByteTrie
    /// What a character without a token costs: ten less than the rarest token.
    private let unknownScore: Double
    private let fallbackTokens: [Int32]
    private let hasByteFallback: Bool

    init(vocabulary: Vocabulary, scores: [Double], unknown: Int, hasByteFallback: Bool) {
        self.vocabulary = vocabulary
        self.scores = scores
        self.unknown = Int32(unknown)
        self.hasByteFallback = hasByteFallback
        unknownScore = (scores.min() ?? 0) - 10
        fallbackTokens = ByteFallbackTokens.identifiers(in: vocabulary)
        var trie = ByteTrie(minimumCapacity: vocabulary.table.keyBytes.count)
        for index in 0..<vocabulary.table.count {
            trie.add(vocabulary.table.key(index), value: vocabulary.table.values[index])
        }
        self.trie = trie
    }

    /// Appends the tokens of the word that those bytes are.
    func tokenize(_ text: [UInt8], _ word: Range<Int>, scratch: inout ModelScratch, output: inout TokenOutput) {
        guard !word.isEmpty else { return }
        let isCached = !output.tracksSpans && word.count <= WordCache.lengthLimit
        if isCached, scratch.cache.append(text, word, to: &output.identifiers) { return }
        let before = output.identifiers.count
        findPaths(text, word, &scratch.path)
        emit(text, word, scratch.path, &output)
        if isCached { scratch.cache.insert(text, word, output.identifiers[before...]) }
    }

    private func findPaths(_ text: [UInt8], _ word: Range<Int>, _ path: inout [UnigramNode]) {
        path.removeAll(keepingCapacity: true)
        path.append(contentsOf: repeatElement(UnigramNode(identifier: 0, start: -1, score: 0), count: word.count + 1))
        var start = 0
        while start < word.count {
            let here = path[start].score
            let length = min(UTF8Text.length(text[word.lowerBound + start]), word.count - start)
            var hasSingle = false
            var node = ByteTrie.root
            var end = start
            while end < word.count {
                node = trie.child(node, text[word.lowerBound + end])
                guard node >= 0 else { break }
                end += 1
                let identifier = trie.value(node)
                guard identifier >= 0 else { continue }
                let score = scores[Int(identifier)] + here
                if path[end].start < 0 || score > path[end].score {
                    path[end] = UnigramNode(identifier: identifier, start: Int32(start), score: score)
                }
                if end - start == length { hasSingle = true }
            }
            if !hasSingle {
                let score = unknownScore + here
                if path[start + length].start < 0 || score > path[start + length].score {
                    path[start + length] = UnigramNode(identifier: unknown, start: Int32(start), score: score)
                }
            }
            start += length
        }
    }

    /// Walks the best path; unknown characters in a row are one token.
    private func emit(_ text: [UInt8], _ word: Range<Int>, _ path: [UnigramNode], _ output: inout TokenOutput) {
        var steps: [(identifier: Int32, start: Int, end: Int)] = []
        var end = word.count
        while end > 0 {
            let node = path[end]
            let start = Int(node.start)
            if node.identifier == unknown, let last = steps.last, last.identifier == unknown {
                steps[steps.count - 1].start = start
            } else {
                steps.append((node.identifier, start, end))
            }
            end = start
        }
        for step in steps.reversed() {
            let range = word.lowerBound + step.start..<word.lowerBound + step.end
            if step.identifier == unknown {
                emitUnknown(text, range, &output)
            } else {
                output.append(step.identifier, range.lowerBound, range.upperBound)
            }
        }
    }

    private func emitUnknown(_ text: [UInt8], _ range: Range<Int>, _ output: inout TokenOutput) {
        if let identifier = vocabulary.identifier(text, range) {
            output.append(identifier, range.lowerBound, range.upperBound)
        } else if hasByteFallback, range.allSatisfy({ fallbackTokens[Int(text[$0])] >= 0 }) {
            for position in range {
                output.append(fallbackTokens[Int(text[position])], range.lowerBound, range.upperBound)
            }
        } else {
            output.append(unknown, range.lowerBound, range.upperBound)
        }
    }
}
