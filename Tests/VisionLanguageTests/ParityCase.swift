import Checkpoints
import Foundation
import TensorEngine
import Testing
import VisionLanguage

/// A tiny random checkpoint with what transformers computes on it (`fixtures/parity`, made by make_hf_reference.py).
struct ParityCase: Sendable, CustomTestStringConvertible {
    let folder: String
    let reference: SafetensorsFile

    var testDescription: String { URL(filePath: folder).lastPathComponent }

    /// The cases with pictures, and those of language models alone.
    static let pictured = all.filter { $0.testDescription.hasPrefix("blip2-") }
    static let languageModels = all.filter { $0.testDescription.hasPrefix("text-") }

    /// The cases in the repository, and those below LORGNETTE_PARITY, a folder of more.
    static let all: [ParityCase] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let places =
            [root.appending(path: "fixtures/parity").path(percentEncoded: false)]
            + (ProcessInfo.processInfo.environment["LORGNETTE_PARITY"].map { [$0] } ?? [])
        return places.flatMap { place in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
            return names.sorted().compactMap { name -> ParityCase? in
                let folder = "\(place)/\(name)"
                guard let reference = try? SafetensorsFile(path: "\(folder)/reference.safetensors") else { return nil }
                return ParityCase(folder: folder, reference: reference)
            }
        }
    }()

    func model(holding weights: WeightType = .f32) throws -> VisionLanguageModel {
        let configuration = try BLIP2Configuration(ConfigObject(path: "\(folder)/config.json"))
        let source = CheckpointParameters(
            try CheckpointFolder(path: folder), rules: configuration.rules, holding: weights)
        let model = configuration.makeModel(in: ParameterScope(source))
        try source.finish()
        return model
    }

    /// The language model of a folder that holds one alone.
    func decoder() throws -> any TextDecoder {
        let kind = try LanguageModelKind(ConfigObject(path: "\(folder)/config.json"))
        let source = CheckpointParameters(try CheckpointFolder(path: folder), rules: kind.rules(prefix: ""))
        let decoder = kind.makeDecoder(in: ParameterScope(source))
        try source.finish()
        return decoder
    }

    func tensor(_ name: String) throws -> Tensor { try reference.tensor(named: name).converted32() }

    /// Rows of integers of the last axis.
    func integers(_ name: String) throws -> [[Int]] {
        let flat = try reference.integers(named: name)
        let width = try #require(reference.entry(named: name)).shape.last ?? 1
        return stride(from: 0, to: flat.count, by: max(1, width)).map { Array(flat[$0..<$0 + width]) }
    }
}

/// The greatest absolute difference of two tensors.
func difference(_ a: Tensor, _ b: Tensor) -> Float {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.array, b.array).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
