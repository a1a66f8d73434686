import TensorEngine

/// A colour and a kind that go together in one object: a red star.
///
/// Some pairs never occur in any split but `compose`: for the kind of number k (in the order of `Kind`), the colours of
/// numbers k, k + 3 and k + 7, modulo 11. So every kind lacks three of the eleven colours, every colour lacks nine of the
/// 33 kinds, and each part of a held-out pair is seen often in training.
package struct Pair: Sendable, Hashable {
    package let color: ColorName
    package let kind: Kind

    package init(_ color: ColorName, _ kind: Kind) {
        self.color = color
        self.kind = kind
    }

    /// Whether the pair occurs only in the split `compose`.
    package var isHeldOut: Bool {
        let colors = ColorName.allCases.count
        return Self.offsets.contains((color.number - kind.number % colors + colors) % colors)
    }

    /// `red star`.
    package var name: String { color.rawValue + " " + kind.name }

    /// The held-out pairs, by kind.
    package static let heldOut = all.filter(\.isHeldOut)
    /// The pairs of training, by kind.
    package static let ordinary = all.filter { !$0.isHeldOut }

    private static let offsets: Set<Int> = [0, 3, 7]
    private static let all = Kind.allCases.flatMap { kind in ColorName.allCases.map { Pair($0, kind) } }
}

extension String {
    /// This noun phrase with a or an before it.
    var withArticle: String { ("aeiou".contains(prefix(1)) ? "an " : "a ") + self }
}
