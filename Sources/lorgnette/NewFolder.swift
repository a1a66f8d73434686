import Foundation
import LorgnetteKit

/// A folder that appears at its place only when it is complete: it is filled beside that place and then renamed.
struct NewFolder: Sendable {
    private let place: URL
    private let draft: URL

    /// A folder to be filled.
    /// - Throws: where something other than an empty folder is there already, or nothing can be made beside it.
    init(path: String) throws(LorgnetteError) {
        place = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
        draft = place.deletingLastPathComponent().appending(
            path: ".\(place.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).partial",
            directoryHint: .isDirectory)
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if unsafe files.fileExists(atPath: place.path, isDirectory: &isFolder) {
            let isEmpty = isFolder.boolValue && (try? files.contentsOfDirectory(atPath: place.path))?.isEmpty ?? false
            guard isEmpty else {
                throw LorgnetteError(
                    kind: .readWrite, code: "exists",
                    description: "\(path): is there already; remove it or name another folder")
            }
        }
        do { try files.createDirectory(at: draft, withIntermediateDirectories: true) } catch {
            throw Self.failure(path, error)
        }
    }

    /// Where files are to be written until the folder is finished.
    var path: String { draft.path }

    /// Makes a folder inside.
    func makeFolder(_ name: String) throws(LorgnetteError) {
        let folder = draft.appending(path: name, directoryHint: .isDirectory)
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw Self.failure(folder.path, error)
        }
    }

    /// Writes a file inside.
    func write(_ data: Data, to name: String) throws(LorgnetteError) {
        let file = draft.appending(path: name)
        do { try data.write(to: file) } catch { throw Self.failure(file.path, error) }
    }

    /// Puts the folder at its place.
    func finish() throws(LorgnetteError) {
        do {
            if FileManager.default.fileExists(atPath: place.path) { try FileManager.default.removeItem(at: place) }
            try FileManager.default.moveItem(at: draft, to: place)
        } catch { throw Self.failure(place.path, error) }
    }

    /// Removes what was written.
    func discard() { try? FileManager.default.removeItem(at: draft) }

    private static func failure(_ path: String, _ error: any Error) -> LorgnetteError {
        LorgnetteError(
            kind: .readWrite, code: "write", description: "\(path): cannot write: \(error.localizedDescription)")
    }
}
