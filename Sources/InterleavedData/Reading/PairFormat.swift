import Foundation

/// How a picture–text dataset is stored.
///
/// Paths of pictures are relative to the file's folder (or to the image root that is named); absolute ones stay.
package enum PairFormat: String, Sendable, CaseIterable {
    /// JSON rows, one on a line or in a list: `image` (or `file_name`, `path`) with `caption` (a text, a list or null),
    /// `captions`, `text` or `qa` ([[question, answer], ...]), and where wanted `split`, `set`, `label`.
    case pairs
    /// A folder of pictures, at any depth, each with a text file of the same name beside it. Folders in it that are named
    /// train, dev, val, validation or test are splits. Texts without a picture are not looked at.
    case folder
    /// Comma-separated cells (RFC 4180) under a header: `image` (or `path`, `file`, `file_name`, `filename`) with
    /// `caption` (or `text`) or `question` and `answer`, and where wanted `split`, `set`, `label`.
    case csv
    /// The same, separated by tabs.
    case tsv
    /// LAVIS's COCO captions, `[{"image", "caption": text or list}]`, or Karpathy's own `{"images": [{"filepath",
    /// "filename", "sentences": [{"raw"}], "split"}]}`.
    case karpathy
    /// LAVIS's visual questions, `[{"image", "question", "answer": text or list}]`, or `text_input` and `text_output`.
    case vqa
    /// LLaVA's `[{"image", "conversations": [{"from": "human", "value"}, {"from": "gpt", "value"}]}]`.
    case llava
    /// Tar shards, one or a folder of them: `K.jpg` or `K.png` beside `K.txt` or `K.json` (`{"caption"}`).
    case webdataset

    /// All names, for errors and help.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// What an input of this format is, for errors.
    var wants: String {
        switch self {
        case .folder: "it is a folder of pictures, each with a text file of the same name"
        case .webdataset: "it is a tar file, or a folder of them"
        default: "it is a file"
        }
    }
}

/// What was found at a path: its format and the files that hold the rows.
struct PairSource {
    let format: PairFormat
    /// One file; several for shards; the folder itself for a folder of pictures.
    let files: [String]

    /// The files in a folder that list its pictures, in the order in which they are looked for.
    private static let listings = ["pairs.jsonl", "metadata.jsonl", "metadata.csv"]

    /// Looks at the path, and at the start of the file where the name does not tell enough.
    init(path: String, format: PairFormat?) throws(PairDataError) {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .noSuchInput(path: path)
        }
        if isFolder.boolValue {
            self = try Self.inside(folder: path, format: format)
        } else {
            guard format != .folder else { throw .wrongKindOfInput(path: path, format: .folder) }
            if let format { self.init(format, [path]) } else { self.init(try Self.format(ofFile: path), [path]) }
        }
    }

    private init(_ format: PairFormat, _ files: [String]) {
        self.format = format
        self.files = files
    }

    private static func inside(folder: String, format: PairFormat?) throws(PairDataError) -> PairSource {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
            throw .cannotRead(path: folder, reason: error.localizedDescription)
        }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        let shards = names.filter { $0.hasSuffix(".tar") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        switch format {
        case .folder: return PairSource(.folder, [folder])
        case .webdataset:
            guard !shards.isEmpty else { throw .wrongKindOfInput(path: folder, format: .webdataset) }
            return PairSource(.webdataset, shards.map { base + $0 })
        case nil:
            if let listing = listings.first(where: names.contains) {
                return PairSource(try Self.format(ofFile: base + listing), [base + listing])
            }
            return shards.isEmpty
                ? PairSource(.folder, [folder]) : PairSource(.webdataset, shards.map { base + $0 })
        case .some(let other): throw .wrongKindOfInput(path: folder, format: other)
        }
    }

    /// The format that a file's name and first bytes tell.
    private static func format(ofFile path: String) throws(PairDataError) -> PairFormat {
        switch (path.split(separator: "/").last ?? "").split(separator: ".").last?.lowercased() {
        case "csv": return .csv
        case "tsv", "tab": return .tsv
        case "tar": return .webdataset
        default: break
        }
        let start = try DatasetFile.start(of: path, count: 1024)
        if start.starts(with: [0x1F, 0x8B]) { throw .compressed(path: path, by: "gzip") }
        if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { throw .compressed(path: path, by: "zstd") }
        if start.starts(with: Array("PK".utf8)) { throw .compressed(path: path, by: "zip") }
        if start.count >= 262, start[257..<262].elementsEqual("ustar".utf8) { return .webdataset }
        guard !start.isEmpty else { throw .empty(path: path) }
        return try JSONRows(file: path).format()
    }
}
