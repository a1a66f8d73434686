import Foundation

/// A folder of a test's own, removed with the last reference to it.
package final class ScratchFolder: Sendable {
    /// Where it is.
    package let path: String

    /// An empty folder.
    package init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "lorgnette-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    /// A copy of the files of `folder` but for those that only tests read.
    package convenience init(copying folder: String) throws {
        try self.init()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.contains("reference") {
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: file(name))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in it.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes `bytes` as the file `name`, folders on the way made, and gives its path.
    @discardableResult package func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let target = URL(filePath: file(name))
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: target)
        return file(name)
    }

    /// Writes `text` as the file `name` and gives its path.
    @discardableResult package func write(_ text: String, _ name: String) throws -> String {
        try write(Array(text.utf8), name)
    }

    /// The text of a file in it.
    package func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    /// The bytes of a file in it.
    package func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: file(name)))) }

    /// Removes a file in it.
    package func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

    /// Replaces the first occurrence of `text` in the file `name`; throws where there is none.
    package func replace(_ text: String, with other: String, in name: String) throws {
        let whole = try self.text(name)
        guard let range = whole.range(of: text) else { throw CocoaError(.formatting) }
        try write(whole.replacingCharacters(in: range, with: other), name)
    }
}
