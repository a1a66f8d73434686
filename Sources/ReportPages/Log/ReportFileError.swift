import Foundation
import JSONText

/// What went wrong between a log or a page and the disk.
package enum ReportFileError: Error, Equatable, CustomStringConvertible {
    /// What was being done.
    package enum Operation: String, Sendable {
        case open, read, write, flush, shorten, rename
        case flushFolder = "flush the folder of"
    }

    /// The system refused, with its error number.
    case system(file: String, operation: Operation, code: Int32)
    /// A new log was to be begun where one with lines stands already.
    case logExists(file: String)
    /// A line in the middle of a log, counted from 1, is not JSON.
    case damagedLine(file: String, line: Int, reason: JSONError)
    /// A line in the middle of a log, counted from 1, is JSON but no object.
    case lineIsNoObject(file: String, line: Int)

    /// One sentence: what, where, and what to do.
    package var description: String {
        switch self {
        case .system(let file, let operation, let code):
            let advice =
                code == ENOSPC || code == EDQUOT ? "; free some space, then go on from the last checkpoint" : ""
            return "\(file): cannot \(operation.rawValue): \(unsafe String(cString: strerror(code)))\(advice)"
        case .logExists(let file):
            return "\(file): a log stands here already; resume its run, or name another folder"
        case .damagedLine(let file, let line, let reason):
            return "\(file): line \(line) is damaged (\(reason)); remove that line to read the others"
        case .lineIsNoObject(let file, let line):
            return "\(file): line \(line) is not a JSON object; remove that line to read the others"
        }
    }
}
