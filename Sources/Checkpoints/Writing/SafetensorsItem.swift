import JSONText
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
    package init(_ name: String, _ tensor: Tensor) {
        self.init(name: name, type: StoredType(tensor.dtype), shape: tensor.shape, contents: .tensor(tensor))
    }

    /// Elements of any type, little-endian and row-major.
    /// - Precondition: as many bytes as type and shape take.
    package init(_ name: String, type: StoredType, shape: [Int], bytes: [UInt8]) {
        precondition(bytes.count == type.byteCount(of: shape), "\(name): \(bytes.count) bytes for \(shape)")
        self.init(name: name, type: type, shape: shape, contents: .bytes(bytes))
    }

    /// A tensor that `make` gives when it is about to be written, so that a large model is never in memory whole.
    /// - Precondition: `make` gives this shape in this type.
    package init(_ name: String, dtype: DType, shape: [Int], make: @escaping @Sendable () -> Tensor) {
        self.init(name: name, type: StoredType(dtype), shape: shape, contents: .made(make))
    }

    private init(name: String, type: StoredType, shape: [Int], contents: Contents) {
        self.name = name
        self.type = type
        self.shape = shape
        self.contents = contents
    }

    /// Whether its elements stand in blocks.
    package var isBlock: Bool { type.isBlock }

    /// How many bytes it takes in the file.
    package var byteCount: Int { type.byteCount(of: shape) }

    /// Its member of the header, its bytes at `offset`; blocks as the bytes that the format has for them.
    func headerEntry(at offset: Int) -> JSONValue {
        let stored = type.isBlock ? StoredType.u8 : type
        let lengths = type.isBlock ? BlockLayout.storedShape(shape, type) : shape
        return .object([
            ("dtype", .string(stored.rawValue)), ("shape", .array(lengths.map { .integer($0) })),
            ("data_offsets", .array([.integer(offset), .integer(offset + byteCount)])),
        ])
    }
}
