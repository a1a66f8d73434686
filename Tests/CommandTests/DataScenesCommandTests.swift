import Foundation
import ImageFiles
import Imaging
import JSONText
import TestFixtures
import Testing

@Suite struct DataScenesCommandTests {
    /// The bytes of every file under a folder, by path.
    private static func contents(of folder: String) throws -> [String: Data] {
        let root = URL(filePath: folder, directoryHint: .isDirectory)
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name.contains(".") {
            contents[name] = try Data(contentsOf: root.appending(path: name))
        }
        return contents
    }

    @Test func `the same seed gives the same bytes on any number of threads, another seed others`() throws {
        let scratch = try ScratchFolder()
        let common = ["data", "scenes", "--count", "60", "--quiet", "--size", "48"]

        let runs = try [["--seed", "3", "--threads", "1"], ["--seed", "3", "--threads", "5"], ["--seed", "4"]]
            .enumerated().map { try CommandRun(common + ["-o", scratch.file("\($0)")] + $1) }

        #expect(runs.allSatisfy { $0.status == 0 && $0.errors.isEmpty })
        let made = try (0..<3).map { try Self.contents(of: scratch.file("\($0)")) }
        #expect(made[0].count == 62 && made[0] == made[1])
        #expect(made[0]["pairs.jsonl"] != made[2]["pairs.jsonl"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).allSatisfy { !$0.contains("partial") })
    }

    @Test func `scenes do not depend on how many there are`() throws {
        let scratch = try ScratchFolder()

        for count in ["10", "30"] {
            _ = try CommandRun(["data", "scenes", "--count", count, "--quiet", "-o", scratch.file(count)])
        }

        let (few, many) = (try Self.contents(of: scratch.file("10")), try Self.contents(of: scratch.file("30")))
        for (name, bytes) in few where name.hasPrefix("images") { #expect(many[name] == bytes) }
    }

    @Test(arguments: [("png", 40), ("jpeg", 64)]) func `rows and pictures fit`(format: String, side: Int) throws {
        let scratch = try ScratchFolder()
        let folder = scratch.file("made")

        let run = try CommandRun([
            "data", "scenes", "-o", folder, "--count", "40", "--format", format, "--size", "\(side)", "--split",
            "train=0.5,dev=0.5",
        ])

        #expect(run.status == 0 && run.output.contains("chance  constant  text only"))
        let rows = try String(contentsOfFile: folder + "/pairs.jsonl", encoding: .utf8).split(separator: "\n").map {
            try #require(JSONValue(parsing: String($0)).object)
        }
        #expect(rows.count == 40)
        #expect(Set(rows.compactMap { $0["split"]?.string }) == ["train", "dev"])
        for row in rows {
            let image = try #require(row["image"]?.string)
            let bitmap = try ImageSource.file(path: folder + "/" + image).bitmap()
            #expect(bitmap.width == side && bitmap.height == side)
            #expect(row["qa"]?.array?.count == row["types"]?.array?.count && row["caption"]?.string?.isEmpty == false)
        }
        let readme = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
        #expect(readme.contains("--count 40 --seed 0 --size \(side) --split train=0.5,dev=0.5 --format \(format)"))
    }

    @Test func `a folder with something in it is left alone`() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.file("full")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(filePath: folder + "/notes.txt"))

        let run = try CommandRun(["data", "scenes", "-o", folder, "--count", "3"])

        #expect(run.status == 74 && run.errors.contains("is there already"))
        #expect(try Self.contents(of: folder).keys.sorted() == ["notes.txt"])
    }

    @Test func `where nothing can be written the status says so`() throws {
        let run = try CommandRun(["data", "scenes", "-o", "/dev/null/scenes", "--count", "3"])

        #expect(run.status == 74 && run.errors.contains("cannot write"))
    }

    @Test(arguments: [
        ["--count", "0"], ["--size", "8"], ["--split", "train"], ["--split", "a=1,a=1"], ["--format", "gif"],
        ["--threads", "0"], ["--seed", "-1"],
    ])
    func `flags out of range are usage errors`(flags: [String]) throws {
        let scratch = try ScratchFolder()

        let run = try CommandRun(["data", "scenes", "-o", scratch.file("x")] + flags)

        #expect(run.status == 64)
        #expect(!FileManager.default.fileExists(atPath: scratch.file("x")))
    }

    @Test func `without a folder to make it is a usage error`() throws {
        #expect(try CommandRun(["data", "scenes"]).status == 64)
    }

    @Test func `the pictures in fixtures are what the code draws`() throws {
        let scratch = try ScratchFolder()
        let committed = Repository.root.appending(path: "fixtures/pictures").path(percentEncoded: false)

        let run = try CommandRun(["data", "scenes", "--fixtures", scratch.path])

        #expect(run.status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: committed).filter { $0 != "README.md" }
        #expect(names.count >= 9)
        for name in names {
            let kept = try ImageSource.file(path: committed + "/" + name).bitmap()
            let drawn = try ImageSource.file(path: scratch.file(name)).bitmap()
            let differences = zip(kept.pixels, drawn.pixels).map { abs(Int($0) - Int($1)) }
            // Other versions of libjpeg may round elsewhere.
            #expect((differences.max() ?? 255) <= (name.hasSuffix(".png") ? 0 : 6), "\(name)")
        }
    }
}
