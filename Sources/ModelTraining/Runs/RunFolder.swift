import Checkpoints
import Foundation

/// The folder of a run, by the names of its files.
package struct RunFolder: Sendable {
    /// Where it is.
    package let path: String

    package var recipe: String { path + "/recipe.yaml" }
    /// The model that a run begins with whose recipe puts one together.
    package var base: String { path + "/base" }
    package var checkpoint: String { path + "/checkpoint.safetensors" }
    /// The weights of the best dev evaluation so far, where there are dev evaluations.
    package var best: String { path + "/best.safetensors" }
    package var log: String { path + "/log.jsonl" }
    package var curves: String { path + "/curves.svg" }
    package var report: String { path + "/report.html" }
    package var bridge: String { path + "/bridge" }
    /// The model folder that a pretrain run ends with.
    package var model: String { path + "/model" }
    /// The tokenizer that a pretrain run trained.
    package var tokenizer: String { path + "/tokenizer" }
    /// Texts as tokens, one folder an entry of the recipe.
    package var text: String { path + "/text" }

    /// Makes the folder of a new run with its recipe in it, in one move: from then on the run can be resumed.
    package init(new path: String, recipe: String) throws(TrainingError) {
        let place = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
        let files = FileManager.default
        if files.fileExists(atPath: place.path) {
            let contents = try? files.contentsOfDirectory(atPath: place.path)
            guard let contents, contents.isEmpty else { throw .folderTaken(path) }
        }
        let draft = place.deletingLastPathComponent().appending(
            path: ".\(place.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).partial")
        do {
            try? files.removeItem(at: draft)
            try files.createDirectory(at: draft, withIntermediateDirectories: true)
            try AtomicFile.write(Array(recipe.utf8), to: draft.path + "/recipe.yaml")
            try? files.removeItem(at: place)
            try files.moveItem(at: draft, to: place)
        } catch {
            try? files.removeItem(at: draft)
            throw .cannotWrite(file: path, reason: Self.reason(error), lastCheckpoint: nil)
        }
        self.path = place.path
    }

    /// The folder of a run that was begun. What a killed process left half-written in it is removed.
    package init(existing path: String) throws(TrainingError) {
        let place = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.path
        let files = FileManager.default
        guard files.fileExists(atPath: place + "/recipe.yaml") else { throw .notARun(path) }
        self.path = place
        for name in (try? files.contentsOfDirectory(atPath: place)) ?? [] where name.hasSuffix(".partial") {
            try? files.removeItem(atPath: place + "/" + name)
        }
    }

    /// The sentence of an error from the system or from writing a checkpoint.
    static func reason(_ error: any Error) -> String {
        (error as? CheckpointError).map { "\($0)" } ?? (error as NSError).localizedDescription
    }

    /// Fills a folder inside with `fill` and puts it at its place when it is complete, instead of what stood there.
    func replaceFolder(_ target: String, _ fill: (String) throws(CheckpointError) -> Void) throws(CheckpointError) {
        let files = FileManager.default
        let draft = target + ".partial"
        do {
            if files.fileExists(atPath: draft) { try files.removeItem(atPath: draft) }
            try files.createDirectory(atPath: draft, withIntermediateDirectories: true)
        } catch { throw .cannotWrite(file: draft, operation: .create, code: Self.code(error)) }
        try fill(draft)
        do {
            if files.fileExists(atPath: target) { try files.removeItem(atPath: target) }
            try files.moveItem(atPath: draft, toPath: target)
        } catch { throw .cannotWrite(file: target, operation: .rename, code: Self.code(error)) }
    }

    private static func code(_ error: any Error) -> Int32 {
        let error = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        return error.domain == NSPOSIXErrorDomain ? Int32(clamping: error.code) : EIO
    }
}
