extension Tensor {
    /// Every element cut to at most `bound`; the gradient passes where nothing was cut.
    package func clamped(above bound: Float) -> Tensor {
        let x = floats
        let output = mapped { range, output in
            for index in 0..<range.count { output[index] = min(bound, x[range.lowerBound + index]) }
        }
        let input = detached
        return output.recorded(from: [self]) { gradient in
            let (x, dy) = (input.floats, gradient.floats)
            return [
                gradient.mapped { range, output in
                    for index in 0..<range.count {
                        output[index] = x[range.lowerBound + index] <= bound ? dy[range.lowerBound + index] : 0
                    }
                }
            ]
        }
    }
}
