import Foundation

/// The checkout that the tests were built from.
package enum Repository {
    /// Its root.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The path of something in it.
    package static func path(_ relative: String) -> String {
        root.appending(path: relative).path(percentEncoded: false)
    }

    /// The Swift files below a folder of it, sorted by path.
    package static func swiftFiles(below folder: String) throws -> [URL] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path(folder))
        return names.filter { $0.hasSuffix(".swift") }.sorted().map { root.appending(path: folder).appending(path: $0) }
    }
}
