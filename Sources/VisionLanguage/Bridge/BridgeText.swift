import TensorEngine

/// Texts that the querying transformer reads, as ids of its own tokenizer, padded at the end to one length.
package struct BridgeText: Sendable, Equatable {
    /// `[texts][length]`
    package let ids: [[Int]]
    /// How many ids of each text count; what follows is padding.
    package let lengths: [Int]

    /// These texts, shorter ones padded with `padding` (which nothing sees).
    ///
    /// - Precondition: there is a text, and none is empty.
    package init(_ texts: [[Int]], padding: Int = 0) {
        precondition(Self.areReadable(texts), "no texts, or an empty one")
        lengths = texts.map(\.count)
        let longest = lengths.max() ?? 0
        ids = texts.map { $0 + Array(repeating: padding, count: longest - $0.count) }
    }

    @inline(never) private static func areReadable(_ texts: [[Int]]) -> Bool {
        !texts.isEmpty && texts.allSatisfy { !$0.isEmpty }
    }

    /// Ids of a text with its padding.
    package var length: Int { ids[0].count }

    /// These of the texts, in this order, each as often as it is named.
    package func elements(_ indices: [Int]) -> BridgeText {
        BridgeText(indices.map { Array(ids[$0].prefix(lengths[$0])) })
    }

    /// These texts with `token` in the place of each first id: `[DEC]` where a text is to be written, not understood.
    package func beginning(with token: Int) -> BridgeText {
        BridgeText(zip(ids, lengths).map { [token] + $0.prefix($1).dropFirst() })
    }

    /// The labels of writing these texts: at each position the id after it, −1 at the last one and in the padding, `[texts·length]`.
    package var followingIDs: [Int] {
        zip(ids, lengths).flatMap { row, length in
            row.indices.map { $0 + 1 < length ? row[$0 + 1] : -1 }
        }
    }
}

/// Word and position embeddings of the querying transformer's text side; queries have neither.
struct BridgeTextEmbeddings: Sendable {
    /// `[vocabulary, width]`
    let words: Parameter
    /// `[contextLength, width]`
    private let positions: Parameter
    private let width: Int

    /// The tables at `scope` (`word_embeddings`, `position_embeddings`).
    init(_ configuration: QueryTransformerConfiguration, in scope: ParameterScope) {
        width = configuration.width
        words = (scope / "word_embeddings").parameter("weight", [configuration.vocabularySize, width])
        positions = (scope / "position_embeddings").parameter("weight", [configuration.contextLength, width])
    }

    /// The sum of both, `[texts, length, width]`, not yet normed; positions count from 0 whatever stands before the text.
    func callAsFunction(_ text: BridgeText) -> Tensor {
        let rows = words.tensor.rows(text.ids.flatMap(\.self))  // [texts·length, width]
        let places = positions.tensor.rows(Array(0..<text.length))  // [length, width]
        return rows.reshaped([text.ids.count, text.length, width]).addingToRows(places)
    }
}
