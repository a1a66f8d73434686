/// How many tokens are cut out of a text, in how many spans (T5's `random_spans_helper` and `random_spans_noise_mask`).
///
/// Roundings go to the even neighbour at halves, as Python's and TensorFlow's do.
package struct SpanLengths: Sendable, Equatable {
    /// Tokens of the text, L.
    package let tokens: Int
    /// Tokens cut out: `n = clip(round(L·r), 1, L − 1)`.
    package let noise: Int
    /// Spans they are cut out in: `S = max(round(n/μ), 1)`, and no more than there are tokens left between them.
    package let spans: Int

    /// The lengths for a text of `tokens` tokens, at least 2.
    /// - Parameters:
    ///   - density: the share r that is cut out.
    ///   - meanLength: the mean length μ of a span.
    package init(tokens: Int, density: Double, meanLength: Double) {
        precondition(tokens >= 2, "\(tokens) tokens cannot be cut into two")
        self.tokens = tokens
        noise = min(max(Self.rounded(Double(tokens) * density), 1), tokens - 1)
        spans = min(max(Self.rounded(Double(noise) / meanLength), 1), noise, tokens - noise)
    }

    /// Tokens that stay.
    package var kept: Int { tokens - noise }
    /// Kept tokens with a sentinel for each span.
    package var inputs: Int { kept + spans }
    /// The spans with a sentinel before each.
    package var targets: Int { noise + spans }

    static func rounded(_ value: Double) -> Int { Int(value.rounded(.toNearestOrEven)) }

    /// The longest text whose inputs, with an end of text, fill `inputLength`, and the length of its targets with theirs
    /// (T5's helper): the largest L with `L − n + S + 1 ≤ inputLength`, where `n = round(L·r)`, `S = round(n/μ)`; one less
    /// where r is 0.5 and the targets would be longer than the inputs.
    package static func fitting(
        inputLength: Int, density: Double, meanLength: Double
    ) -> (tokens: Int, targetLength: Int) {
        func lengths(_ tokens: Int) -> (inputs: Int, targets: Int) {
            let noise = rounded(Double(tokens) * density)
            let spans = rounded(Double(noise) / meanLength)
            return (tokens - noise + spans + 1, noise + spans + 1)
        }
        var tokens = inputLength
        while lengths(tokens + 1).inputs <= inputLength { tokens += 1 }
        var targets = lengths(tokens).targets
        if density == 0.5, targets > inputLength {
            tokens -= 1
            targets = lengths(tokens).targets
        }
        return (tokens, targets)
    }

    /// The lengths of the longest text whose inputs and targets together fill at most `room` tokens, with no more than
    /// `available` tokens; nothing where not even two fit.
    static func fitting(room: Int, available: Int, density: Double, meanLength: Double) -> SpanLengths? {
        func excess(_ tokens: Int) -> Int {
            let lengths = SpanLengths(tokens: tokens, density: density, meanLength: meanLength)
            return lengths.inputs + lengths.targets - room
        }
        var tokens = min(available, room)
        // A token less frees itself and at most two sentinels; what the steps went too far is taken back.
        while tokens >= 2, excess(tokens) > 0 { tokens -= max(1, excess(tokens) / 3) }
        guard tokens >= 2 else { return nil }
        while tokens < min(available, room), excess(tokens + 1) <= 0 { tokens += 1 }
        return SpanLengths(tokens: tokens, density: density, meanLength: meanLength)
    }
}
