import Foundation
import JSONText

extension ImageProcessor {
    /// The processor of a model folder: its `preprocessor_config.json`, else the `image_processor` object in its
    /// `processor_config.json` (transformers 5).
    ///
    /// - Parameter fallback: the kind where the file does not name one.
    /// - Throws: `ImageProcessorError` with file and key.
    public init(modelFolder: String, fallback: ImageProcessorKind? = nil) throws(ImageProcessorError) {
        let folder = URL(filePath: modelFolder, directoryHint: .isDirectory)
        let own = folder.appending(path: "preprocessor_config.json").path(percentEncoded: false)
        if let json = try Self.json(ofFile: own) {
            self.init(try ImageProcessorConfiguration(json: json, file: own, fallback: fallback))
            return
        }
        let shared = folder.appending(path: "processor_config.json").path(percentEncoded: false)
        guard let json = try Self.json(ofFile: shared)?["image_processor"], !json.isNull else {
            throw .missingFile(folder: modelFolder)
        }
        self.init(try ImageProcessorConfiguration(json: json, file: shared, fallback: fallback))
    }

    /// The document in that file; nil where there is no such file.
    private static func json(ofFile path: String) throws(ImageProcessorError) -> JSONValue? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .unreadableFile(file: path, reason: error.localizedDescription)
        }
        do {
            return try JSONValue(parsing: Array(bytes))
        } catch {
            throw .notJSON(file: path, reason: error.description)
        }
    }
}
