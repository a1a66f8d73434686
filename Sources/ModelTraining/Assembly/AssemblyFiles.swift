import Checkpoints
import Foundation
import Imaging
import JSONText
import VisionLanguage

/// The files of a new model's folder beside its config and weights: tokenizers, pre-processing, prompts, notices.
struct AssemblyFiles: Sendable {
    private let files: [(name: String, bytes: [UInt8])]

    private static let tokenizerNames = [
        "tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "merges.txt", "vocab.txt",
        "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json", "chat_template.jinja",
    ]

    /// - Parameter vision: the `vision_config`.
    init(_ parts: ModelParts, tokenizers: AssemblyTokenizers, vision: JSONObject) throws(TrainingError) {
        var files = try Self.copies(of: Self.tokenizerNames, in: tokenizers.mainFolder)
        if !parts.prompts.begin { files = try files.map(Self.withoutBeginning) }
        if !parts.languageModel.isEmpty {
            // The bridge's own, whether it reads prompts or not: a bridge that reads them may be made of this one.
            files += try Self.copies(of: Self.tokenizerNames, in: tokenizers.bridgeFolder).map {
                ("\(BridgeTokenizer.folderName)/\($0.name)", $0.bytes)
            }
            files += try Self.copies(of: ["generation_config.json"], in: parts.languageModel)
        }
        files += Self.notices(parts)
        files.append(("preprocessor_config.json", try Self.preprocessing(parts, vision: vision)))
        if let prompts = Self.prompts(parts) { files.append(("lorgnette.json", prompts)) }
        self.files = files
    }

    /// Writes them into the folder at `target`.
    func write(to target: String) throws(CheckpointError) {
        let inner = target + "/" + BridgeTokenizer.folderName
        if files.contains(where: { $0.name.contains("/") }) {
            do { try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true) } catch {
                throw .cannotWrite(file: inner, operation: .create, code: EIO)
            }
        }
        for (name, bytes) in files { try AtomicFile.write(bytes, to: target + "/" + name) }
    }

    private static func copies(
        of names: [String], in folder: String
    ) throws(TrainingError) -> [(name: String, bytes: [UInt8])] {
        var copies: [(name: String, bytes: [UInt8])] = []
        for name in names {
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else { continue }
            guard let data = FileManager.default.contents(atPath: path) else {
                throw .cannotRead(file: path, reason: "the system refuses")
            }
            copies.append((name, Array(data)))
        }
        return copies
    }

    /// A `tokenizer.json` that puts no special tokens around texts; other files as they are.
    private static func withoutBeginning(
        _ file: (name: String, bytes: [UInt8])
    ) throws(TrainingError) -> (name: String, bytes: [UInt8]) {
        guard file.name == "tokenizer.json" else { return file }
        let members: [(key: String, value: JSONValue)]
        do { members = try JSONValue(parsing: file.bytes).object?.members ?? [] } catch {
            throw .cannotRead(file: file.name, reason: error.description)
        }
        let changed = members.map { (key: $0.key, value: $0.key == "post_processor" ? JSONValue.null : $0.value) }
        return (file.name, Array((JSONValue.object(changed).text + "\n").utf8))
    }

    /// The notices and licences of every folder that weights are taken from; those of one name one after the other.
    private static func notices(_ parts: ModelParts) -> [(name: String, bytes: [UInt8])] {
        var folders = [parts.languageModel, parts.from]
        if case .text(let encoder)? = parts.vision["folder"] { folders.append(encoder) }
        var files: [(name: String, bytes: [UInt8])] = []
        for folder in folders where !folder.isEmpty {
            for (name, bytes) in LorgnetteFiles.notices(of: folder) {
                guard let place = files.firstIndex(where: { $0.name == name }) else {
                    files.append((name, bytes))
                    continue
                }
                if files[place].bytes != bytes { files[place].bytes += Array("\n".utf8) + bytes }
            }
        }
        return files
    }

    /// The `preprocessor_config.json`: that of the folder the encoder is from, else one of the recipe's sizes.
    private static func preprocessing(_ parts: ModelParts, vision: JSONObject) throws(TrainingError) -> [UInt8] {
        var folder = parts.from
        if case .text(let encoder)? = parts.vision["folder"] { folder = encoder }
        for name in folder.isEmpty || parts.image.size > 0 ? [] : ["preprocessor_config.json"] {
            if let own = try copies(of: [name], in: folder).first { return own.bytes }
        }
        let side = parts.image.size > 0 ? parts.image.size : vision["image_size"]?.integer ?? 224
        guard (1...16_384).contains(side) else {
            throw .recipe(file: "recipe", key: "parts.image.size", problem: "must be from 1 to 16384")
        }
        func channels(_ given: [Double], _ fallback: [Double], _ key: String) throws(TrainingError) -> JSONValue {
            guard given.isEmpty || given.count == 3 else {
                throw .recipe(file: "recipe", key: "parts.image.\(key)", problem: "wants three numbers, or none")
            }
            return .array((given.isEmpty ? fallback : given).map { .double($0) })
        }
        let config = JSONValue.object([
            ("image_processor_type", .string("BlipImageProcessor")), ("do_resize", .bool(true)),
            ("size", .object([("height", .integer(side)), ("width", .integer(side))])), ("resample", .integer(3)),
            ("do_rescale", .bool(true)), ("rescale_factor", .double(1.0 / 255)), ("do_normalize", .bool(true)),
            ("do_convert_rgb", .bool(true)),
            ("image_mean", try channels(parts.image.mean, ImageProcessorConfiguration.clipMean, "mean")),
            ("image_std", try channels(parts.image.std, ImageProcessorConfiguration.clipDeviation, "std")),
        ])
        let bytes = Array((config.text + "\n").utf8)
        do { _ = try ImageProcessorConfiguration(json: config, file: "parts.image") } catch {
            throw .model(.processor(error))
        }
        return bytes
    }

    /// The `lorgnette.json`; nil where the recipe names no prompts.
    private static func prompts(_ parts: ModelParts) -> [UInt8]? {
        var members: [(key: String, value: JSONValue)] = []
        if !parts.prompts.caption.isEmpty { members.append(("caption", .string(parts.prompts.caption))) }
        if !parts.prompts.ask.isEmpty { members.append(("ask", .string(parts.prompts.ask))) }
        guard !members.isEmpty else { return nil }
        return Array((JSONValue.object([("prompts", .object(members))]).text + "\n").utf8)
    }
}
