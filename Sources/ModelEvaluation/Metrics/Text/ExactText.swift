/// A text as its bytes: equal only to itself, where `String` takes "é" and "e" + accent for equal.
struct ExactText: Hashable, Sendable {
    /// UTF-8.
    let bytes: [UInt8]

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// The text of these bytes.
    init(bytes: [UInt8]) { self.bytes = bytes }
}

extension String {
    /// Whether both texts are the same code points.
    func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
