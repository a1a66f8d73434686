import Foundation
import JSONText

/// The folder of a run: `run.json` (what it is), `samples.jsonl` (a row an example, appended as they come),
/// `results.json`, result files of the tasks, `report.html`.
package struct RunFolder: Sendable {
    /// Where it is.
    package let path: String

    /// The folder at `path`, which need not exist.
    package init(path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// A file of the run.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Begins a run, or goes on with the one that is there.
    ///
    /// - Parameter settings: task by task, everything that must be equal for rows to belong together.
    /// - Returns: the rows that are there.
    /// - Throws: `RunError.differentRun` where the folder holds a run of other settings.
    package func begin(_ settings: JSONValue) throws(RunError) -> [SampleRow] {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
        guard FileManager.default.fileExists(atPath: file("run.json")) else {
            guard !FileManager.default.fileExists(atPath: file("samples.jsonl")) else {
                throw .differentRun(path: path, differences: ["rows without run.json"])
            }
            try write(settings.indentedText + "\n", to: "run.json")
            return []
        }
        let differences = JSONDifference.list(try json("run.json"), settings, except: ["source", "protocol_sha256"])
        guard differences.isEmpty else { throw .differentRun(path: path, differences: differences) }
        return try rows(repairing: true)
    }

    /// The rows of `samples.jsonl`, the first of each example.
    ///
    /// - Parameter repairing: whether a last line that a kill cut off is removed from the file.
    /// - Throws: `RunError.damaged` with the line that is no row.
    package func rows(repairing: Bool = false) throws(RunError) -> [SampleRow] {
        let path = file("samples.jsonl")
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        var bytes = try self.bytes("samples.jsonl")
        let end = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        if end < bytes.count {
            bytes.removeLast(bytes.count - end)
            if repairing { try truncate(path, to: end) }
        }
        let lines: JSONLines
        do { lines = try JSONLines(bytes, file: path) } catch {
            throw .damaged(path: path, place: "\(error)")
        }
        var rows: [SampleRow] = []
        var seen = Set<[String]>()
        for (number, value) in lines.rows {
            guard let row = SampleRow(value) else { throw .damaged(path: path, place: "line \(number)") }
            if seen.insert([row.task, row.id]).inserted { rows.append(row) }
        }
        return rows
    }

    /// Appends whole lines in one write.
    package func append(_ rows: [SampleRow]) throws(RunError) {
        guard !rows.isEmpty else { return }
        let path = file("samples.jsonl")
        let text = rows.map { $0.json.text + "\n" }.joined()
        do {
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            defer { try? handle.close() }
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.utf8))
        } catch { throw .cannotWrite(path: path, reason: error.localizedDescription) }
    }

    /// Writes a file of a folder that may not exist yet.
    package func replace(_ text: String, in name: String) throws(RunError) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
        try write(text, to: name)
    }

    /// Writes a file of the run in place of what is there.
    package func write(_ text: String, to name: String) throws(RunError) {
        do { try Data(text.utf8).write(to: URL(filePath: file(name)), options: .atomic) } catch {
            throw .cannotWrite(path: file(name), reason: error.localizedDescription)
        }
    }

    /// Writes a result file, with the folder that its name may name.
    package func write(_ result: ResultFile) throws(RunError) {
        let place = result.name.split(separator: "/").dropLast().joined(separator: "/")
        do { try FileManager.default.createDirectory(atPath: file(place), withIntermediateDirectories: true) } catch {
            throw .cannotWrite(path: file(place), reason: error.localizedDescription)
        }
        try write(result.text, to: result.name)
    }

    /// A JSON file of the run.
    package func json(_ name: String) throws(RunError) -> JSONValue {
        let bytes = try bytes(name)
        do { return try JSONValue(parsing: bytes) } catch {
            throw .damaged(path: file(name), place: "\(error)")
        }
    }

    private func bytes(_ name: String) throws(RunError) -> [UInt8] {
        guard FileManager.default.fileExists(atPath: file(name)) else { throw .noRun(path: path) }
        do { return Array(try Data(contentsOf: URL(filePath: file(name)))) } catch {
            throw .cannotRead(path: file(name), reason: error.localizedDescription)
        }
    }

    private func truncate(_ path: String, to length: Int) throws(RunError) {
        do {
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            defer { try? handle.close() }
            try handle.truncate(atOffset: UInt64(length))
        } catch { throw .cannotWrite(path: path, reason: error.localizedDescription) }
    }
}
