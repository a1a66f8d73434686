import Foundation
import ImageFiles

extension PairReading {
    /// Folders of these names at the top of a folder of pictures are splits.
    private static let splitNames: Set<String> = ["train", "dev", "val", "validation", "test"]

    /// Reads a folder of pictures with a text file beside each.
    mutating func readFolder(_ folder: String) throws(PairDataError) {
        let sources: [ImageSource]
        do { sources = try ImageSource.sources(for: [folder], recursive: true) } catch {
            if case .noImages = error { throw .empty(path: folder) }
            throw .cannotRead(path: folder, reason: "\(error)")
        }
        let root = folder.hasSuffix("/") ? folder : folder + "/"
        for case .file(let path) in sources {
            let id = String(path.dropFirst(root.count))
            let stem = path.split(separator: "/").last?.lastIndex(of: ".").map { String(path[..<$0]) } ?? path
            let textFile = stem + ".txt"
            func problem(_ problem: PairRowError.Problem) -> PairRowError {
                PairRowError(file: folder, place: .picture(id), problem: problem)
            }
            guard FileManager.default.fileExists(atPath: textFile) else {
                problems.append(problem(.noText(expected: "\(textFile.dropFirst(root.count)) beside it")))
                continue
            }
            guard let text = try DatasetFile.bytes(of: textFile).trimmedText else {
                problems.append(problem(.notUTF8))
                continue
            }
            let top = id.split(separator: "/").dropLast().first.map(String.init)
            records.append(
                PairRecord(
                    id: id, picture: .file(path: path), captions: [text],
                    split: top.flatMap { Self.splitNames.contains($0) ? $0 : nil }))
        }
    }
}
