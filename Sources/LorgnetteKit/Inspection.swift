import Checkpoints
import Foundation
import ImageFiles
import Imaging
import JSONText
import VisionLanguage

/// What a path is: a model folder, a picture or a tensor file, told without reading its bulk.
package struct Inspection: Sendable {
    /// What was found, in the order in which a person wants it.
    package let members: [(key: String, value: JSONValue)]

    /// The members as an object.
    package var json: JSONValue { .object(members) }

    /// Looks at `path`.
    package init(path: String) throws(LorgnetteError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw LorgnetteError(kind: .missingInput, code: "missing", description: "\(path): no such file or folder")
        }
        let kind = try? FileManager.default.attributesOfItem(atPath: path + "/.")[.type] as? FileAttributeType
        if kind == .typeDirectory {
            members = try Self.folder(path)
        } else if path.hasSuffix(".safetensors") {
            members = try Self.tensorFile(path)
        } else {
            members = try Self.picture(path)
        }
    }

    private static func picture(_ path: String) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        do {
            let source = ImageSource.file(path: path)
            let bytes = try source.bytes()
            let image = try DecodedImage(decoding: bytes, name: path, options: .init())
            return [
                ("kind", .string("image")), ("path", .string(path)),
                ("format", .string(ImageFormat(startOf: bytes)?.rawValue ?? "unknown")),
                ("width", .integer(image.bitmap.width)),
                ("height", .integer(image.bitmap.height)), ("transparency", .bool(image.alpha != nil)),
                ("bytes", .integer(bytes.count)),
            ]
        } catch { throw LorgnetteError(error) }
    }

    private static func tensorFile(_ path: String) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        do {
            let file = try SafetensorsFile(path: path)
            let tensors = file.entries.map { entry in
                JSONValue.object([
                    ("name", .string(entry.name)), ("dtype", .string(entry.type.rawValue)),
                    ("shape", .array(entry.shape.map { .integer($0) })),
                ])
            }
            return [
                ("kind", .string("tensors")), ("path", .string(path)), ("count", .integer(tensors.count)),
                ("parameters", .integer(file.entries.reduce(0) { $0 + $1.shape.reduce(1, *) })),
                ("tensors", .array(tensors)),
            ]
        } catch { throw LorgnetteError(.checkpoint(error)) }
    }

    private static func bridge(_ path: String) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        let bridge: BridgeFolder
        do { bridge = try BridgeFolder(path: path) } catch { throw LorgnetteError(error) }
        let entries = bridge.weights.entries
        let design = bridge.design ?? BridgeDesign()
        return [
            ("kind", .string("bridge")), ("path", .string(path)), ("bridge", .string(design.kind.rawValue)),
            ("parameters", .integer(entries.reduce(0) { $0 + $1.shape.reduce(1, *) })),
            ("tensors", .integer(entries.count)), ("base", bridge.base.json),
        ] + design.members
    }

    private static func folder(_ path: String) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        if FileManager.default.fileExists(atPath: path + "/" + BridgeFolder.recordName) { return try bridge(path) }
        let config: ConfigObject
        do { config = try ConfigObject(path: path + "/config.json") } catch { throw LorgnetteError(.config(error)) }
        let weights: Result<CheckpointFolder, CheckpointError>
        do throws(CheckpointError) { weights = .success(try CheckpointFolder(path: path)) } catch {
            switch error {
            // What is not here, or in another format, can be told; what is damaged is an error.
            case .weightsMissing, .weightsInOtherFormat: weights = .failure(error)
            default: throw LorgnetteError(.checkpoint(error))
            }
        }
        return try ModelInspection(config, path: path, weights: weights).members
    }
}
