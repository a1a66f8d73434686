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

    /// The `preprocessor_config.json`: that of the folder the encoder is from, else BLIP's; over it what the recipe says.
    private static func preprocessing(_ parts: ModelParts, vision: JSONObject) throws(TrainingError) -> [UInt8] {
        var folder = parts.from
        if case .text(let encoder)? = parts.vision["folder"] { folder = encoder }
        let image = parts.image
        if image == ModelParts.ImageSettings(),
            let own = try copies(of: ["preprocessor_config.json"], in: folder).first
        {
            return own.bytes
        }
        var members = try processor(in: folder) ?? blip
        func set(_ key: String, _ value: JSONValue) {
            members.removeAll { $0.key == key }
            members.append((key, value))
        }
        let hasSize = members.contains { $0.key == "size" }
        if image.size > 0 || !hasSize {
            let side = image.size > 0 ? image.size : vision["image_size"]?.integer ?? 224
            guard (1...16_384).contains(side) else {
                throw .recipe(file: "recipe", key: "parts.image.size", problem: "must be from 1 to 16384")
            }
            set("size", .object([("height", .integer(side)), ("width", .integer(side))]))
            set("do_resize", .bool(true))
            members.removeAll { ["crop_size", "do_center_crop"].contains($0.key) }
        }
        for (key, name, given) in [("image_mean", "mean", image.mean), ("image_std", "std", image.std)]
        where !given.isEmpty {
            guard given.count == 3 else {
                throw .recipe(file: "recipe", key: "parts.image.\(name)", problem: "wants three numbers, or none")
            }
            set(key, .array(given.map { .double($0) }))
            set("do_normalize", .bool(true))
        }
        let config = JSONValue.object(members)
        let bytes = Array((config.text + "\n").utf8)
        do { _ = try ImageProcessorConfiguration(json: config, file: "parts.image") } catch {
            throw .model(.processor(error))
        }
        return bytes
    }

    /// What the folder says of pre-processing, where it says something; `""` says nothing.
    private static func processor(in folder: String) throws(TrainingError) -> [(key: String, value: JSONValue)]? {
        for name in folder.isEmpty ? [] : ["preprocessor_config.json", "processor_config.json"] {
            guard let own = try copies(of: [name], in: folder).first else { continue }
            let json: JSONValue
            do { json = try JSONValue(parsing: own.bytes) } catch {
                throw .model(.processor(.notJSON(file: folder + "/" + name, reason: error.description)))
            }
            let said = name == "processor_config.json" ? json["image_processor"] : json
            if let members = said?.object?.members { return members.map { ($0.key, $0.value) } }
        }
        return nil
    }

    /// BLIP's own, but for the size.
    private static let blip: [(key: String, value: JSONValue)] = [
        ("image_processor_type", .string("BlipImageProcessor")), ("resample", .integer(3)),
        ("do_rescale", .bool(true)), ("rescale_factor", .double(1.0 / 255)), ("do_normalize", .bool(true)),
        ("do_convert_rgb", .bool(true)),
        ("image_mean", .array(ImageProcessorConfiguration.clipMean.map { .double($0) })),
        ("image_std", .array(ImageProcessorConfiguration.clipDeviation.map { .double($0) })),
    ]

    /// The `lorgnette.json`; nil where the recipe names no prompts.
    private static func prompts(_ parts: ModelParts) -> [UInt8]? {
        var members: [(key: String, value: JSONValue)] = []
        if !parts.prompts.caption.isEmpty { members.append(("caption", .string(parts.prompts.caption))) }
        if !parts.prompts.ask.isEmpty { members.append(("ask", .string(parts.prompts.ask))) }
        guard !members.isEmpty else { return nil }
        return Array((JSONValue.object([("prompts", .object(members))]).text + "\n").utf8)
    }
}
