import Checkpoints
import Imaging
import TensorEngine
import TextGeneration
import VisionLanguage

extension StageVerification {
    /// Writes a reference file: every stage for `picture` after the caption prompt, and the SHA-256 of every weight.
    ///
    /// - Throws: `LorgnetteError` where the file cannot be written or the prompt not be encoded.
    package static func record(_ lorgnette: Lorgnette, picture: PixelBatch, to path: String) throws(LorgnetteError) {
        let folder = lorgnette.folder
        let features = folder.model.features(of: picture.tensor)
        let instruction: BridgeText?
        do { instruction = try folder.instruction(folder.prompts.caption) } catch { throw LorgnetteError(error) }
        let queries = folder.model.queryTokens(of: features, instruction: instruction)
        let embeddings = folder.model.embeddings(of: queries)
        var items = [
            SafetensorsItem("batch_pixel_values", picture.tensor),
            SafetensorsItem("batch_image_embeds", features.tensor),
            SafetensorsItem("batch_qformer_output", queries.tensor),
            SafetensorsItem("batch_projected", embeddings.tensor),
            SafetensorsItem("projected", embeddings.tensor),
        ]
        if let instruction { items.append(integers("batch_qformer_input_ids", instruction.ids[0])) }
        do {
            let prompt = try folder.promptIDs(folder.prompts.caption)
            if let imageID = folder.model.imageTokenID {
                let ids = Array(repeating: imageID, count: folder.model.queries) + prompt
                var generator = SeededGenerator(seed: 0)
                let made = TextGenerator(model: folder.model.textModel, options: lorgnette.defaults).generate(
                    after: folder.model.textModel.prefix(of: [embeddings[0]]), prompt: prompt,
                    context: Array(ids.prefix(folder.model.queries)), using: &generator)[0].ids
                items += [
                    integers("input_ids", ids), integers("generated_ids", ids + made),
                    SafetensorsItem("logits", folder.model.logits(ids: [ids], images: embeddings).logits),
                ]
            }
        } catch { throw LorgnetteError(error) }
        do {
            let checkpoint = try CheckpointFolder(path: folder.path)
            var metadata = ["format": "pt"]
            for file in checkpoint.files {
                for entry in file.entries {
                    metadata[hashPrefix + entry.name] = ContentHash(of: entry, in: file).description
                }
            }
            try SafetensorsWriter(metadata: metadata).write(items, to: path)
        } catch {
            if case .cannotWrite = error {
                throw LorgnetteError(kind: .readWrite, code: "write", description: "\(error)")
            }
            throw LorgnetteError(.checkpoint(error))
        }
    }

    private static func integers(_ name: String, _ values: [Int]) -> SafetensorsItem {
        let bytes = values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        return SafetensorsItem(name, type: .i64, shape: [1, values.count], bytes: bytes)
    }
}
