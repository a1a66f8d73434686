import Foundation
import TensorEngine

/// Reads files of datasets.
enum DatasetFile {
    /// The file, mapped.
    static func map(_ path: String) throws(PairDataError) -> MappedFile {
        do { return try MappedFile(path: path) } catch {
            throw error.isMissing
                ? .noSuchInput(path: path)
                : .cannotRead(path: path, reason: unsafe String(cString: strerror(error.code)))
        }
    }

    /// All bytes of the file.
    static func bytes(of path: String) throws(PairDataError) -> [UInt8] {
        let map = try map(path)
        return map.bytes(in: 0..<map.byteCount)
    }

    /// The first bytes of the file, at most `count`.
    static func start(of path: String, count: Int) throws(PairDataError) -> [UInt8] {
        let map = try map(path)
        return map.bytes(in: 0..<min(count, map.byteCount))
    }

    /// The folder of a path: all before its last slash, `.` where there is none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path that starts from a folder, unless it is absolute.
    static func path(_ path: String, in folder: String) -> String {
        if path.hasPrefix("/") || folder == "." { return path }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }
}

extension [UInt8] {
    /// The bytes as text, blanks and line ends at both ends left out; nil where they are not UTF-8.
    var trimmedText: String? { String(validating: self, as: UTF8.self)?.trimmed }
}

extension String {
    /// Without blanks and line ends at either end.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
