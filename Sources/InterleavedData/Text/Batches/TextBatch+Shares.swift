/// What a batch is made of, for the log: text-heavy is a matter of loss-bearing tokens as well as of positions.
package struct TextShare: Sendable, Equatable {
    /// The place of the part among the sampler's.
    package var part: Int
    /// The name of the denoiser.
    package var denoiser: String
    /// Examples.
    package var examples = 0
    /// Positions that they take.
    package var positions = 0
    /// Positions that predict something.
    package var lossTokens = 0
}

extension TextBatch {
    /// The share of each part and denoiser that occurs, in the order of parts, then denoisers.
    package var shares: [TextShare] {
        var shares: [Int: TextShare] = [:]
        for segment in segments {
            let key = segment.part * denoisers.count + segment.denoiser
            var share = shares[key] ?? TextShare(part: segment.part, denoiser: denoisers[segment.denoiser])
            let start = segment.row * length
            share.examples += 1
            share.positions += segment.columns.count
            share.lossTokens += segment.columns.count { labels[start + $0] >= 0 }
            shares[key] = share
        }
        return shares.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The weights, scaled so that the losses of each part count as its share says however many tokens it has:
    /// `w · share_p / Σ share · Σ w / Σ_p w` for a position of part p (else long rows drown short captions). Their sum
    /// stays what it is where every part is there.
    ///
    /// - Parameter partShares: one a part of the sampler.
    /// - Returns: `[rows·length]`
    package func weights(balancedBy partShares: [Double]) -> [Float] {
        var sums = [Double](repeating: 0, count: partShares.count)
        var partOfPosition = [Int](repeating: 0, count: rows * length)
        for segment in segments {
            for column in segment.columns {
                let cell = segment.row * length + column
                partOfPosition[cell] = segment.part
                sums[segment.part] += Double(weights[cell])
            }
        }
        let total = sums.reduce(0, +)
        let shareSum = partShares.reduce(0, +)
        let factors = zip(partShares, sums).map { $1 > 0 ? $0 / shareSum * total / $1 : 0 }
        return weights.indices.map { Float(Double(weights[$0]) * factors[partOfPosition[$0]]) }
    }
}
