import Foundation

/// A folder that goes with the object that stands for it.
final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "ReportPagesTests-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: url.appending(path: name)) }

    /// The names of all files, hidden ones too.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path("")).sorted() }
}
