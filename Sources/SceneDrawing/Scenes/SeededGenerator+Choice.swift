import TensorEngine

extension SeededGenerator {
    /// One of the elements; the collection must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[integer(below: elements.count)] }

    /// One of the elements that pass; nil where none does.
    mutating func pick<Element>(_ elements: [Element], where passes: (Element) -> Bool) -> Element? {
        let passing = elements.filter(passes)
        return passing.isEmpty ? nil : pick(passing)
    }

    /// Whether something of that probability happens.
    mutating func happens(_ probability: Double) -> Bool { unit() < probability }

    /// A number of the range.
    mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }

    /// The elements in random order (Fisher–Yates).
    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for last in stride(from: result.count - 1, to: 0, by: -1) { result.swapAt(last, integer(below: last + 1)) }
        return result
    }
}
