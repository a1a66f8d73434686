import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TestFixtures
import TextTokens
import VisionLanguage

/// A folder of a tiny decoder of ours with random weights, as `pretrain` writes one: config, weights, tokenizer.
struct TinyDecoder {
    /// Where it is.
    let path: String

    init(
        in scratch: ScratchFolder, _ name: String = "decoder", seed: UInt64 = 4, readsPrefixes: Bool = false
    ) throws {
        let source = Repository.path("fixtures/parity/blip2-olmoe-a")
        path = scratch.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for file in ["tokenizer.json", "tokenizer_config.json"] {
            try FileManager.default.copyItem(atPath: source + "/" + file, toPath: path + "/" + file)
        }
        let tokenizer = try TextTokenizer(folder: URL(filePath: path, directoryHint: .isDirectory))
        var sizes = LorgnetteDecoderConfiguration()
        (sizes.vocabularySize, sizes.width, sizes.hidden, sizes.layers) = (tokenizer.identifierEnd, 24, 48, 2)
        (sizes.heads, sizes.keyValueHeads, sizes.headWidth, sizes.trainingLength) = (2, 2, 12, 128)
        if readsPrefixes { sizes.mask = .prefix }
        let scope = ParameterScope(RandomParameters(seed: seed))
        _ = LorgnetteDecoder(sizes, in: scope)
        try sizes.write(
            scope.parameters, others: [("bos_token_id", .integer(0)), ("eos_token_id", .integer(2))], toFolder: path)
    }
}
