import TensorEngine

extension TensorRecipe {
    /// The type the elements are stored as, where it is one.
    var weightType: DType? {
        switch self {
        case .view(let view): view.type.weightType
        // Four bits times a power of two fit bfloat16's eight exactly.
        default: sources.first.map { $0.type.weightType ?? .bf16 } ?? .f32
        }
    }

    /// The tensor in `dtype`; a view of the file where the elements stand there as they are wanted.
    ///
    /// Pages of the file that were read only to be converted are given back to the system: a model held in another type
    /// than it is stored in never takes the room of both.
    func tensor(as dtype: DType) -> Tensor {
        let tensor = made()
        guard tensor.dtype != dtype || !isView else { return tensor }
        let converted = tensor.converted(to: dtype)
        for view in sources {
            let count = view.type.byteCount(of: view.shape)
            view.map.releasePages(in: view.byteOffset..<view.byteOffset + count)
        }
        return converted
    }

    private var isView: Bool { if case .view = self { true } else { false } }

    /// Views in their stored type, the rest in float32. Every source is a weight.
    private func made() -> Tensor {
        switch self {
        case .view(let view):
            guard let dtype = view.type.weightType else { preconditionFailure("\(view.name) is not a weight") }
            return view.map.tensor(shape: view.shape, dtype: dtype, byteOffset: view.byteOffset)
        case .microscaled(let blocks, let scales, let shape):
            return Microscaling.tensor(blocks: blocks.bytes, scales: scales.bytes, shape: shape)
        case .zeros(let shape): return Tensor(repeating: 0, shape)
        case .joined(let parts, _): return Tensor.concatenated(parts.map { $0.madeInFloat32() })
        case .slice(let whole, let axis, let range, _): return whole.madeInFloat32().slice(range, axis: axis)
        case .reshaped(let whole, let shape): return whole.madeInFloat32().reshaped(shape)
        case .transposed(let whole, let shape):
            let tensor = whole.madeInFloat32()
            if shape.count == 2 { return tensor.leadingAxesExchanged() }
            let inner = Array(tensor.shape.suffix(2))
            let matrices = tensor.reshaped([tensor.shape.dropLast(2).product] + inner)  // [matrices, rows, columns]
            let exchanged = (0..<matrices.shape[0]).map { matrices.element($0).leadingAxesExchanged() }
            return exchanged.isEmpty ? tensor.reshaped(shape) : Tensor.concatenated(exchanged).reshaped(shape)
        }
    }

    private func madeInFloat32() -> Tensor { made().converted(to: .f32) }
}

extension TensorRecipe.StoredView {
    /// The stored bytes.
    fileprivate var bytes: [UInt8] {
        map.elements(byteOffset..<byteOffset + type.byteCount(of: shape), as: UInt8.self)
    }
}
