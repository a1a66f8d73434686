import JSONText
import TensorEngine

/// The products under everything: GFLOP/s of many rows, GB/s of one.
struct KernelSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    func run() throws -> [Measurement] {
        let dtype = try BenchShapes.dtype(command.dtype)
        var generator = SeededGenerator(seed: 1)
        var found: [Measurement] = []
        for (rows, outputs, inputs) in [
            (1024, 1024, 1024), (257, 6144, 1408), (257, 1408, 6144), (128, 2048, 1024), (1, 16384, 4096),
        ] {
            let x = Tensor.drawn([rows, inputs], .uniform(1), using: &generator)
            let weight = Tensor.drawn([outputs, inputs], .uniform(1), using: &generator).converted(to: dtype)
            let seconds = Measurement.timed(command.runs) { _ = x.linear(weight) }
            let isStreaming = rows <= Tensor.decodeRows
            let amount = isStreaming ? Double(weight.byteCount) : 2 * Double(rows * outputs * inputs)
            found.append(
                Measurement(
                    suite: "kernels", shape: "linear \(rows)x\(outputs)x\(inputs)", dtype: command.dtype,
                    unit: isStreaming ? "GB/s" : "GFLOP/s", figures: seconds.map { amount / $0 / 1e9 }))
        }
        return found
    }
}
