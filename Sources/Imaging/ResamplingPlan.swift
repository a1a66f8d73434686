/// Which source positions make each output position of one axis, and with what weights: `precompute_coeffs` and
/// `normalize_coeffs_8bpc` of Pillow's Resample.c.
///
/// Output p has its centre at `(p + ½)·scale` of the source. A smaller output widens the filter by the scale, so that
/// every source pixel counts (antialiasing); a larger one does not. Weights are normalised to sum 1, then rounded to
/// multiples of 2⁻²².
struct ResamplingPlan {
    /// First source position of each output.
    private(set) var starts: [Int32] = []
    /// How many source positions make each output.
    private(set) var counts: [Int32] = []
    /// `[outputs, taps]`, scaled by 2²²; 0 past an output's count.
    private(set) var weights: [Int32] = []
    /// Room for weights of one output.
    let taps: Int

    private static let precision = Double(1 << 22)

    init(filter: ResamplingFilter, sourceCount: Int, outputCount: Int) {
        let scale = Double(sourceCount) / Double(outputCount)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        taps = Int(support.rounded(.up)) * 2 + 1
        starts.reserveCapacity(outputCount)
        counts.reserveCapacity(outputCount)
        weights.reserveCapacity(outputCount * taps)
        for output in 0..<outputCount {
            let center = (Double(output) + 0.5) * scale
            let first = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), sourceCount)
            var values = (first..<end).map { filter.weight(at: (Double($0) - center + 0.5) * (1 / filterScale)) }
            let sum = values.reduce(0, +)
            if sum != 0 { for tap in values.indices { values[tap] /= sum } }
            starts.append(Int32(first))
            counts.append(Int32(end - first))
            for value in values { weights.append(Int32(value * Self.precision + (value < 0 ? -0.5 : 0.5))) }
            weights.append(contentsOf: repeatElement(0, count: taps - values.count))
        }
    }

    var outputs: Int { starts.count }
}
