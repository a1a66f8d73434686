import TensorEngine

/// What one run of tokens through a decoder shares between its layers: where the tokens stand, what they may see, and
/// the caches that remember earlier ones.
package struct DecoderPass: Sendable {
    /// The position of each token, `[batch·sequence]`, batch by batch.
    package let positions: [Int]
    /// Visible keys where there is no cache.
    package let mask: AttentionMask?
    /// The cache of each batch element, where tokens follow earlier ones; empty for whole sequences.
    package var caches: [KeyValueCache]
    /// Router logits of each mixture-of-experts layer, `[tokens, experts]`, collected where asked for.
    package var routerLogits: [Tensor]?
    /// The experts each of those layers chose, `[tokens·perToken]`, collected where asked for.
    package var expertChoices: [[Int]]?
    /// Hidden states before each layer, collected where asked for.
    package var hiddenStates: [Tensor]?
    /// Rotary tables of this pass, one a kind of layer, made when first needed.
    private var rotaryTables: [RotaryTableEntry] = []

    private struct RotaryTableEntry: Sendable {
        let frequencies: RotaryFrequencies
        let table: RotaryTable
    }

    /// Position biases of this pass, which layers share.
    private var positionBiases: [PositionBiasEntry] = []

    private struct PositionBiasEntry: Sendable {
        let table: Parameter
        let queries: Range<Int>
        let keys: Int
        let bias: Tensor
    }

    /// Whole sequences without caches: training, scoring.
    package init(positions: [Int], mask: AttentionMask) {
        self.positions = positions
        self.mask = mask
        caches = []
    }

    /// `tokens` further tokens of each sequence after what its cache holds.
    package init(tokens: Int, after caches: [KeyValueCache]) {
        positions = caches.flatMap { cache in (0..<tokens).map { cache.count + $0 } }
        mask = nil
        self.caches = caches
    }

    /// How many sequences of one length the positions are.
    private var sequences: Int {
        caches.isEmpty ? positions.count / max(1, mask?.queries ?? positions.count) : caches.count
    }

    /// The rotary table of this pass for these frequencies.
    package mutating func rotaryTable(_ frequencies: RotaryFrequencies) -> RotaryTable {
        if let found = rotaryTables.first(where: { $0.frequencies == frequencies }) { return found.table }
        let table = frequencies.table(positions: positions, sequences: sequences)
        rotaryTables.append(RotaryTableEntry(frequencies: frequencies, table: table))
        return table
    }

    /// `[heads, queries, keys]`, computed once for all layers that share the table.
    private mutating func positionBias(_ bias: RelativePositionBias, queries: Range<Int>, keys: Int) -> Tensor {
        if let found = positionBiases.first(where: {
            $0.table === bias.table && $0.queries == queries && $0.keys == keys
        }) {
            return found.bias
        }
        let made = bias(queries: queries, keys: keys)
        positionBiases.append(PositionBiasEntry(table: bias.table, queries: queries, keys: keys, bias: made))
        return made
    }

    /// Attention of the tokens of this pass in layer `layer`, through the caches where there are some.
    ///
    /// - Parameters:
    ///   - queries, keys, values: `[batch, sequence, width]`
    ///   - window: how many latest keys a query sees; nil for all.
    ///   - sinks: `[heads]`, see `Tensor.attention`.
    ///   - bias: numbers added to the scores by distance.
    /// - Returns: `[batch, sequence, heads·valueWidth]`
    package mutating func attend(
        queries: Tensor, keys: Tensor, values: Tensor, shape: AttentionShape, layer: Int, window: Int? = nil,
        sinks: Tensor? = nil, bias: RelativePositionBias? = nil
    ) -> Tensor {
        let tokens = queries.shape[1]
        guard !caches.isEmpty else {
            let visible = window.map { mask?.limited(toLast: $0) } ?? mask
            let added = bias.map { positionBias($0, queries: 0..<tokens, keys: tokens) }
            return .attention(
                queries: queries, keys: keys, values: values, shape: shape, mask: visible, bias: added, sinks: sinks)
        }
        precondition(queries.shape[0] == caches.count, "\(queries.shape[0]) sequences for \(caches.count) caches")
        let outputs = caches.indices.map { index in
            caches[index].append(keys: keys.element(index), values: values.element(index), layer: layer)
            if let bias {
                let cached = caches[index][layer]
                let added = positionBias(bias, queries: cached.count - tokens..<cached.count, keys: cached.count)
                return Tensor.attention(
                    queries: queries.slice(index..<index + 1), keys: cached.keys, values: cached.values, shape: shape,
                    mask: .causal(batch: 1, queries: tokens, keys: cached.count), bias: added)
            }
            return Tensor.attention(
                queries: queries.slice(index..<index + 1), cache: caches[index][layer], shape: shape, window: window,
                sinks: sinks)
        }
        return outputs.count == 1 ? outputs[0] : .concatenated(outputs)
    }
}
