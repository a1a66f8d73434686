import JSONText
import NeuralLayers
import TensorEngine
import VisionLanguage

/// Vision encoder, querying transformer and projection: all that BLIP-2 does for a picture before its language model.
struct VisionSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    func run() throws -> [Measurement] {
        let (name, shape) = try BenchShapes.named(command.shape, in: BenchShapes.encoders, default: "blip2-vit-g")
        let (vision, bridge, decoderWidth) = shape
        let scope = ParameterScope(BenchParameters(dtype: try BenchShapes.dtype(command.dtype)))
        let encoder = vision.makeEncoder(in: scope / "vision_model")
        let transformer = QueryTransformer(bridge, in: scope / "qformer")
        let queries = scope.parameter("query_tokens", [1, 32, bridge.width])
        let projection = Linear(bridge.width, decoderWidth, in: scope / "language_projection")
        var generator = SeededGenerator(seed: 1)
        let pixels = Tensor.drawn(
            [command.batch, 3, vision.sizes.imageSize, vision.sizes.imageSize], .uniform(1.5), using: &generator)
        let weights = scope.parameters.reduce(0) { $0 + $1.tensor.byteCount } >> 20
        let seconds = Measurement.timed(command.runs) {
            for image in 0..<command.batch {
                let features = encoder(pixels.slice(image..<image + 1))
                let starts = queries.tensor.converted32().reshaped([32, bridge.width]).repeated(1)
                _ = projection(transformer(queries: starts, features: features))
            }
        }
        let notes: [(key: String, value: JSONValue)] = [
            ("batch", .integer(command.batch)), ("weights_mib", .integer(weights)),
        ]
        return [
            Measurement(
                suite: "vision", shape: name, dtype: command.dtype, unit: "images/s",
                figures: seconds.map { Double(command.batch) / $0 }, notes: notes)
        ]
    }
}
