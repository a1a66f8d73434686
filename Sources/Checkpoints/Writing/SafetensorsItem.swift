import TensorEngine

/// A tensor to be written, which may be made only when its turn comes.
package struct SafetensorsItem: Sendable {
    /// The name in the file.
    package let name: String
    /// The type of its elements.
    package let type: StoredType
    /// The length of each axis.
    package let shape: [Int]
    let contents: Contents

    enum Contents: Sendable {
        case tensor(Tensor)
        case bytes([UInt8])
        case made(@Sendable () -> Tensor)
    }

    /// A tensor in the type it is held in.
    /// - Precondition: not a block type: safetensors has none.
    package init(_ name: String, _ tensor: Tensor) {
        guard let type = StoredType(tensor.dtype) else {
            preconditionFailure("\(name): safetensors has no type for \(tensor.dtype) blocks")
        }
        self.init(name: name, type: type, shape: tensor.shape, contents: .tensor(tensor))
    }

    /// Elements of any type, little-endian and row-major.
    /// - Precondition: as many bytes as type and shape take.
    package init(_ name: String, type: StoredType, shape: [Int], bytes: [UInt8]) {
        precondition(bytes.count == shape.reduce(type.byteCount, *), "\(name): \(bytes.count) bytes for \(shape)")
        self.init(name: name, type: type, shape: shape, contents: .bytes(bytes))
    }

    /// A tensor that `make` gives when it is about to be written, so that a large model is never in memory whole.
    /// - Precondition: `make` gives this shape in this type, which is not a block type.
    package init(_ name: String, dtype: DType, shape: [Int], make: @escaping @Sendable () -> Tensor) {
        guard let type = StoredType(dtype) else {
            preconditionFailure("\(name): safetensors has no type for \(dtype) blocks")
        }
        self.init(name: name, type: type, shape: shape, contents: .made(make))
    }

    private init(name: String, type: StoredType, shape: [Int], contents: Contents) {
        self.name = name
        self.type = type
        self.shape = shape
        self.contents = contents
    }

    /// How many bytes it takes in the file.
    package var byteCount: Int { shape.reduce(type.byteCount, *) }
}
