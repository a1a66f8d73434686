/// One axis of a weight: its length, and the length it has in the base model that learning rates are tuned on.
///
/// An axis whose two lengths differ grows with the width ("infinite" in Yang et al. 2022, Tensor Programs V); under the
/// standard parametrisation every axis is its own base and none grows.
package struct WidthAxis: Sendable, Equatable {
    /// Elements of the axis.
    package let length: Int
    /// Elements of the axis in the base model.
    package let base: Int

    /// An axis of `length` elements, of `base` in the base model; nil where it does not grow.
    package init(_ length: Int, base: Int? = nil) {
        precondition(length > 0 && (base ?? 1) > 0, "an axis of \(length) elements, \(base ?? length) at the base")
        self.length = length
        self.base = base ?? length
    }

    /// Whether the axis grows with the width.
    package var grows: Bool { length != base }

    /// How many times as long as in the base model.
    package var ratio: Double { Double(length) / Double(base) }

    /// The axis of one in `count` elements (the active units of a sparse layer).
    package func divided(by count: Int) -> WidthAxis {
        precondition(length % count == 0 && base % count == 0, "\(length) and \(base) elements in blocks of \(count)")
        return WidthAxis(length / count, base: base / count)
    }
}
