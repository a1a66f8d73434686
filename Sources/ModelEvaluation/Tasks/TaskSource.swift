import Foundation
import JSONText

/// Where a task finds its files, and which part of them is wanted.
package struct TaskSource: Sendable {
    /// A folder, or the one file that a task wants.
    package let data: String
    /// The split, where the files hold several.
    package let split: String?
    /// The folder of pictures, where it is not within `data`.
    package let images: String?

    /// How many examples are wanted, for tasks in which each depends on all others; nil for all.
    package let limit: Int?

    /// The files at `data`.
    package init(data: String, split: String? = nil, images: String? = nil, limit: Int? = nil) {
        self.limit = limit
        self.data = data
        self.split = split
        self.images = images
    }

    /// The source for `run.json`, so that a run can be read again.
    package var json: JSONValue {
        .object([
            ("data", .string(data)), ("split", split.map { .string($0) } ?? .null),
            ("images", images.map { .string($0) } ?? .null), ("limit", limit.map { .integer($0) } ?? .null),
        ])
    }

    /// The source that `json` says; nil where it says none.
    package init?(_ json: JSONValue?) {
        guard let json, let data = json["data"]?.string else { return nil }
        self.init(
            data: data, split: json["split"]?.string, images: json["images"]?.string, limit: json["limit"]?.integer)
    }

    /// Whether that is a folder.
    package func isFolder(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path + "/.")[.type] as? FileAttributeType) == .typeDirectory
    }

    /// The folder that `data` is, or lies in.
    package var folder: String {
        isFolder(data) ? data : URL(filePath: data).deletingLastPathComponent().path(percentEncoded: false)
    }

    /// The first file of these names in the folder or its `annotations`, or `data` itself where that is a file.
    ///
    /// - Throws: `EvaluationFileError.missing` with all the names.
    package func file(_ names: [String]) throws(EvaluationFileError) -> String {
        if !isFolder(data) {
            guard FileManager.default.fileExists(atPath: data) else { throw .missing(place: data, names: names) }
            return data
        }
        guard let found = optionalFile(names) else { throw .missing(place: data, names: names) }
        return found
    }

    /// The first file of these names in the folder or its `annotations`; nil where there is none.
    package func optionalFile(_ names: [String]) -> String? {
        for name in names {
            for place in ["/", "/annotations/"] {
                let path = folder + place + name
                if FileManager.default.fileExists(atPath: path), !isFolder(path) { return path }
            }
        }
        return nil
    }

    /// The names that `patterns` stand for: `{split}` is the split that is wanted, each of `usual` where none is named.
    func names(_ patterns: [String], splits usual: [String]) -> [String] {
        (split.map { [$0] } ?? usual).flatMap { split in patterns.map { $0.replacing("{split}", with: split) } }
    }

    /// Whether the files may be without answers, as those of test splits are: rows are then answered, and not scored.
    var mayLackAnswers: Bool { split?.hasPrefix("test") == true }

    /// Throws where a split is wanted of a file that has none.
    func requireNoSplit(of file: String) throws(EvaluationFileError) {
        if let split { throw .noSuchSplit(file: file, split: split, splits: []) }
    }

    /// The bytes of a file.
    package func bytes(of path: String) throws(EvaluationFileError) -> [UInt8] {
        do { return Array(try Data(contentsOf: URL(filePath: path))) } catch {
            throw .unreadable(file: path, reason: error.localizedDescription)
        }
    }

    /// The document in a JSON file.
    package func json(_ path: String) throws(EvaluationFileError) -> JSONValue {
        do { return try JSONValue(parsing: try bytes(of: path)) } catch let error as JSONError {
            throw .notJSON(file: path, error: error)
        } catch let error as EvaluationFileError { throw error } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
    }

    /// The folders that pictures are looked for in.
    private var pictureRoots: [String] {
        var root = images ?? folder
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        guard images == nil, root.split(separator: "/").last == "annotations" else { return [root] }
        let parent = root.dropLast("annotations".count)
        return [root, parent.isEmpty ? "." : parent == "/" ? "" : String(parent.dropLast())]
    }

    /// A picture by the name that the task's file gives it: in the folder of pictures, in the first of the usual `places`
    /// that has it, or beside the file; of a file in `annotations/`, beside that folder too. One that is nowhere is looked
    /// for in the first place, and becomes an error row.
    package func picture(_ name: String, in places: [String] = []) -> PictureReference {
        let candidates = pictureRoots.flatMap { root in
            ([""] + places).map { $0.isEmpty ? "\(root)/\(name)" : "\(root)/\($0)/\(name)" }
        }
        let found = candidates.first { FileManager.default.fileExists(atPath: $0) }
        return .file(path: found ?? candidates[0], name: name)
    }
}
