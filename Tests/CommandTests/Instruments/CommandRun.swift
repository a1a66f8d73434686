import Foundation
import JSONText
import TestFixtures
import Testing

/// One run of the built `lorgnette`, to its end.
struct CommandRun {
    /// The exit status.
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String

    /// The binary beside the test bundle that runs now.
    static let binary: String = {
        let arguments = CommandLine.arguments
        let bundle = arguments.first { $0.contains(".xctest") } ?? arguments[0]
        var folder = URL(filePath: bundle)
        while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
        return folder.appending(path: "lorgnette").path(percentEncoded: false)
    }()

    /// Runs the command in the repository's root and waits for it.
    ///
    /// A crash, which a shell would report as 132 or more, fails the test that asked for the run.
    init(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:], output target: String? = nil,
        binary: String = CommandRun.binary, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try #require(FileManager.default.isExecutableFile(atPath: binary), "no binary at \(binary)")
        let scratch = try ScratchFolder()
        let outputFile = try target ?? scratch.write("", "output")
        let process = Process()
        process.executableURL = URL(filePath: binary)
        process.arguments = arguments
        process.currentDirectoryURL = Repository.root
        process.environment = ProcessInfo.processInfo.environment
            .merging(["SWIFT_BACKTRACE": "enable=no", "LORGNETTE_MODEL": ""]) { $1 }
            .merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: try scratch.write(input, "input")))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: outputFile))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: try scratch.write("", "errors")))
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = target == nil ? String(decoding: try scratch.bytes("output"), as: UTF8.self) : ""
        errors = String(decoding: try scratch.bytes("errors"), as: UTF8.self)
        #expect(
            process.terminationReason == .exit && status < 128, "crashed with \(status): \(arguments) \(errors)",
            sourceLocation: sourceLocation)
    }

    /// The lines of standard output.
    var lines: [String] {
        var lines = output.components(separatedBy: "\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The lines of standard output as JSON objects.
    func objects() throws -> [JSONObject] {
        try lines.map { line in try #require(JSONValue(parsing: Array(line.utf8)).object, "\(line)") }
    }
}

extension JSONObject {
    /// The names of the members, in order.
    var names: [String] { members.map(\.key) }

    /// The integers of an array.
    func integers(_ key: String) -> [Int] { self[key]?.array?.compactMap(\.integer) ?? [] }

    /// The numbers of an array.
    func numbers(_ key: String) -> [Double] { self[key]?.array?.compactMap(\.double) ?? [] }
}
