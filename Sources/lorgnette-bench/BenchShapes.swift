import ArgumentParser
import NeuralLayers
import TensorEngine
import VisionLanguage

/// Parameters for timing: uniform numbers of a fitting size, drawn fast, stored as asked for.
struct BenchParameters: ParameterSource {
    let dtype: DType

    func contains(_ path: String) -> Bool { true }

    func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        switch initialiser {
        case .ones: return Tensor(repeating: 1, shape)
        case .zeros: return Tensor(repeating: 0, shape)
        default: break
        }
        let isBlockable = (shape.last ?? 0) % dtype.blockLength == 0 && shape.count > 1
        let target = isBlockable ? dtype : .f32
        // One chunk of random rows, repeated: arithmetic does not care, and billions of draws take minutes.
        let scale = 0.5 / Float(max(1, shape.last ?? 1)).squareRoot()
        let drawn = Tensor(shape) { output in
            WorkerPool.forEachRange(of: output.count, size: 1 << 18) { range in
                var state = UInt64(truncatingIfNeeded: range.lowerBound) &* 0x9E37_79B9_7F4A_7C15 | 1
                for index in range {
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                    output[index] = (Float(state >> 40) * 0x1p-23 - 1) * scale
                }
            }
        }
        return drawn.converted(to: target)
    }
}

/// Published shapes by name.
enum BenchShapes {
    static let encoders: [String: (BLIP2VisionConfiguration, QueryTransformerConfiguration, Int)] = [
        "blip2-vit-g": (BLIP2VisionConfiguration(), QueryTransformerConfiguration(), 2_560),
        "clip-vit-l14": (vitL14, bridge(featureWidth: 1_024), 768), "vit-b16": (vitB16, bridge(featureWidth: 768), 768),
    ]

    static let decoders: [String: LanguageModelKind] = [
        "olmoe-1b-7b": LanguageModelKind(olmoe), "granitemoe-1b-a400m": LanguageModelKind(graniteSized),
        "blip2-opt-2.7b": LanguageModelKind(opt27),
        "lorgnette-dense-512": LanguageModelKind(lorgnette(isSparse: false)),
        "lorgnette-sparse-512": LanguageModelKind(lorgnette(isSparse: true)),
    ]

    /// Our own decoder of 8 layers of 512, dense or one-in-16 sparse.
    private static func lorgnette(isSparse: Bool) -> LorgnetteDecoderConfiguration {
        var shape = LorgnetteDecoderConfiguration()
        (shape.width, shape.hidden, shape.layers, shape.heads, shape.keyValueHeads) = (512, 2_048, 8, 8, 8)
        (shape.activation, shape.positions) = (.relu, .xpos)
        if isSparse { shape.sparsity = SparsityRules(block: 16, rank: 32) }
        return shape
    }

    /// Whole models, to be finetuned.
    static let models: [String: BLIP2Configuration] = [
        "blip2-vit-b-opt-125m": whole(vitB16), "blip2-vit-l-opt-125m": whole(vitL14),
        "blip2-vit-g-opt-125m": whole(BLIP2VisionConfiguration()),
    ]

    /// A vision encoder, a bridge of twelve layers and OPT-125m, as the peer's `bench_finetune_hf.py` builds it.
    private static func whole(_ vision: BLIP2VisionConfiguration) -> BLIP2Configuration {
        BLIP2Configuration(
            vision: vision, queryTransformer: bridge(featureWidth: vision.sizes.width),
            text: LanguageModelKind(OPTConfiguration()),
            queries: 32, imageTokenID: OPTConfiguration().vocabularySize - 1)
    }

    private static var vitL14: BLIP2VisionConfiguration {
        var shape = VisionSizes(patch: 14, epsilon: 1e-6)
        (shape.width, shape.hidden, shape.layers, shape.heads, shape.patch) = (1_024, 4_096, 24, 16, 14)
        return BLIP2VisionConfiguration(shape)
    }

    private static var vitB16: BLIP2VisionConfiguration {
        var shape = VisionSizes(patch: 14, epsilon: 1e-6)
        (shape.width, shape.hidden, shape.layers, shape.heads, shape.patch) = (768, 3_072, 12, 12, 16)
        return BLIP2VisionConfiguration(shape)
    }

    private static func bridge(featureWidth: Int) -> QueryTransformerConfiguration {
        var shape = QueryTransformerConfiguration()
        shape.featureWidth = featureWidth
        return shape
    }

    private static var olmoe: OLMoEConfiguration {
        var shape = OLMoEConfiguration()
        (shape.width, shape.hidden, shape.layers, shape.heads, shape.keyValueHeads) = (2_048, 1_024, 16, 16, 16)
        (shape.experts, shape.expertsPerToken, shape.vocabularySize) = (64, 8, 50_304)
        return shape
    }

    /// An OLMoE of the sizes of granite-3.0-1b-a400m.
    private static var graniteSized: OLMoEConfiguration {
        var shape = OLMoEConfiguration()
        (shape.width, shape.hidden, shape.layers, shape.heads, shape.keyValueHeads) = (1_024, 512, 24, 16, 8)
        (shape.experts, shape.expertsPerToken, shape.vocabularySize, shape.tiesEmbeddings) = (32, 8, 49_155, true)
        return shape
    }

    private static var opt27: OPTConfiguration {
        var shape = OPTConfiguration()
        (shape.width, shape.embeddingWidth, shape.hidden, shape.layers, shape.heads) = (2_560, 2_560, 10_240, 32, 32)
        shape.vocabularySize = 50_304
        return shape
    }

    static func dtype(_ name: String) throws -> DType {
        guard let dtype = DType(rawValue: name) else {
            throw ValidationError("--dtype must be f32, bf16, f16, q8_0 or q4_0")
        }
        return dtype
    }

    static func named<Shape>(_ name: String?, in shapes: [String: Shape], default fallback: String) throws -> (
        String, Shape
    ) {
        let name = name ?? fallback
        guard let shape = shapes[name] else {
            throw ValidationError("--shape must be one of \(shapes.keys.sorted().joined(separator: ", "))")
        }
        return (name, shape)
    }
}
