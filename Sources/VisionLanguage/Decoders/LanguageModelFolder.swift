import Checkpoints
import Foundation
import JSONText
import TensorEngine

/// A language model alone, as a folder in Hugging Face's layout holds it: `config.json` and safetensors.
package struct LanguageModelFolder: Sendable {
    /// Its architecture and sizes.
    package let kind: LanguageModelKind
    /// Its layers and weights.
    package let model: LanguageModel
    /// Every parameter, in the order in which the layers took them.
    package let parameters: [Parameter]
    /// The ids that the config names.
    package let beginID: Int?
    package let endIDs: Set<Int>

    /// Reads the folder at `path`; weights are mapped, and converted where `weights` asks for another type.
    ///
    /// - Throws: `ModelFolderError` with the first part that cannot be used; of the weights, everything that does not fit.
    package init(path: String, weights: WeightType = .auto) throws(ModelFolderError) {
        do {
            let config = try ConfigObject(path: path + "/config.json")
            kind = try LanguageModelKind(config)
            beginID = try config.optionalInteger("bos_token_id")
            let ends = try config.optionalIntegers("eos_token_id")
            endIDs = Set(ends ?? [])
        } catch { throw .config(error) }
        do {
            let source = CheckpointParameters(
                try CheckpointFolder(path: path), rules: kind.rules(prefix: ""), holding: weights)
            let scope = ParameterScope(source)
            model = kind.makeDecoder(in: scope)
            try source.finish()
            parameters = scope.parameters
        } catch { throw .checkpoint(error) }
    }
}

extension LorgnetteDecoderConfiguration {
    /// Writes a decoder of this configuration into `folder`, which is there: `config.json` and `model.safetensors`, under the
    /// parameters' paths.
    ///
    /// Weights first: a folder with a config has its weights.
    /// - Parameters:
    ///   - parameters: all of the decoder's; paths may begin with `prefix`, which is cut off.
    ///   - dtype: how matrices are stored; nil for as they are held, block types as float32.
    ///   - others: further members of the config.
    /// - Throws: `CheckpointError` where a file cannot be written.
    package func write(
        _ parameters: [Parameter], prefix: String = "", dtype: DType? = nil,
        others: [(key: String, value: JSONValue)] = [], toFolder folder: String
    ) throws(CheckpointError) {
        let items = parameters.filter { $0.name.hasPrefix(prefix) }.map { parameter in
            let tensor = parameter.tensor.detached
            let wanted = tensor.shape.count < 2 ? .f32 : dtype ?? (tensor.dtype.isBlock ? .f32 : tensor.dtype)
            return SafetensorsItem(String(parameter.name.dropFirst(prefix.count)), tensor.converted(to: wanted))
        }
        try SafetensorsWriter().write(items, inFolder: folder)
        try AtomicFile.write(Array((json(with: others).text + "\n").utf8), to: folder + "/config.json")
    }
}
