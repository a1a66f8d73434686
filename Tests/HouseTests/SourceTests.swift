import Foundation
import TestFixtures
import Testing

/// Rules of the house that a reader of the source would check.
@Suite struct SourceTests {
    private static let programs = ["lorgnette/", "lorgnette-bench/"]

    /// The Swift files of Sources with their text; of the libraries alone where asked for.
    private func sources(librariesOnly: Bool) throws -> [(path: String, lines: [Substring])] {
        let start = Repository.path("Sources/").count
        return try Repository.swiftFiles(below: "Sources").compactMap { file in
            let path = String(file.path(percentEncoded: false).dropFirst(start))
            if librariesOnly, Self.programs.contains(where: path.hasPrefix) { return nil }
            let text = try String(contentsOf: file, encoding: .utf8)
            return (path, text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    /// The code of a line: comments cut away, doc comments and texts within quotes with them.
    private static func code(_ line: Substring) -> String {
        var code = ""
        var isQuoted = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" { isQuoted.toggle() }
            if !isQuoted {
                if character == "/", previous == "/" { return String(code.dropLast()) }
                code.append(character)
            }
            previous = character
        }
        return code
    }

    @Test func `there are sources`() throws { #expect(try sources(librariesOnly: false).count > 100) }

    @Test func `no file is longer than 500 lines`() throws {
        let long = try sources(librariesOnly: false).filter { $0.lines.count > 501 }.map {
            "\($0.path): \($0.lines.count)"
        }

        #expect(long.isEmpty)
    }

    @Test(arguments: [#"\btry!"#, #"\bas!"#, #"\bfatalError\("#, #"(?<![.\w])print\("#, #"\bnonisolated\(unsafe\)"#])
    func `libraries hold none of what crashes or chatters`(pattern: String) throws {
        let expression = try NSRegularExpression(pattern: pattern)
        let found = try sources(librariesOnly: true).flatMap { path, lines in
            lines.enumerated().filter { _, line in
                let code = Self.code(line)
                return expression.firstMatch(in: code, range: NSRange(code.startIndex..., in: code)) != nil
            }.map { "\(path):\($0.offset + 1): \($0.element)" }
        }

        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test(arguments: ["/work/", "/root/", "/home/", "/Users/", "../shared"])
    func `no source knows the machine it was written on`(text: String) throws {
        let found = try sources(librariesOnly: false).flatMap { path, lines in
            lines.filter { $0.contains(text) }.map { "\(path): \($0)" }
        }

        #expect(found.isEmpty)
    }

    @Test func `the README's first two commands are there, and ask for nothing`() throws {
        let path = Repository.path("README.md")
        guard FileManager.default.fileExists(atPath: path) else {
            FileHandle.standardError.write(Data("no README.md yet: its commands are not checked\n".utf8))
            return
        }
        let parts = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n```sh\n")
        try #require(parts.count >= 3, "two ```sh blocks")
        let blocks = parts[1...2].compactMap { $0.components(separatedBy: "\n```").first }

        #expect(
            blocks.allSatisfy { !$0.isEmpty && !$0.contains("<") && !$0.contains("/path/to") && !$0.hasPrefix("$ ") })
        #expect(blocks[0].contains("lorgnette caption") && blocks[1].contains("swift test"))
        for word in blocks.joined(separator: " ").split(whereSeparator: \.isWhitespace)
        where word.hasPrefix("fixtures/") {
            #expect(FileManager.default.fileExists(atPath: Repository.path(String(word))), "\(word)")
        }
    }
}
