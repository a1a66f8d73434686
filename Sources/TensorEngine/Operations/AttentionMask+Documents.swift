/// One document of a packed row.
package struct PackedDocument: Sendable, Equatable {
    /// How many tokens.
    package var tokens: Int
    /// How many of them, from the first, see each other both ways; 0 for a causal document.
    package var prefix: Int

    /// A document of these lengths.
    package init(tokens: Int, prefix: Int = 0) {
        precondition(tokens >= 0 && prefix >= 0 && prefix <= tokens, "a prefix of \(prefix) of \(tokens) tokens")
        self.tokens = tokens
        self.prefix = prefix
    }
}

extension AttentionMask {
    /// Whole sequences whose first tokens see each other both ways, later ones all before them.
    ///
    /// - Parameters:
    ///   - prefixes: one a batch element.
    ///   - lengths: tokens that count, the rest being padding at the end that nothing sees; nil for all.
    package static func prefix(_ prefixes: [Int], lengths: [Int]? = nil, sequence: Int) -> AttentionMask {
        documents(
            prefixes.enumerated().map { row, prefix in
                [PackedDocument(tokens: lengths?[row] ?? sequence, prefix: prefix)]
            }, sequence: sequence)
    }

    /// Rows of documents behind each other, none of which sees another; what is left of a row is padding, which sees and
    /// is seen by nothing.
    ///
    /// - Parameter rows: the documents of each batch element, together at most `sequence` tokens.
    package static func documents(_ rows: [[PackedDocument]], sequence: Int) -> AttentionMask {
        var first: [Int32] = [], end: [Int32] = []
        for documents in rows {
            var start = 0
            for document in documents {
                precondition(start + document.tokens <= sequence, "documents of more than \(sequence) tokens in a row")
                for token in 0..<document.tokens {
                    first.append(Int32(start))
                    end.append(Int32(start + max(token + 1, document.prefix)))
                }
                start += document.tokens
            }
            first += [Int32](repeating: Int32(start), count: sequence - start)
            end += [Int32](repeating: Int32(start), count: sequence - start)
        }
        return AttentionMask(first: first, end: end, queries: sequence)
    }

    /// The first position that a query at `position` sees under blockwise attention: the start of the block before its own.
    package static func blockwiseStart(of position: Int, block: Int) -> Int { max(0, position / block - 1) * block }

    /// Blockwise causal attention (Sun et al. 2022, §3.3): a query sees keys of its own block of positions and of the one
    /// before, so contexts are as long as in training however long the text. Up to two blocks nothing is cut.
    ///
    /// - Parameters:
    ///   - block: half the training length.
    ///   - positions: of each query, `[batch·queries]`; consecutive within a document.
    ///   - offset: the key at which the first query of each batch element stands (tokens already cached).
    package func blockwise(_ block: Int, positions: [Int], offset: Int = 0) -> AttentionMask {
        precondition(positions.count == first.count, "\(positions.count) positions for \(first.count) queries")
        let starts = positions.indices.map { index in
            let position = positions[index]
            let key = offset + index % queries
            return max(first[index], Int32(key - (position - Self.blockwiseStart(of: position, block: block))))
        }
        return AttentionMask(first: starts, end: end, queries: queries)
    }
}
