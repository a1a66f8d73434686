import Checkpoints
import Foundation
import TensorEngine
import VisionLanguage

/// A tiny random checkpoint with what transformers computes on it (`fixtures/parity`, made by make_hf_reference.py).
package struct ParityCase: Sendable, CustomStringConvertible {
    /// Where it lies.
    package let folder: String
    /// What transformers computes.
    package let reference: SafetensorsFile

    /// The folder's name.
    package var description: String { URL(filePath: folder).lastPathComponent }

    /// The cases with pictures.
    package static let pictured = all.filter {
        $0.description.hasPrefix("blip2-") && !$0.description.hasPrefix("blip2-itm")
    }
    /// The cases of vision encoders alone.
    package static let visionEncoders = encoders.filter { $0.description.hasPrefix("vision-") }
    /// The cases that compare pictures with texts.
    package static let matching = encoders.filter { $0.description.hasPrefix("blip2-itm") }
    /// The cases whose bridge reads the prompt.
    package static let instructed = encoders.filter { $0.description.hasPrefix("instructblip-") }
    /// The cases of language models alone.
    package static let languageModels = all.filter { $0.description.hasPrefix("text-") }

    private static let encoders =
        cases(in: Repository.path("fixtures/encoders"))
        + (ProcessInfo.processInfo.environment["LORGNETTE_PARITY"].map(cases(in:)) ?? [])

    /// The cases in the repository, and those below LORGNETTE_PARITY, a folder of more.
    package static let all: [ParityCase] =
        cases(in: Repository.path("fixtures/parity"))
        + (ProcessInfo.processInfo.environment["LORGNETTE_PARITY"].map(cases(in:)) ?? [])

    /// The cases with a short finetune of the bridge: those in the repository, and those below LORGNETTE_TRAINING.
    package static let training: [ParityCase] =
        cases(in: Repository.path("fixtures/training"))
        + (ProcessInfo.processInfo.environment["LORGNETTE_TRAINING"].map(cases(in:)) ?? []).filter {
            $0.reference.entry(named: "train_labels") != nil
        }

    /// The cases whose folders lie in `place`, by name.
    package static func cases(in place: String) -> [ParityCase] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.sorted().compactMap { name -> ParityCase? in
            let folder = "\(place)/\(name)"
            guard let reference = try? SafetensorsFile(path: "\(folder)/reference.safetensors") else { return nil }
            return ParityCase(folder: folder, reference: reference)
        }
    }

    /// The case of that name in the repository.
    package static func named(_ name: String) throws -> ParityCase {
        let folder = Repository.path("fixtures/parity/\(name)")
        return ParityCase(folder: folder, reference: try SafetensorsFile(path: "\(folder)/reference.safetensors"))
    }

    /// The model of the case.
    package func model(holding weights: WeightType = .f32) throws -> VisionLanguageModel {
        let configuration = try BLIP2Configuration(ConfigObject(path: "\(folder)/config.json"))
        let source = CheckpointParameters(
            try CheckpointFolder(path: folder), rules: configuration.rules, holding: weights)
        let model = configuration.makeModel(in: ParameterScope(source))
        try source.finish()
        return model
    }

    /// The language model of a folder that holds one alone.
    package func languageModel(holding weights: WeightType = .auto) throws -> LanguageModel {
        let kind = try LanguageModelKind(ConfigObject(path: "\(folder)/config.json"))
        let source = CheckpointParameters(
            try CheckpointFolder(path: folder), rules: kind.rules(prefix: ""),
            holding: weights)
        let decoder = kind.makeDecoder(in: ParameterScope(source))
        try source.finish()
        return decoder
    }

    /// What an encoder–decoder's decoder reads; none for a decoder alone.
    package func answers() throws -> [[Int]] {
        reference.entry(named: "decoder_input_ids") == nil ? [] : try integers("decoder_input_ids")
    }

    /// A file of the folder.
    package func file(_ name: String) -> String { "\(folder)/\(name)" }

    /// A reference tensor as float32.
    package func tensor(_ name: String) throws -> Tensor { try reference.tensor(named: name).converted32() }

    /// Rows of integers of the last axis.
    package func integers(_ name: String) throws -> [[Int]] {
        let flat = try reference.integers(named: name)
        let width = reference.entry(named: name)?.shape.last ?? 1
        return stride(from: 0, to: flat.count, by: max(1, width)).map { Array(flat[$0..<$0 + width]) }
    }
}

/// The greatest absolute difference of two tensors; infinite where their shapes differ.
package func difference(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.array, b.array).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
