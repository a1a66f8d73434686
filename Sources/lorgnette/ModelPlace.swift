import Foundation
import LorgnetteKit
import LorgnetteModel

/// Which model a command is about.
enum ModelPlace {
    /// The folder that an option or the environment names, else that of the model that ships with the package.
    static func folder(_ named: String?) throws(LorgnetteError) -> URL {
        if let path = named ?? fromEnvironment { return URL(filePath: path, directoryHint: .isDirectory) }
        do { return try ShippedModel.folder() } catch {
            throw LorgnetteError(kind: .missingInput, code: "model", description: "\(error)")
        }
    }

    /// What $LORGNETTE_MODEL names; nil where it is not set, or empty.
    static var fromEnvironment: String? {
        let path = ProcessInfo.processInfo.environment["LORGNETTE_MODEL"] ?? ""
        return path.isEmpty ? nil : path
    }
}
