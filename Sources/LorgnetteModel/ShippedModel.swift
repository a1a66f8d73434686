import Foundation

/// The model that ships with the package.
///
///     import LorgnetteKit
///     import LorgnetteModel
///
///     let lorgnette = try Lorgnette(folder: ShippedModel.folder())
///
/// Its folder travels beside the program in SwiftPM's bundle of resources, and both may be moved together. Only programs that
/// depend on this product carry it.
public enum ShippedModel {
    /// The model's folder: in the bundle beside the running program (symbolic links to the program followed), else where it stood
    /// when the program was built.
    ///
    /// `Bundle.module` is not asked: it ends the program where there is no bundle.
    /// - Throws: `ShippedModelError` with every place that was looked at.
    public static func folder() throws(ShippedModelError) -> URL {
        try folder(among: candidates)
    }

    /// The first of `places` that holds a model.
    package static func folder(among places: [URL]) throws(ShippedModelError) -> URL {
        for place in places {
            let config = place.appending(path: "config.json").path(percentEncoded: false)
            if FileManager.default.fileExists(atPath: config) { return place }
        }
        throw ShippedModelError(places: places.map { $0.path(percentEncoded: false) })
    }

    /// The places where the model may be, the likeliest first.
    private static var candidates: [URL] {
        var folders: [URL] = []
        if let program {
            // A link's own folder comes second: who links the program somewhere leaves the bundle where it was.
            for folder in [program.resolvingSymlinksInPath(), program].map({ $0.deletingLastPathComponent() })
            where !folders.contains(folder) {
                folders.append(folder)
            }
        }
        return folders.flatMap { places(beside: $0) } + [sources]
    }

    /// Where SwiftPM, or an application, puts the bundle of a program in `folder`.
    package static func places(beside folder: URL) -> [URL] {
        let bundle = "lorgnette_LorgnetteModel"
        return [
            folder.appending(path: "\(bundle).resources/Model", directoryHint: .isDirectory),
            folder.appending(path: "\(bundle).bundle/Model", directoryHint: .isDirectory),
            folder.appending(path: "\(bundle).bundle/Contents/Resources/Model", directoryHint: .isDirectory),
            folder.appending(
                path: "../Resources/\(bundle).bundle/Contents/Resources/Model", directoryHint: .isDirectory
            )
            .standardizedFileURL,
        ]
    }

    /// The running program's file.
    private static var program: URL? {
        // On Linux the kernel knows, whatever name the program was called by.
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return URL(filePath: path)
        }
        return Bundle.main.executableURL
    }

    /// The folder among the sources that the program was built from.
    private static var sources: URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Model", directoryHint: .isDirectory)
    }
}

/// The model that ships with the package is not where it is looked for.
public struct ShippedModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folders that were looked at, in that order.
    public let places: [String]

    /// What is missing, and what to do.
    public var description: String {
        "the model that ships with the package is not there: name one with -m DIR or $LORGNETTE_MODEL, or put the folder "
            + "lorgnette_LorgnetteModel.resources back beside the program (looked at \(places.joined(separator: ", ")))"
    }
}
