import Foundation
import TensorEngine
import Testing

@Suite struct MappedFileTests {
    @Test func `a pipe without a writer is refused, not waited for`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try #require(unsafe mkfifo(path, 0o600) == 0)

        let error = #expect(throws: FileMappingError.self) { try MappedFile(path: path) }

        #expect(error?.description == "\(path): cannot open the file: it is no regular file")
    }

    @Test func `a folder is refused as one`() {
        let error = #expect(throws: FileMappingError.self) { try MappedFile(path: "/tmp") }
        #expect(error?.description == "/tmp: cannot open the file: Is a directory")
    }
}
