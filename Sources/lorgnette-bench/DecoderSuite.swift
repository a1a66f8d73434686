import JSONText
import NeuralLayers
import TensorEngine
import VisionLanguage

/// Language models: reading a prompt, writing tokens one by one.
struct DecoderSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    private func model() throws -> (name: String, kind: LanguageModelKind, model: any ConditionalTextModel, bytes: Int)
    {
        let (name, kind) = try BenchShapes.named(
            command.shape, in: BenchShapes.decoders, default: "granitemoe-1b-a400m")
        let scope = ParameterScope(BenchParameters(dtype: try BenchShapes.dtype(command.dtype)))
        let decoder = kind.makeDecoder(in: scope / "language_model")
        return (name, kind, decoder.textModel, scope.parameters.reduce(0) { $0 + $1.tensor.byteCount })
    }

    private var prompt: [Int] { (0..<command.promptTokens).map { ($0 * 7919 + 11) % 8_000 + 3 } }

    func prefill() throws -> [Measurement] {
        let (name, _, model, _) = try model()
        let seconds = Measurement.timed(command.runs) { _ = model.begin(after: model.prefix(of: []), prompt: prompt) }
        return [
            Measurement(
                suite: "prefill", shape: name, dtype: command.dtype, unit: "tokens/s",
                figures: seconds.map { Double(command.promptTokens) / $0 },
                notes: [("prompt_tokens", .integer(command.promptTokens))])
        ]
    }

    func decode() throws -> [Measurement] {
        let (name, kind, model, bytes) = try model()
        let (state, logits) = model.begin(after: model.prefix(of: []), prompt: prompt)
        let first = Self.greatest(logits.array)
        let seconds = Measurement.timed(command.runs) {
            var states = [DecodingState](repeating: state, count: command.batch)
            var tokens = [Int](repeating: first, count: command.batch)
            for _ in 0..<command.newTokens {
                let logits = model.advance(&states, by: tokens)
                tokens = (0..<command.batch).map { Self.greatest(logits.element($0).array) }
            }
        }
        // Weights that one token reads: all but the experts it is not sent to, and one row of an untied table.
        let dtype = try BenchShapes.dtype(command.dtype)
        let read = bytes - dtype.byteCount(of: kind.inactiveParametersPerToken / 32 * 32)
        let bandwidth = Self.readBandwidth()
        let rates = seconds.map { Double(command.newTokens * command.batch) / $0 }
        let measurement = Measurement(
            suite: "decode", shape: name, dtype: command.dtype, unit: "tokens/s", figures: rates)
        let share = measurement.median / Double(command.batch) * Double(read) / bandwidth
        var noted = measurement
        noted.notes = [
            ("batch", .integer(command.batch)), ("prompt_tokens", .integer(command.promptTokens)),
            ("new_tokens", .integer(command.newTokens)), ("weight_bytes_per_token", .integer(read)),
            ("read_bandwidth_gb_s", .double((bandwidth / 1e8).rounded() / 10)),
            ("share_of_bandwidth", .double((share * 1000).rounded() / 1000)),
        ]
        return [noted]
    }

    static func greatest(_ values: [Float]) -> Int { values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 } }

    /// Bytes a second that all threads together read from memory, best of a few passes over a gigabyte.
    static func readBandwidth() -> Double {
        let x = Tensor(repeating: 1, [1 << 28])
        let floats = x.floats
        let sums = MutableFloats(scratch: 1024)
        var best = 0.0
        for _ in 0..<5 {
            let seconds = Measurement.seconds {
                WorkerPool.forEachRange(of: floats.count, size: 1 << 18) { range in
                    sums[range.lowerBound >> 18] = Tensor.sum(of: floats[range])
                }
            }
            best = max(best, Double(floats.count * 4) / seconds)
        }
        return best
    }
}
