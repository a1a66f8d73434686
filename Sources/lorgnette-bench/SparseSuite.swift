import JSONText
import NeuralLayers
import TensorEngine

/// One-in-N sparse feed-forwards against dense ones of the same size, decoding one token at a time with the weights coming
/// from memory: many layers of each are cycled through, more than any cache holds.
struct SparseSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    /// Bytes of weights that are cycled through.
    private static let cycledBytes = 640 << 20

    func run() throws -> [Measurement] {
        if command.threads == nil { WorkerPool.setThreads(1) }
        let bandwidth = DecoderSuite.readBandwidth()
        return try [512, 1_024].flatMap { try compared(width: $0, block: 16, bandwidth: bandwidth) }
    }

    private func compared(width: Int, block: Int, bandwidth: Double) throws -> [Measurement] {
        let dtype = try BenchShapes.dtype(command.dtype)
        let units = 4 * width
        let count = max(2, Self.cycledBytes / dtype.byteCount(of: 2 * width * units) + 1)
        let scope = ParameterScope(BenchParameters(dtype: dtype))
        let plan = ParameterPlan()
        let rules = SparsityRules(block: block, rank: width / block)
        let (widthAxis, unitsAxis) = (WidthAxis(width), WidthAxis(units))
        let dense = (0..<count).map { _ in
            DenseFeedForward(width: widthAxis, hidden: unitsAxis, activation: .relu, plan: plan, in: scope / "dense")
        }
        let sparse = (0..<count).map { _ in
            SparseFeedForward(width: widthAxis, units: unitsAxis, rules: rules, plan: plan, in: scope / "sparse")
        }
        var generator = SeededGenerator(seed: 1)
        let tokens = (0..<count * (command.runs + 1)).map { _ in
            Tensor.drawn([1, width], .uniform(1), using: &generator)
        }
        var rows = ChosenRowCount()
        var seconds: (dense: [Double], sparse: [Double]) = ([], [])
        // One pass over all layers of each kind a run, one after the other; the first run is not counted.
        for run in 0...command.runs {
            let denseSeconds = Measurement.seconds {
                for index in 0..<count { _ = dense[index](tokens[run * count + index]) }
            }
            let sparseSeconds = Measurement.seconds {
                for index in 0..<count {
                    if let counted = sparse[index](tokens[run * count + index], step: .evaluation).rows {
                        rows = counted
                    }
                }
            }
            if run == 0 { continue }
            seconds.dense.append(denseSeconds / Double(count))
            seconds.sparse.append(sparseSeconds / Double(count))
        }
        return measurements(
            (width, units, block), dtype, seconds, rows, layers: count, rank: rules.rank, bandwidth: bandwidth)
    }

    private func measurements(
        _ sizes: (width: Int, units: Int, block: Int), _ dtype: DType, _ seconds: (dense: [Double], sparse: [Double]),
        _ rows: ChosenRowCount, layers: Int, rank: Int, bandwidth: Double
    ) -> [Measurement] {
        let shape = "\(sizes.width)x\(sizes.units)"
        let denseBytes = dtype.byteCount(of: 2 * sizes.width * sizes.units)
        let controllerBytes = dtype.byteCount(of: rank * (sizes.width + sizes.units))
        let rowBytes = dtype.byteCount(of: (rows.read + rows.written) * sizes.width)
        let ratios = zip(seconds.dense, seconds.sparse).map { $0 / $1 }.sorted()
        func rounded(_ value: Double) -> JSONValue { .double((value * 1000).rounded() / 1000) }
        var dense = Measurement(
            suite: "sparse", shape: "dense \(shape)", dtype: command.dtype, unit: "ms",
            figures: seconds.dense.map { $0 * 1e3 })
        dense.notes = [
            ("layers_cycled", .integer(layers)), ("bytes", .integer(denseBytes)),
            ("read_bandwidth_gb_s", rounded(bandwidth / 1e9)),
            ("share_of_bandwidth", rounded(Double(denseBytes) / (dense.median / 1e3) / bandwidth)),
        ]
        var sparse = Measurement(
            suite: "sparse", shape: "one in \(sizes.block) \(shape)", dtype: command.dtype, unit: "ms",
            figures: seconds.sparse.map { $0 * 1e3 })
        sparse.notes = [
            ("rows_read", .integer(rows.read)), ("rows_written", .integer(rows.written)),
            ("rows_of_each", .integer(sizes.units)), ("bytes", .integer(rowBytes + controllerBytes)),
            ("controller_rank", .integer(rank)), ("times_as_fast", rounded(ratios[ratios.count / 2])),
            ("times_as_fast_worst", rounded(ratios[0])),
        ]
        return [dense, sparse]
    }
}
