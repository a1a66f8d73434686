import Foundation
import JSONText
import ReportPages
import Testing

@Suite struct RunRecordsTests {
    private func records(_ text: String) throws -> RunRecords {
        try RunRecords(bytes: Array(text.utf8), file: "log.jsonl")
    }

    @Test func `reads what a log wrote`() throws {
        let folder = try TemporaryFolder()
        let log = try RunLog(creating: folder.path("log.jsonl"))
        try log.append([("seed", .integer(3))])
        for step in 1...3 { try log.append(step: step, [("loss", .double(1 / Double(step)))]) }

        let records = try RunRecords(path: folder.path("log.jsonl"))

        #expect(records.series("loss") == (1...3).map { ChartPoint(x: Double($0), y: 1 / Double($0)) })
        #expect(records.tornByteCount == 0)
        #expect(records.numericKeys == ["seed", "loss"])
    }

    @Test func `null is a number that was not finite, and what is missing is passed over`() throws {
        let series = try records(
            "{\"step\": 1, \"loss\": null}\n{\"step\": 2}\n{\"step\": 3, \"loss\": \"x\"}\n{\"loss\": 1}\n"
        ).series("loss")

        #expect(series.count == 1 && series[0].x == 1 && series[0].y.isNaN)
    }

    @Test func `a dot reaches into objects, where no key bears the whole name`() throws {
        let records = try records("{\"step\": 1, \"a\": {\"b\": {\"c\": 2}}, \"a.x\": 3}\n")

        #expect(records.series("a.b.c") == [ChartPoint(x: 1, y: 2)])
        #expect(records.series("a.x") == [ChartPoint(x: 1, y: 3)])
        #expect(records.series("a.b") == [] && records.series("q.r") == [])
        #expect(records.numericKeys == ["a.b.c", "a.x"])
    }

    @Test func `a series against another number`() throws {
        let records = try records("{\"step\": 1, \"tokens\": 100, \"loss\": 2}\n")

        #expect(records.series("loss", against: "tokens") == [ChartPoint(x: 100, y: 2)])
    }

    @Test func `steps that are marked`() throws {
        let records = try records("{\"step\": 1, \"best\": true}\n{\"step\": 2, \"best\": false}\n{\"best\": true}\n")

        #expect(records.steps(where: "best") == [1])
    }

    @Test func `a torn last line is left out and counted`() throws {
        let records = try records("{\"step\": 1}\r\n\n{\"step\": 2, \"lo")

        #expect(records.records.count == 1)
        #expect(records.tornByteCount == 15)
    }

    @Test(arguments: ["x\n{}\n", "x\n"])
    func `a damaged line names file and line`(text: String) {
        let reason = JSONError(reason: .unexpectedByte(0x78), offset: 0)

        #expect(throws: ReportFileError.damagedLine(file: "log.jsonl", line: 1, reason: reason)) { try records(text) }
    }

    @Test func `a line that is no object names file and line`() {
        #expect(throws: ReportFileError.lineIsNoObject(file: "log.jsonl", line: 2)) { try records("{}\n3\n{}\n") }
    }

    @Test func `a log that is not there, or is a folder, is an error`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("log.jsonl")

        #expect(throws: ReportFileError.system(file: path, operation: .open, code: ENOENT)) {
            try RunRecords(path: path)
        }
        #expect(throws: ReportFileError.system(file: folder.path(""), operation: .read, code: EISDIR)) {
            try RunRecords(path: folder.path(""))
        }
    }

    @Test(arguments: ["", "\n", " \n\n"])
    func `an empty log has nothing`(text: String) throws {
        #expect(try records(text).records.isEmpty)
    }
}
