/// A read-only stretch of float32 elements of a storage, kept alive by the view.
///
/// The one currency between tensors and kernels: bounds are checked when a view is made or cut, then the kernels run on
/// plain pointers. (`Span` cannot be handed to other threads or kept beside its owner, which worker loops need.)
@safe package struct Floats: Sendable {
    let storage: TensorStorage
    let start: Int
    /// How many elements.
    package let count: Int

    init(_ storage: TensorStorage, start: Int, count: Int) {
        Floats.check(start: start, count: count, bytes: storage.byteCount)
        self.storage = storage
        self.start = start
        self.count = count
    }

    /// Traps where the elements would not lie within `bytes`. (Apart, so that the initialiser has no branches: with
    /// them, SimplifyCFG of Swift 6.3.1 breaks the SIL of everything that inlines it, and crashes later.)
    @inline(never)
    static func check(start: Int, count: Int, bytes: Int) {
        precondition(start >= 0 && count >= 0 && (start + count) * 4 <= bytes, "view outside of its storage")
    }

    var pointer: UnsafePointer<Float> {
        unsafe UnsafePointer(storage.base.assumingMemoryBound(to: Float.self) + start)
    }

    /// The element at `index`.
    package subscript(index: Int) -> Float {
        precondition(index >= 0 && index < count)
        return unsafe pointer[index]
    }

    /// The elements of `range`.
    package subscript(range: Range<Int>) -> Floats {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) elements")
        return Floats(storage, start: start + range.lowerBound, count: range.count)
    }

    /// A copy as an array.
    package var array: [Float] { unsafe Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// A stretch of float32 elements that is being written: the output of an operation before anybody else sees it.
///
/// Worker threads write disjoint parts of one output at the same time; that the parts are disjoint is the duty of the
/// operation that cuts them.
@safe package struct MutableFloats: Sendable {
    let storage: TensorStorage
    let start: Int
    /// How many elements.
    package let count: Int

    init(_ storage: TensorStorage, start: Int, count: Int) {
        precondition(!storage.isMapped, "mapped storage is read-only")
        Floats.check(start: start, count: count, bytes: storage.byteCount)
        self.storage = storage
        self.start = start
        self.count = count
    }

    /// Uninitialised scratch memory of its own.
    package init(scratch count: Int) { self.init(TensorStorage(byteCount: count * 4), start: 0, count: count) }

    var pointer: UnsafeMutablePointer<Float> {
        unsafe storage.base.assumingMemoryBound(to: Float.self) + start
    }

    /// The element at `index`.
    package subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count)
            return unsafe pointer[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count)
            unsafe pointer[index] = newValue
        }
    }

    /// The elements of `range`.
    package subscript(range: Range<Int>) -> MutableFloats {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) elements")
        return MutableFloats(storage, start: start + range.lowerBound, count: range.count)
    }

    /// The same elements for reading.
    package var readable: Floats { Floats(storage, start: start, count: count) }

    /// Sets every element to `value`.
    package func fill(_ value: Float) { unsafe pointer.update(repeating: value, count: count) }

    /// Copies `source`, of the same length, here.
    package func copy(from source: Floats) {
        precondition(source.count == count, "\(source.count) elements into \(count)")
        unsafe pointer.update(from: source.pointer, count: count)
    }

    /// Copies `rows` rows of `width` elements: from `start` of `source`, `sourceStride` apart, to `target` here, `stride` apart.
    package func copyRows(
        _ rows: Int, of width: Int, from source: Floats, at start: Int, stride sourceStride: Int, to target: Int,
        stride: Int
    ) {
        guard rows > 0 else { return }
        precondition(
            start >= 0 && start + (rows - 1) * sourceStride + width <= source.count, "rows outside of the source")
        precondition(target >= 0 && target + (rows - 1) * stride + width <= count, "rows outside of the target")
        for row in 0..<rows {
            unsafe (pointer + target + row * stride).update(
                from: source.pointer + start + row * sourceStride, count: width)
        }
    }

    /// Copies `source`, of the same length, here.
    package func copy(from source: [Float]) {
        precondition(source.count == count, "\(source.count) elements into \(count)")
        unsafe source.withUnsafeBufferPointer {
            if let base = $0.baseAddress { unsafe pointer.update(from: base, count: count) }
        }
    }
}
