import Foundation
import JSONText
import ReportPages
import Testing

@Suite struct WholeFileTests {
    @Test func `takes the place of what stood there`() throws {
        let folder = try TemporaryFolder()
        try folder.write("old and longer", to: "page.html")

        try WholeFile.write("new", to: folder.path("page.html"))

        #expect(try folder.text("page.html") == "new")
        #expect(try folder.names() == ["page.html"])
    }

    @Test func `a missing folder is named with the file`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("nowhere/page.html")

        #expect(throws: ReportFileError.system(file: path, operation: .open, code: ENOENT)) {
            try WholeFile.write("x", to: path)
        }
    }

    @Test func `a name that is taken by a folder leaves nothing behind`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("page.html"), withIntermediateDirectories: true)

        #expect(throws: ReportFileError.system(file: folder.path("page.html"), operation: .rename, code: EISDIR)) {
            try WholeFile.write("x", to: folder.path("page.html"))
        }
        #expect(try folder.names() == ["page.html"])
    }

    @Test func `each error says what, where and what to do`() {
        let json = JSONError(reason: .badNumber, offset: 4)
        let texts = [
            ReportFileError.system(file: "f", operation: .write, code: ENOSPC), .logExists(file: "f"),
            .damagedLine(file: "f", line: 3, reason: json), .lineIsNoObject(file: "f", line: 3),
        ].map(\.description)

        #expect(
            texts == [
                "f: cannot write: No space left on device; free some space, then go on from the last checkpoint",
                "f: a log stands here already; resume its run, or name another folder",
                "f: line 3 is damaged (not JSON: malformed number at byte 4); remove that line to read the others",
                "f: line 3 is not a JSON object; remove that line to read the others",
            ])
        let flush = ReportFileError.system(file: "f", operation: .flushFolder, code: EIO).description
        #expect(flush.hasPrefix("f: cannot flush the folder of: "))
    }
}
