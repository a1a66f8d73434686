import Synchronization

extension Gradients {
    /// The Euclidean length of the gradients of these parameters taken as one vector: what clipping by a global norm
    /// compares with its limit (`torch.nn.utils.clip_grad_norm_`). Parameters without a gradient count as zeros.
    ///
    /// Squares are summed in double, stretch by stretch, the stretches in a fixed order.
    package func norm(of parameters: [Parameter]) -> Double {
        let stretch = 1 << 16
        let pieces = parameters.compactMap { self[$0]?.floats }.flatMap { values in
            stride(from: 0, to: values.count, by: stretch).map { values[$0..<min(values.count, $0 + stretch)] }
        }
        let sums = Mutex([Double](repeating: 0, count: pieces.count))
        WorkerPool.forEach(pieces.count) { index in
            let sum = Kernels.sumOfSquares(pieces[index])
            sums.withLock { $0[index] = sum }
        }
        return sums.withLock { $0.reduce(0, +) }.squareRoot()
    }
}
