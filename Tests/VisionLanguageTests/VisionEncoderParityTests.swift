import Checkpoints
import Foundation
import Imaging
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Vision encoders alone against transformers.
@Suite struct VisionEncoderParityTests {
    private func folder(_ parity: ParityCase, holding weights: WeightType = .f32) throws -> VisionFolder {
        let config = try ConfigObject(path: parity.file("config.json"))
        let kind = try #require(try VisionEncoderKind.alone(config))
        return try VisionFolder(path: parity.folder, kind: kind, weights: weights)
    }

    /// What transformers gives, after the final norm: CLIP's `last_hidden_state` lies before it.
    private func expected(_ name: String, _ parity: ParityCase) throws -> Tensor {
        let stored = try parity.tensor(name)
        guard parity.description.hasPrefix("vision-clip") else { return stored }
        let weights = try CheckpointFolder(path: parity.folder)
        func weight(_ kind: String) throws -> Tensor {
            let name = "vision_model.post_layernorm.\(kind)"
            return try #require(weights.file(of: name)).tensor(named: name).converted32()
        }
        return stored.layerNormalized(gain: try weight("weight"), bias: try weight("bias"), epsilon: 1e-5)
    }

    @Test func `every architecture has a case`() {
        let names = Set(ParityCase.visionEncoders.map(\.description))
        #expect(
            names.isSuperset(of: [
                "vision-clip_proj", "vision-siglip", "vision-vit", "vision-dinov2", "vision-dinov2_reg",
                "vision-eva_blip2",
            ]))
    }

    @Test(arguments: ParityCase.visionEncoders)
    func `features, and those of larger pictures through interpolated positions`(parity: ParityCase) throws {
        let encoder = try folder(parity).encoder

        for (pixels, features) in [
            ("pixel_values", "last_hidden_state"), ("interp_pixel_values", "interp_last_hidden_state"),
        ] {
            let wanted = try expected(features, parity)
            let size = max(1, wanted.array.map(abs).max() ?? 0)
            let found = encoder(try parity.tensor(pixels))
            #expect(found.shape == wanted.shape && difference(found, wanted) <= 1e-4 * size, "\(features)")
        }
    }

    @Test(arguments: ParityCase.visionEncoders)
    func `a picture's features are its own`(parity: ParityCase) throws {
        let encoder = try folder(parity).encoder
        let one = try parity.tensor("pixel_values").slice(0..<1)
        let other = Tensor(one.array.reversed(), one.shape)

        let (both, alone) = (encoder(.concatenated([other, one])).slice(1..<2), encoder(one))

        // OpenBLAS promises no bits for a row among others; our own products do.
        if Arithmetic.keepsRows {
            #expect(both.array == alone.array)
        } else {
            #expect(difference(both, alone) <= 1e-5)
        }
    }

    @Test func `a config of another kind is none, a damaged one is told`() throws {
        func kind(_ text: String) throws -> VisionEncoderKind? {
            try VisionEncoderKind.alone(ConfigObject(bytes: Array(text.utf8), file: "config.json"))
        }

        #expect(try kind(#"{"model_type": "blip-2"}"#) == nil)
        #expect(try kind("{}") == nil)
        #expect(try kind(#"{"model_type": "clip", "vision_config": {"hidden_size": 96}}"#)?.width == 96)
        for damaged in [
            #"{"model_type": "vit", "hidden_size": 30}"#, #"{"model_type": "dinov2", "mlp_ratio": 0}"#,
            #"{"model_type": "siglip_vision_model", "patch_size": 500}"#,
            #"{"model_type": "clip_vision_model", "hidden_act": "smooth"}"#,
        ] { #expect(throws: ConfigError.self, "\(damaged)") { try kind(damaged) } }
    }

    @Test func `gated feed-forwards of DINOv2 are cut out of what files join`() throws {
        let text =
            #"{"model_type": "dinov2", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "#
            + #""image_size": 8, "patch_size": 4, "mlp_ratio": 4, "use_swiglu_ffn": true}"#
        let config = try ConfigObject(bytes: Array(text.utf8), file: "config.json")
        let kind = try #require(try VisionEncoderKind.alone(config))
        let folder = try ScratchFolder()
        let scope = ParameterScope(RandomParameters(seed: 3))
        let drawn = kind.makeEncoder(in: scope)
        let values = Dictionary(uniqueKeysWithValues: scope.parameters.map { ($0.name, $0.tensor) })
        let mlp = "encoder.layer.0.mlp"
        // Files hold 64·2/3, rounded up to 48, rows of the gate and as many of what it gates in one tensor.
        var stored = values.filter { !$0.key.hasPrefix(mlp) }.map { SafetensorsItem($0.key, $0.value) }
        for part in ["weight", "bias"] {
            let gate = try #require(values["\(mlp).gate_proj.\(part)"])
            let up = try #require(values["\(mlp).up_proj.\(part)"])
            let down = try #require(values["\(mlp).down_proj.\(part)"])
            stored.append(SafetensorsItem("\(mlp).weights_in.\(part)", .concatenated([gate, up])))
            stored.append(SafetensorsItem("\(mlp).weights_out.\(part)", down))
        }
        try SafetensorsWriter().write(stored, to: folder.file("model.safetensors"))
        try folder.write(#"{"image_processor_type": "BitImageProcessor"}"#, "preprocessor_config.json")

        let loaded = try VisionFolder(path: folder.path, kind: kind)

        let pixels = Tensor((0..<192).map { Float($0 % 7) - 3 }, [1, 3, 8, 8])
        #expect(values["\(mlp).gate_proj.weight"]?.shape == [48, 16])
        #expect(loaded.encoder(pixels).array == drawn(pixels).array)
    }

    @Test(arguments: ["vit", "siglip_vision_model", "dinov2"])
    func `positions learn from pictures of another size too`(type: String) throws {
        let text =
            #"{"model_type": "\#(type)", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "#
            + #""intermediate_size": 32, "image_size": 12, "patch_size": 4}"#
        let kind = try #require(try VisionEncoderKind.alone(ConfigObject(bytes: Array(text.utf8), file: "config.json")))
        let scope = ParameterScope(RandomParameters(seed: 3))
        let encoder = kind.makeEncoder(in: scope)
        let positions = try #require(scope.parameters.first { $0.name.contains("position_embedding") })
        positions.setTrainable(true)
        let pixels = Tensor((0..<960).map { Float($0 % 7) - 3 }, [1, 3, 16, 20])
        func loss() -> Tensor {
            let features = encoder(pixels)
            return (features * Tensor((0..<features.count).map { Float($0 % 5) - 2 }, features.shape)).sum()
        }

        let gradient = try #require(loss().gradients()[positions])

        for element in [17, 64, positions.tensor.count - 3] {
            let before = positions.tensor.detached.array[element]
            func value(moved: Float) -> Float {
                positions.update { $0[element] = before + moved }
                defer { positions.update { $0[element] = before } }
                return loss().scalar
            }
            let slope = (value(moved: 0.01) - value(moved: -0.01)) / 0.02
            let found = gradient.array[element]
            #expect(abs(found - slope) <= 0.02 * max(1, abs(slope)), "\(type), element \(element)")
            #expect(found != 0)
        }
    }
}
