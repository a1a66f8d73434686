/// A point of a series. A coordinate that is not finite is left out of the drawing, which then says so.
package struct ChartPoint: Sendable, Equatable {
    /// Along.
    package let x: Double
    /// Up.
    package let y: Double

    /// A point.
    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// From where to where something lies at a place, an interval of confidence for one.
package struct ChartBand: Sendable, Equatable {
    /// Along.
    package let x: Double
    /// The lower end.
    package let low: Double
    /// The upper end.
    package let high: Double

    /// An interval.
    package init(x: Double, low: Double, high: Double) {
        self.x = x
        self.low = low
        self.high = high
    }
}

/// How a noisy series is made readable.
package enum ChartSmoothing: Sendable, Equatable {
    /// As it is.
    case none
    /// The mean over so many neighbours, half of them to each side; over fewer at the ends.
    case mean(over: Int)
    /// The mean over a thirtieth of the points, but 9 at least, where there are more than 60.
    case automatic
}

/// A named series of points, joined by a line.
package struct ChartSeries: Sendable {
    /// What the legend calls it.
    package var name: String
    /// The points in the order in which they are joined. The line breaks at those that cannot be drawn.
    package var points: [ChartPoint]
    /// A pale area around the line, from low to high.
    package var band: [ChartBand]
    /// With smoothing the points themselves are drawn pale, the mean strong.
    package var smoothing: ChartSmoothing
    /// Whether points bear dots; `nil`: where there are 40 of them at most.
    package var hasDots: Bool?
    /// Whether the line is dashed, as for a baseline.
    package var isDashed: Bool
    /// The number of its colour; `nil`: its place in the chart. Curves of one thing keep their colour across charts so.
    package var color: Int?

    /// A series.
    package init(
        _ name: String, _ points: [ChartPoint], band: [ChartBand] = [], smoothing: ChartSmoothing = .none,
        hasDots: Bool? = nil, isDashed: Bool = false, color: Int? = nil
    ) {
        self.name = name
        self.points = points
        self.band = band
        self.smoothing = smoothing
        self.hasDots = hasDots
        self.isDashed = isDashed
        self.color = color
    }

    /// Over how many points the mean is taken, an odd number; 1 for none.
    var smoothingWidth: Int {
        switch smoothing {
        case .none: 1
        case .mean(let count): max(count, 1) | 1
        case .automatic: points.count > 60 ? max(points.count / 30, 9) | 1 : 1
        }
    }
}

/// Something that happened at a place along the x axis.
package struct ChartMarker: Sendable, Equatable {
    /// What happened.
    package enum Kind: Sendable, Equatable {
        /// A checkpoint was written: a small triangle on the axis, explained in the legend.
        case checkpoint
        /// The best value so far: a dashed line with a label.
        case best
        /// Anything else: a dotted line with a label.
        case event
    }

    /// Along.
    package let x: Double
    /// What happened.
    package let kind: Kind
    /// What stands above the line; `""` for nothing.
    package let label: String

    /// A marker.
    package init(_ kind: Kind, x: Double, label: String = "") {
        self.kind = kind
        self.x = x
        self.label = label
    }
}
