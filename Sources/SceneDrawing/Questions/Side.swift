/// Where one object lies from another, where that is clear-cut.
package enum Side: String, Sendable, CaseIterable {
    case left, right, above, below

    /// On which side of `other` the object lies: at least a fifth of the picture away along one axis, and clearly less
    /// along the other; nil else.
    package init?(of object: SceneObject, from other: SceneObject) {
        let way = object.center - other.center
        if abs(way.x) >= 0.2 && abs(way.x) >= 1.25 * abs(way.y) {
            self = way.x < 0 ? .left : .right
        } else if abs(way.y) >= 0.2 && abs(way.y) >= 1.25 * abs(way.x) {
            self = way.y < 0 ? .above : .below
        } else {
            return nil
        }
    }

    /// `left of`, `above`.
    package var preposition: String {
        switch self {
        case .left: "left of"
        case .right: "right of"
        case .above: "above"
        case .below: "below"
        }
    }

    /// The other end of the same axis.
    package var opposite: Side {
        switch self {
        case .left: .right
        case .right: .left
        case .above: .below
        case .below: .above
        }
    }
}
