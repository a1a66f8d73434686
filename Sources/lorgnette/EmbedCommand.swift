import ArgumentParser
import Checkpoints
import LorgnetteKit
import TensorEngine

/// `lorgnette embed`: writes a stage's tensors of pictures to a file.
struct EmbedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Writes what a stage makes of pictures to a safetensors file.",
        discussion: """
            The tensor is [images, ...] under the stage's name, in the order given. A picture that cannot be read ends the \
            command and nothing is written. pixels and features work on folders of a vision encoder alone (CLIP, SigLIP, \
            ViT, DINOv2), queries also on those that match takes.

            EXAMPLE
              lorgnette embed -m fixtures/tiny-blip2-olmoe \\
                --stage queries -o queries.safetensors fixtures/pictures
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var image: ImageOptions
    @Option(help: "pixels, features, queries or embeddings.") var stage: EmbeddingStage
    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file")) var output: String
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Text that enters the bridge, in models whose bridge reads text (default: the caption prompt).",
            valueName: "text"))
    var prompt: String?
    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "image"))
    var images: [String]

    func run() async throws {
        try await CommandOutput.reporting {
            let encoder = try model.loadPictureEncoder()
            let pictures = try PreparedImages(images, options: image, for: encoder)
            var parts: [Tensor] = []
            try await pictures.forEach { source, pixels in
                let part = try encoder.tensor(of: stage, for: try pixels.get(), prompt: prompt)
                if let first = parts.first, first.shape != part.shape {
                    throw LorgnetteError(
                        kind: .badData, code: "shape",
                        description: "\(source.name): its \(stage.rawValue) are \(part.shape), those before it "
                            + "\(first.shape): pictures of different sizes do not stack")
                }
                parts.append(part)
            }
            do {
                try SafetensorsWriter().write([SafetensorsItem(stage.rawValue, .concatenated(parts))], to: output)
            } catch {
                throw LorgnetteError(kind: .readWrite, code: "write", description: "\(error)")
            }
        }
    }
}

extension EmbeddingStage: ExpressibleByArgument {}
