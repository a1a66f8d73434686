import Foundation
import JSONText
import ReportPages
import Testing

@Suite struct RunLogTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("log.jsonl")
    }

    private func log(steps: ClosedRange<Int>) throws {
        let log = try RunLog(creating: path)
        for step in steps { try log.append(step: step, [("loss", .double(Double(step) / 2))]) }
    }

    @Test func `a line an object, in the order of its members`() throws {
        let log = try RunLog(creating: path)
        try log.append([("seed", .integer(7))])
        try log.append(step: 1, [("loss", .double(2.5)), ("text", .string("two\nlines"))])
        try log.flush()

        let text = try folder.text("log.jsonl")

        #expect(text == "{\"seed\": 7}\n{\"step\": 1, \"loss\": 2.5, \"text\": \"two\\nlines\"}\n")
        #expect(log.byteCount == text.utf8.count)
    }

    @Test func `each line is there before the next begins`() throws {
        let log = try RunLog(creating: path)
        try log.append(step: 1, [])

        #expect(try folder.text("log.jsonl") == "{\"step\": 1}\n")
        try log.append(step: 2, [])
        #expect(try folder.text("log.jsonl").hasSuffix("{\"step\": 2}\n"))
    }

    @Test func `what is not finite becomes null`() throws {
        try RunLog(creating: path).append(step: 1, [("loss", .double(.nan)), ("norm", .double(.infinity))])

        #expect(try folder.text("log.jsonl") == "{\"step\": 1, \"loss\": null, \"norm\": null}\n")
    }

    @Test func `a new log does not go over one that stands there`() throws {
        try log(steps: 1...2)
        let before = try folder.text("log.jsonl")

        #expect(throws: ReportFileError.logExists(file: path)) { try RunLog(creating: path) }
        #expect(try folder.text("log.jsonl") == before)
    }

    @Test func `resuming drops the steps after the checkpoint, and only those`() throws {
        try log(steps: 1...9)
        let resumed = try RunLog(resuming: path, throughStep: 6)
        for step in 7...9 { try resumed.append(step: step, [("loss", .double(Double(step) / 2))]) }
        let afterwards = try folder.text("log.jsonl")

        let unbroken = try TemporaryFolder()
        let log = try RunLog(creating: unbroken.path("log.jsonl"))
        for step in 1...9 { try log.append(step: step, [("loss", .double(Double(step) / 2))]) }

        #expect(try afterwards == unbroken.text("log.jsonl"))
        #expect(try folder.names() == ["log.jsonl"])
    }

    @Test(arguments: 1...28)
    func `a last line torn at any byte is dropped`(kept: Int) throws {
        try log(steps: 1...3)
        let whole = try folder.text("log.jsonl")
        let line = #"{"step": 4, "note": "ä and"}"#
        try folder.write(whole + String(decoding: Array(line.utf8.prefix(kept)), as: UTF8.self), to: "log.jsonl")

        let log = try RunLog(resuming: path, throughStep: 4)
        try log.append(step: 5, [])

        #expect(try folder.text("log.jsonl") == whole + "{\"step\": 5}\n")
    }

    @Test func `a whole last line without its end stays`() throws {
        try folder.write("{\"step\": 1}\n{\"step\": 2}", to: "log.jsonl")

        try RunLog(resuming: path, throughStep: 2).append(step: 3, [])

        #expect(try folder.text("log.jsonl") == "{\"step\": 1}\n{\"step\": 2}\n{\"step\": 3}\n")
    }

    @Test func `lines without a step go with those before them`() throws {
        let head = "{\"seed\": 1}\n{\"step\": 1}\n{\"event\": \"dev\"}\n"
        try folder.write(head + "{\"step\": 2}\n{\"event\": \"dev\"}\n", to: "log.jsonl")

        _ = try RunLog(resuming: path, throughStep: 1)

        #expect(try folder.text("log.jsonl") == head)
    }

    @Test func `before the first checkpoint only the head stays`() throws {
        try folder.write("{\"seed\": 1}\n{\"step\": 1}\n", to: "log.jsonl")

        _ = try RunLog(resuming: path, throughStep: 0)

        #expect(try folder.text("log.jsonl") == "{\"seed\": 1}\n")
    }

    @Test func `resuming without a log begins one`() throws {
        try RunLog(resuming: path, throughStep: 3).append(step: 4, [])

        #expect(try folder.text("log.jsonl") == "{\"step\": 4}\n")
    }

    @Test(arguments: ["nonsense", "{\"step\": 2", "\u{0}\u{0}\u{0}"])
    func `a damaged line with needed ones behind it is an error`(damage: String) throws {
        let text = "{\"step\": 1}\n\(damage)\n{\"step\": 3}\n"
        try folder.write(text, to: "log.jsonl")

        let error = #expect(throws: ReportFileError.self) { try RunLog(resuming: path, throughStep: 3) }

        guard case .damagedLine(path, 2, _) = error else { throw try #require(error) }
        #expect(try folder.text("log.jsonl") == text)
    }

    @Test func `a line that is no object is an error`() throws {
        try folder.write("[1]\n{\"step\": 3}\n", to: "log.jsonl")

        #expect(throws: ReportFileError.lineIsNoObject(file: path, line: 1)) {
            try RunLog(resuming: path, throughStep: 3)
        }
    }

    @Test func `damage behind the checkpoint, as after a power cut, is dropped`() throws {
        try folder.write("{\"step\": 1}\n\u{0}\u{0}\n{\"step\": 3}\n", to: "log.jsonl")

        _ = try RunLog(resuming: path, throughStep: 1)

        #expect(try folder.text("log.jsonl") == "{\"step\": 1}\n")
    }

    @Test func `a folder that is not there is an error`() {
        let path = folder.path("nowhere/log.jsonl")

        let error = ReportFileError.system(file: path, operation: .open, code: ENOENT)
        #expect(throws: error) { try RunLog(creating: path) }
        #expect(throws: error) { try RunLog(resuming: path, throughStep: 1) }
    }

    @Test func `what is no file is not resumed`() {
        #expect(throws: ReportFileError.system(file: "/dev/null", operation: .read, code: EINVAL)) {
            try RunLog(resuming: "/dev/null", throughStep: 1)
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full here"))
    func `a full disk is an error that says so`() throws {
        let log = try RunLog(creating: "/dev/full")

        let error = #expect(throws: ReportFileError.self) { try log.append(step: 1, []) }

        #expect(error == .system(file: "/dev/full", operation: .write, code: ENOSPC))
        #expect(error?.description.contains("free some space") == true)
        #expect(log.byteCount == 0)
    }

    #if os(Linux)
        /// A limit on the size of files takes the first part of a line and refuses the rest, as a disk that fills up does.
        @Test func `a line that fits in part leaves no part behind`() async {
            await #expect(processExitsWith: .success) {
                let folder = try TemporaryFolder()
                let path = folder.path("log.jsonl")
                let log = try RunLog(creating: path)
                signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit(rlim_cur: 40, rlim_max: 40)
                try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
                for step in 1...3 { try log.append(step: step, []) }
                let whole = try folder.text("log.jsonl")
                try #require(whole.utf8.count == 36)

                let error = #expect(throws: ReportFileError.self) { try log.append(step: 4, []) }

                try #require(error == .system(file: path, operation: .write, code: EFBIG))
                try #require(try folder.text("log.jsonl") == whole)
            }
        }
    #endif
}
