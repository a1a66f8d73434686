import Checkpoints
import Imaging
import NeuralLayers
import TensorEngine

extension VisionLanguageModel {
    /// Which pictures the tokens of whole sequences have seen, for adapters; nil without adapters.
    ///
    /// - Parameters:
    ///   - ids: `[batch][sequence]`, image tokens as `imageID`.
    ///   - images: `[pictures, queries, decoderWidth]`, in the order of their tokens.
    ///   - starts: where documents begin within each row; none for a document a row.
    package func view(of ids: [[Int]], _ images: ImageEmbeddings, starts: [Set<Int>] = []) -> PicturesInView? {
        guard let adapters = decoder.adapters, images.tensor.count > 0 else { return nil }
        let width = images.tensor.shape.last ?? 1
        let counts = ids.map { row in row.count { $0 == imageID } / queries }
        let most = counts.max() ?? 0
        guard most > 0 else { return nil }
        let flat = images.tensor.reshaped([images.tensor.count / (queries * width), queries * width])
        var first = 0
        let rows = counts.map { count -> Tensor in
            defer { first += count }
            let own = flat.slice(first..<first + count)
            guard count < most else { return own }
            // Rows of fewer pictures are filled up; nothing sees what fills them.
            let filler = Tensor(repeating: 0, [most - count, queries * width])
            return count == 0 ? filler : .concatenated([own, filler])
        }
        let media = rows.count == 1 ? rows[0] : .concatenated(rows)
        let latest = ids.enumerated().flatMap { index, row in
            PicturesInView.latest(
                in: row, imageID: imageID, tokensPerPicture: queries, starts: starts.isEmpty ? [] : starts[index])
        }
        let memory = adapters.memory(
            of: media.reshaped([ids.count, most * queries, width]), pictures: most)
        return PicturesInView([memory], latest: latest)
    }
}

extension BLIP2Configuration {
    /// This with the architecture that a bridge folder brings, and then with what is to be new.
    func with(_ overlay: BridgeFolder?, new: NewBridge?) throws(ConfigError) -> BLIP2Configuration {
        var changed = self
        if let design = overlay?.design {
            changed.design = design
            func requireSame(_ isSame: Bool, _ key: String, _ kept: String) throws(ConfigError) {
                guard !isSame else { return }
                throw ConfigError(
                    file: (overlay?.path ?? "") + "/" + BridgeFolder.recordName, key: key,
                    problem: .unsupported(
                        found: kept, supported: ["what is to be trained, if it starts from this bridge"]))
            }
            if let kind = new?.kind, design.kind != .qformer {
                try requireSame(kind == design.kind, BridgeDesign.bridgeKey, design.kind.rawValue)
            }
            if let adapters = new?.adapters, adapters.isOn, design.adapters.isOn {
                try requireSame(adapters == design.adapters, BridgeDesign.adaptersKey, "other adapters")
            }
        }
        if let new { changed.design = new.design(after: changed.design) }
        if changed.design.adapters.isOn, text.isEncoderDecoder {
            throw ConfigError(
                file: overlay?.path ?? "recipe", key: BridgeDesign.adaptersKey,
                problem: .unsupported(found: "adapters", supported: ["none inside an encoder–decoder"]))
        }
        return changed
    }

    /// Throws where a bridge wants an image token a patch and pictures do not come in the size that it counts on.
    func checkPatches(from processor: ImageProcessor, folder: String) throws(ModelFolderError) {
        guard design.kind == .linear || design.kind == .mlp else { return }
        let size = vision.imageSize
        let isFixed: Bool
        if let crop = processor.configuration.crop {
            isFixed = crop.height == size && crop.width == size
        } else {
            isFixed = processor.configuration.size == .exact(height: size, width: size)
        }
        guard isFixed else { throw .otherPatches(folder: folder, expected: size) }
    }
}

extension BridgeDesign {
    /// What of it transformers' BLIP-2 does not have, in words.
    var foreignParts: String {
        let bridge = kind == .qformer ? [] : ["\(kind.rawValue) bridge"]
        return (bridge + (adapters.isOn ? ["adapters inside the decoder"] : [])).joined(separator: " and no ")
    }
}
