import TensorEngine

/// Cuts spans out of a text at random, and puts sentinels in their place (T5, Raffel et al. 2020; UL2, Tay et al. 2022).
///
///     text     a b c d e f g h
///     mask     . . x x . . . x
///     inputs   a b <0> e f g <1>
///     targets  <0> c d <1> h
///
/// The first token always stays and the last one is always cut out; lengths of spans and of what stays between them are
/// drawn each from all divisions alike.
package enum SpanCorruption {
    /// A text with spans cut out.
    package struct Result: Sendable, Equatable {
        /// What stays, a sentinel for each span.
        package var inputs: [Int]
        /// The spans, a sentinel before each.
        package var targets: [Int]

        /// Inputs and targets.
        package init(inputs: [Int], targets: [Int]) {
            self.inputs = inputs
            self.targets = targets
        }
    }

    /// Which tokens are cut out.
    /// - Returns: one truth value a token, `lengths.noise` of them true, in `lengths.spans` runs.
    package static func mask(_ lengths: SpanLengths, using generator: inout SeededGenerator) -> [Bool] {
        let noise = division(of: lengths.noise, into: lengths.spans, using: &generator)
        let kept = division(of: lengths.kept, into: lengths.spans, using: &generator)
        var mask: [Bool] = []
        mask.reserveCapacity(lengths.tokens)
        for (kept, noise) in zip(kept, noise) {
            mask += repeatElement(false, count: kept)
            mask += repeatElement(true, count: noise)
        }
        return mask
    }

    /// `parts` positive lengths that make up `items`, each such division equally likely.
    static func division(of items: Int, into parts: Int, using generator: inout SeededGenerator) -> [Int] {
        precondition(parts >= 1 && parts <= items, "\(items) items in \(parts) parts")
        // The parts begin at 0 and at parts − 1 of the items after it: T5 shuffles as many ones among zeros.
        var begins = [Bool](repeating: false, count: items - 1)
        for index in 0..<parts - 1 { begins[index] = true }
        begins.shuffle(using: &generator)
        var lengths = [1]
        for begin in begins {
            if begin { lengths.append(1) } else { lengths[lengths.count - 1] += 1 }
        }
        return lengths
    }

    /// The text with the masked tokens cut out.
    /// - Parameters:
    ///   - mask: one truth value a token; the first is false, as a span that comes first would have its sentinel before
    ///     any text.
    ///   - sentinels: the id of the sentinel of each span, in order; at least as many as there are spans.
    package static func apply(_ mask: [Bool], to tokens: some Collection<Int>, sentinels: [Int]) -> Result {
        precondition(mask.count == tokens.count, "\(mask.count) marks for \(tokens.count) tokens")
        var result = Result(inputs: [], targets: [])
        var span = -1
        var wasNoise = false
        for (token, isNoise) in zip(tokens, mask) {
            if isNoise, !wasNoise {
                span += 1
                result.inputs.append(sentinels[span])
                result.targets.append(sentinels[span])
            }
            if isNoise { result.targets.append(token) } else { result.inputs.append(token) }
            wasNoise = isNoise
        }
        return result
    }

    /// The text that inputs and targets were made of, or nothing where their sentinels do not fit together.
    package static func reconstruct(_ result: Result, sentinels: [Int]) -> [Int]? {
        let places = Dictionary(sentinels.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        var spans: [[Int]] = []
        for token in result.targets {
            if let place = places[token] {
                guard place == spans.count else { return nil }
                spans.append([])
            } else if spans.isEmpty {
                return nil
            } else {
                spans[spans.count - 1].append(token)
            }
        }
        var text: [Int] = []
        var next = 0
        for token in result.inputs {
            if let place = places[token] {
                guard place == next, place < spans.count else { return nil }
                text += spans[place]
                next += 1
            } else {
                text.append(token)
            }
        }
        return next == spans.count ? text : nil
    }
}
