/// An n-dimensional array, row-major and contiguous; a value: once made it does not change under anybody.
///
/// The last axis varies fastest. Activations are float32; weights keep the type they are stored in and are converted on
/// use. A tensor that depends on something trainable carries the node of its operation, from which `gradients()` walks
/// back (`Autograd/`); where nothing is trainable nothing is recorded.
package struct Tensor: Sendable {
    /// The length of each axis.
    package let shape: [Int]
    /// How many elements.
    package let count: Int
    /// How elements are stored.
    package let dtype: DType
    /// Only `mutate` changes it.
    var storage: TensorStorage
    /// Where the first element stands in the storage.
    let byteOffset: Int
    /// What products with this tensor as their weight round to; asked for, not necessarily supported.
    package var productPrecision = ProductPrecision.float32
    /// The operation this tensor came from, where a gradient may flow through it.
    var node: GradientNode?

    init(shape: [Int], dtype: DType, storage: TensorStorage, byteOffset: Int, node: GradientNode? = nil) {
        count = shape.product
        let bytes = dtype.byteCount(of: count)
        precondition(
            byteOffset >= 0 && byteOffset + bytes <= storage.byteCount, "shape \(shape) outside of its storage")
        precondition(
            (shape.last ?? 1) % dtype.blockLength == 0, "the last axis of \(shape) is not whole blocks of \(dtype)")
        self.shape = shape
        self.dtype = dtype
        self.storage = storage
        self.byteOffset = byteOffset
        self.node = node
    }

    /// A tensor over bytes of a mapped file.
    ///
    /// - Precondition: `byteOffset` is a multiple of 4 for `f32`.
    package init(shape: [Int], dtype: DType, file: MappedFile, byteOffset: Int) {
        precondition(dtype != .f32 || byteOffset % 4 == 0, "f32 elements must be aligned")
        let bytes = dtype.byteCount(of: shape.product)
        self.init(
            shape: shape, dtype: dtype, storage: TensorStorage(file, offset: byteOffset, byteCount: bytes),
            byteOffset: 0)
    }

    /// A float32 tensor whose elements `fill` writes, all of them.
    package init(_ shape: [Int], filledBy fill: (MutableFloats) -> Void) {
        let count = shape.product
        let storage = TensorStorage(byteCount: count * 4)
        fill(MutableFloats(storage, start: 0, count: count))
        self.init(shape: shape, dtype: .f32, storage: storage, byteOffset: 0)
    }

    /// A float32 tensor of these elements.
    package init(_ elements: [Float], _ shape: [Int]) {
        precondition(elements.count == shape.product, "\(elements.count) elements for shape \(shape)")
        self.init(shape) { $0.copy(from: elements) }
    }

    /// A float32 tensor with every element `value`.
    package init(repeating value: Float, _ shape: [Int]) { self.init(shape) { $0.fill(value) } }

    /// A tensor without axes.
    package init(scalar value: Float) { self.init([value], []) }

    /// Bytes of the elements as stored.
    package var byteCount: Int { dtype.byteCount(of: count) }

    /// Whether the elements stand in a mapped file.
    package var isMapped: Bool { storage.isMapped }

    /// Whether a gradient may flow through this tensor.
    package var isDifferentiable: Bool { node != nil }

    /// The precision that products with this weight take on this processor.
    var usedPrecision: ProductPrecision { productPrecision.isSupported ? productPrecision : .float32 }

    /// The same elements, with no way back to what they came from.
    package var detached: Tensor {
        var copy = self
        copy.node = nil
        return copy
    }

    /// The elements; the tensor must be float32.
    package var floats: Floats {
        requireFloat32()
        return Floats(storage, start: byteOffset / 4, count: count)
    }

    @inline(never)
    private func requireFloat32() {
        precondition(dtype == .f32, "a \(dtype) tensor has no float32 elements: convert it first")
    }

    /// A copy of the elements as float32, whatever they are stored as.
    package var array: [Float] { converted(to: .f32).floats.array }

    /// The only element of a tensor of one element.
    package var scalar: Float {
        precondition(count == 1, "shape \(shape) is not one element")
        return array[0]
    }

    /// A copy of the stored bytes.
    package var bytes: [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: storage.base + byteOffset, count: byteCount))
    }

    /// Hands the stored bytes to `body`, which must not keep them.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe body(UnsafeRawBufferPointer(start: storage.base + byteOffset, count: byteCount))
    }

    /// Writes the elements of this float32 tensor in place; copies them first where somebody else refers to them.
    ///
    /// The tensor loses its way back to what it came from: a changed value is a new leaf.
    package mutating func mutate(_ body: (MutableFloats) -> Void) {
        precondition(dtype == .f32, "only float32 tensors are written in place")
        node = nil
        if storage.isMapped || byteOffset != 0 || storage.byteCount != byteCount || !isKnownUniquelyReferenced(&storage)
        {
            let source = floats
            self = Tensor(shape) { $0.copy(from: source) }
        }
        body(MutableFloats(storage, start: 0, count: count))
    }
}

extension [Int] {
    /// The product of all elements, 1 for none: the number of elements of a tensor of this shape.
    package var product: Int {
        @inline(never) get { reduce(1, *) }
    }
}
