import Foundation
import ImageFiles
import Imaging
import Testing

@Suite final class ImageSourceTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "lorgnette-\(UUID().uuidString)").path(
        percentEncoded: false)

    init() throws {
        try FileManager.default.createDirectory(atPath: folder + "/b/deep", withIntermediateDirectories: true)
        let png = try Sample.png()
        let jpeg = try Sample.jpeg()
        for (name, bytes) in [
            ("z.png", png), ("a.jpg", jpeg), ("no-extension", png), ("photo.txt", jpeg), ("notes.txt", Array("x".utf8)),
            ("damaged.PNG", Array("x".utf8)), ("empty.jpeg", []), (".hidden.png", png), ("b/c.png", png),
            ("b/deep/d.jpg", jpeg), ("old.gif", Array("GIF89a".utf8)),
        ] {
            try Data(bytes).write(to: URL(filePath: folder + "/" + name))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func names(_ sources: [ImageSource]) -> [String] {
        sources.map { String($0.name.dropFirst(folder.count + 1)) }
    }

    @Test func `a folder gives its pictures by name, damaged ones and foreign formats too`() throws {
        let sources = try ImageSource.sources(for: [folder], recursive: false)

        #expect(
            names(sources) == ["a.jpg", "damaged.PNG", "empty.jpeg", "no-extension", "old.gif", "photo.txt", "z.png"])
        #expect(throws: ImageFileError.notAnImage(name: sources[1].name, firstBytes: [0x78])) {
            try sources[1].bitmap()
        }
        #expect(throws: ImageFileError.empty(name: sources[2].name)) { try sources[2].bitmap() }
        #expect(try sources[3].bitmap() == Sample.bitmap)
    }

    @Test func `a folder is looked through at every depth where that is asked for`() throws {
        try FileManager.default.createSymbolicLink(atPath: folder + "/b/loop", withDestinationPath: folder)

        let found = try names(ImageSource.sources(for: [folder + "/"], recursive: true))

        #expect(found.contains("b/c.png") && found.contains("b/deep/d.jpg"))
        #expect(!found.contains { $0.contains("loop") })
        #expect(found == found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test func `a pipe is no picture, whatever its name says; a link to nothing is told`() throws {
        try #require(unsafe mkfifo(folder + "/b/pipe.png", 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder + "/b/lost.png", withDestinationPath: "/no/such.png")

        #expect(try names(ImageSource.sources(for: [folder + "/b"], recursive: false)) == ["b/c.png", "b/lost.png"])
        #expect(throws: ImageFileError.noSuchInput(name: "")) { try ImageSource.sources(for: [""], recursive: false) }
    }

    @Test func `arguments keep their order`() throws {
        let sources = try ImageSource.sources(for: ["-", "/no/such.png", folder + "/b"], recursive: false)

        #expect(sources == [.standardInput, .file(path: "/no/such.png"), .file(path: folder + "/b/c.png")])
        #expect(sources[0].name == "-")
    }

    @Test func `a file that is not there`() {
        let error = ImageFileError.noSuchInput(name: "/no/such.png")

        #expect(throws: error) { try ImageSource.file(path: "/no/such.png").bitmap() }
        #expect(error.category == .noSuchInput)
    }

    @Test func `a folder without pictures, and one in place of a file`() throws {
        let empty = folder + "/empty"
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)

        #expect(throws: ImageFileError.noImages(folder: empty)) {
            try ImageSource.sources(for: [empty], recursive: true)
        }
        #expect(throws: ImageFileError.isFolder(name: empty)) { try ImageSource.file(path: empty).bytes() }
    }

    @Test(.enabled(if: getuid() != 0, "root may read everything"))
    func `what may not be read`() throws {
        let locked = folder + "/locked.png"
        try Data(Sample.png()).write(to: URL(filePath: locked))
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: locked)

        do {
            _ = try ImageSource.file(path: locked).bytes()
            Issue.record("read")
        } catch {
            #expect(error.category == .readFailure && error.description.contains("locked.png"))
        }
    }

    @Test func `an endless file ends at the limit`() {
        #expect(throws: ImageFileError.tooManyBytes(name: "/dev/zero", limit: 3_000_000)) {
            try ImageSource.file(path: "/dev/zero").bytes(limit: 3_000_000)
        }
    }

    @Test func `the name does not decide what a file is`() throws {
        #expect(try ImageSource.file(path: folder + "/photo.txt").bitmap().width == Sample.bitmap.width)
    }
}
