import TensorEngine

/// How a parameter is made of stored tensors; nothing is read before `tensor(as:)`.
///
/// What is contiguous in the file (a stored tensor, rows or elements of its first axis, another shape of either) is one
/// `view`; all else is made in float32.
indirect enum TensorRecipe: Sendable {
    case view(StoredView)
    case zeros([Int])
    case joined([TensorRecipe], shape: [Int])
    case slice(TensorRecipe, axis: Int, range: Range<Int>, shape: [Int])
    case transposed(TensorRecipe, shape: [Int])
    case reshaped(TensorRecipe, shape: [Int])
    /// MXFP4: two numbers a byte of `blocks`, 16 bytes a scale.
    case microscaled(blocks: StoredView, scales: StoredView, shape: [Int])

    /// A contiguous stretch of a file's elements.
    struct StoredView: Sendable {
        let map: MappedFile
        /// The name of the stored tensor this is a part of.
        let name: String
        let type: StoredType
        let byteOffset: Int
        let shape: [Int]
    }

    /// A whole stored tensor.
    init(_ entry: SafetensorsEntry, of file: SafetensorsFile) {
        self = .view(
            StoredView(
                map: file.map, name: entry.name, type: entry.type, byteOffset: entry.bytes.lowerBound,
                shape: entry.shape))
    }

    /// The shape of the result.
    var shape: [Int] {
        switch self {
        case .view(let view): view.shape
        case .zeros(let shape): shape
        case .joined(_, let shape), .slice(_, _, _, let shape), .transposed(_, let shape), .reshaped(_, let shape),
            .microscaled(_, _, let shape):
            shape
        }
    }

    /// The stored tensors it is made of.
    var sources: [StoredView] {
        switch self {
        case .view(let view): [view]
        case .zeros: []
        case .joined(let parts, _): parts.flatMap(\.sources)
        case .slice(let whole, _, _, _), .transposed(let whole, _), .reshaped(let whole, _): whole.sources
        case .microscaled(let blocks, let scales, _): [blocks, scales]
        }
    }

    /// The type of a stored tensor that no weight can be made of; nil where there is none.
    var unreadableType: StoredType? {
        switch self {
        case .view(let view): view.type.weightType == nil ? view.type : nil
        case .zeros, .microscaled: nil
        case .joined(let parts, _): parts.lazy.compactMap(\.unreadableType).first
        case .slice(let whole, _, _, _), .transposed(let whole, _), .reshaped(let whole, _): whole.unreadableType
        }
    }

    /// Elements `range` of `axis`, which must have them.
    func sliced(_ range: Range<Int>, axis: Int) -> TensorRecipe {
        var newShape = shape
        newShape[axis] = range.count
        guard case .view(let view) = self, axis == 0 else {
            return .slice(self, axis: axis, range: range, shape: newShape)
        }
        let rowBytes = view.type.byteCount(of: Array(view.shape.dropFirst()))
        return .view(
            StoredView(
                map: view.map, name: view.name, type: view.type,
                byteOffset: view.byteOffset + range.lowerBound * rowBytes, shape: newShape))
    }

    /// The same elements in `newShape`, which must hold as many.
    func reshaped(_ newShape: [Int]) -> TensorRecipe {
        guard case .view(let view) = self else { return .reshaped(self, shape: newShape) }
        return .view(
            StoredView(
                map: view.map, name: view.name, type: view.type, byteOffset: view.byteOffset, shape: newShape))
    }

    /// The last two axes, of which there must be as many, exchanged.
    func transposed() -> TensorRecipe {
        var newShape = shape
        newShape.swapAt(newShape.count - 1, newShape.count - 2)
        return .transposed(self, shape: newShape)
    }
}
