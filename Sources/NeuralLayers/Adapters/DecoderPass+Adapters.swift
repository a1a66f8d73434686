import TensorEngine

/// Where the layers of a decoder let adapters in. Without adapters, and for tokens that adapters leave alone, what comes is what
/// went in.
extension DecoderPass {
    /// The tokens that adapters change.
    private var adaptedRows: PicturesInView.Rows {
        adapters?.design.everywhere == true ? .all : pictures?.seeing ?? .none
    }

    /// The residual stream before layer `layer`, after its look at the pictures.
    ///
    /// - Parameter x: `[batch, sequence, width]`
    package func looked(_ x: Tensor, before layer: Int) -> Tensor {
        guard let look = adapters?.look(layer) else { return x }
        let rows = adaptedRows
        if case .none = rows { return x }
        let pictures = pictures
        let made = look(
            x,
            attend: pictures.map { pictures in
                { queries, shape in pictures.attended(by: queries, layer: layer, shape: shape) }
            })
        guard case .some(let indices) = rows else { return made }
        let width = x.shape[2]
        let flat = [x.count / max(1, width), width]
        return x.reshaped(flat).replacingRows(indices, with: made.reshaped(flat).rows(indices)).reshaped(x.shape)
    }

    /// What a sublayer of layer `layer` adds to the residual stream, after its bottleneck.
    ///
    /// - Parameter y: `[..., width]`, the tokens of the pass in order.
    package func adapted(_ y: Tensor, behind sublayer: DecoderAdapters.Sublayer, layer: Int) -> Tensor {
        guard let bottleneck = adapters?.bottleneck(layer, behind: sublayer) else { return y }
        switch adaptedRows {
        case .none: return y
        case .all: return bottleneck(y)
        case .some(let indices):
            let width = y.shape.last ?? 1
            let flat = y.reshaped([y.count / max(1, width), width])
            return flat.replacingRows(indices, with: bottleneck(flat.rows(indices))).reshaped(y.shape)
        }
    }
}

extension PicturesInView {
    /// Attention of the tokens of a pass to the pictures that they saw last; 0 for those that have seen none.
    ///
    /// - Parameter queries: `[batch, sequence, inner]`
    fileprivate func attended(by queries: Tensor, layer: Int, shape: AttentionShape) -> Tensor {
        let sequence = queries.shape[1]
        if memories.count == 1 {
            guard let memory = memories[0], let keys = memory.keys[layer], let values = memory.values[layer] else {
                return Tensor(repeating: 0, queries.shape)
            }
            return .attention(
                queries: queries, keys: keys, values: values, shape: shape,
                mask: mask(sequence: sequence, memory: memory))
        }
        // One after the other, each with its own pictures: a sequence's answer does not depend on its company.
        precondition(memories.count == queries.shape[0], "\(memories.count) memories for \(queries.shape)")
        let parts = memories.enumerated().map { element, memory in
            let own = PicturesInView([memory], latest: Array(latest[element * sequence..<(element + 1) * sequence]))
            return own.attended(by: queries.slice(element..<element + 1), layer: layer, shape: shape)
        }
        return .concatenated(parts)
    }
}
