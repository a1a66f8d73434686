/// What an optimiser, and who counts the bytes of a token, have to know about one parameter.
package struct ParameterSetting: Sendable, Equatable {
    /// What the learning rate is multiplied by.
    package var learningRate: Double
    /// What the weight decay is multiplied by, where decay is coupled to the learning rate (`p ← (1 − ηλ)p`); 0 for
    /// gains and biases.
    package var decay: Double
    /// Whether gradients train it; a router's balancing bias is set by the load instead.
    package var isTrained: Bool
    /// Share of its elements that are read to decode one token: k/E for experts, 1/N for the rows of sparse layers.
    package var share: Double

    /// A setting; by default that of a matrix under the standard parametrisation.
    package init(learningRate: Double = 1, decay: Double = 1, isTrained: Bool = true, share: Double = 1) {
        self.learningRate = learningRate
        self.decay = decay
        self.isTrained = isTrained
        self.share = share
    }
}

/// How one matrix is drawn, trained and used: the classes of maximal-update parametrisation for Adam and Lion
/// (Yang et al. 2022, table 8, in the form of the `mup` package).
///
/// | fan-in grows | fan-out grows | deviation | learning rate | output times |
/// |---|---|---|---|---|
/// | no | any | gain/√fanIn | 1 | 1 |
/// | yes | yes | gain/√fanIn | 1/m | 1 |
/// | yes | no (readout) | gain/√base fanIn | 1 | 1/m |
///
/// with m = fanIn / base fanIn. Under the standard parametrisation no axis grows and every matrix is of the first line, so at
/// the base width both are the same to the bit. Decay is coupled to the learning rate and so is multiplied by m where that is
/// divided by it.
package struct MatrixScaling: Sendable, Equatable {
    /// Standard deviation of the first values.
    package let deviation: Double
    /// What the learning rate is multiplied by.
    package let learningRate: Double
    /// What the weight decay is multiplied by.
    package let decay: Double
    /// What the product is multiplied by.
    package let multiplier: Float

    /// The scaling of a matrix from `fanIn` to `fanOut`.
    ///
    /// - Parameters:
    ///   - gain: deviation of an output for inputs of deviation 1.
    ///   - deviation: a deviation that does not depend on the width, for readouts and tables; nil for gain/√fanIn.
    package init(fanIn: WidthAxis, fanOut: WidthAxis, gain: Double = 1, deviation: Double? = nil) {
        let isHidden = fanIn.grows && fanOut.grows
        let isReadout = fanIn.grows && !fanOut.grows
        self.deviation = deviation ?? gain / Double(isReadout ? fanIn.base : fanIn.length).squareRoot()
        learningRate = isHidden ? 1 / fanIn.ratio : 1
        decay = isHidden ? fanIn.ratio : 1
        multiplier = isReadout ? Float(1 / fanIn.ratio) : 1
    }
}
