import Foundation
import JSONText

/// The log of a run, `log.jsonl`: a JSON object a line, only ever appended to.
///
///     let log = try RunLog(creating: "run/log.jsonl")
///     try log.append(step: 1, [("loss", .double(2.5)), ("learning_rate", .double(1e-4))])
///     try log.flush()                         // before a checkpoint takes its name
///     // killed here; then:
///     let resumed = try RunLog(resuming: "run/log.jsonl", throughStep: checkpoint.step)
///
/// Each line reaches the system in one write, so that whoever reads beside us and whoever reads after a kill sees whole
/// lines but for the last. Where the disk is full the part that was written is cut off again: the log stays whole.
/// Write everything about a step before its checkpoint; then a resumed run's log equals an unbroken run's, line by line.
package final class RunLog {
    /// The member that holds a line's step.
    package static let stepKey = "step"

    /// Where the log stands.
    package let path: String
    /// How long the log is, in bytes of whole lines.
    package private(set) var byteCount: Int
    private let file: OpenFile
    private let isOrdinaryFile: Bool
    /// Whether a failed line's start may still stand behind the whole lines.
    private var mayBeTorn = false

    /// Begins a log. `path` may also be a pipe or a device.
    /// - Throws: `ReportFileError.logExists` where a file with lines stands there; `.system`.
    package init(creating path: String) throws(ReportFileError) {
        let file = try OpenFile(path, flags: O_WRONLY | O_CREAT | O_APPEND)
        let length = try file.length()
        guard length ?? 0 == 0 else { throw .logExists(file: path) }
        self.path = path
        self.file = file
        byteCount = 0
        isOrdinaryFile = length != nil
    }

    /// Goes on with a log after `step`: lines of later steps and a torn last line are dropped first.
    ///
    /// The shorter log is written beside and renamed: a kill meanwhile leaves the old one or the new one. Where there is
    /// no log yet, one is begun.
    /// - Throws: `ReportFileError.damagedLine` or `.lineIsNoObject` for a damaged line with a needed one behind it;
    ///   `.system`, also where `path` is no ordinary file.
    package init(resuming path: String, throughStep step: Int) throws(ReportFileError) {
        let oldFile = try OpenFile(path, flags: O_RDONLY | O_CREAT)
        guard try oldFile.length() != nil else { throw .system(file: path, operation: .read, code: EINVAL) }
        let old = try oldFile.contents()
        var kept = Array(old[..<(try LogLines(old).end(ofStep: step, file: path))])
        if let last = kept.last, last != UInt8(ascii: "\n") { kept.append(UInt8(ascii: "\n")) }
        if kept != old { try WholeFile.write(kept, to: path) }
        self.path = path
        file = try OpenFile(path, flags: O_WRONLY | O_APPEND)
        byteCount = kept.count
        isOrdinaryFile = true
    }

    /// Appends the line `{"step": step, ...}`. Numbers that are not finite become `null`.
    /// - Throws: `ReportFileError.system`; the log then holds the lines before.
    package func append(step: Int, _ members: [(key: String, value: JSONValue)]) throws(ReportFileError) {
        try append([(Self.stepKey, .integer(step))] + members)
    }

    /// Appends a line that belongs to no step, such as a run's settings. Numbers that are not finite become `null`.
    /// - Throws: `ReportFileError.system`; the log then holds the lines before.
    package func append(_ members: [(key: String, value: JSONValue)]) throws(ReportFileError) {
        let line = Array((JSONValue.object(members).text + "\n").utf8)
        if mayBeTorn, isOrdinaryFile {
            try file.shorten(to: byteCount)
            mayBeTorn = false
        }
        do { try file.write(line) } catch {
            mayBeTorn = true
            if isOrdinaryFile {
                do {
                    try file.shorten(to: byteCount)
                    mayBeTorn = false
                } catch {
                    // Tried again before the next line; the first error is the one to hear of.
                }
            }
            throw error
        }
        byteCount += line.count
    }

    /// Waits until all lines are on the disk.
    /// - Throws: `ReportFileError.system`.
    package func flush() throws(ReportFileError) { try file.flush() }
}
