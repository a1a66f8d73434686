import Foundation
import Testing
import TextTokens

/// Python with the `tokenizers` library, where this machine has it.
enum Peer {
    static let python: String? = {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? ""
        return [environment["LORGNETTE_PEER_PYTHON"], "\(home)/.cache/peers/venv/bin/python"].compactMap { $0 }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs a script of `Tests/Peers` (or another file) and waits for it.
    static func run(_ script: URL, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = [script.path] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(script.lastPathComponent) \(arguments) failed")
    }

    static let driver = repository.appending(path: "Tests/Peers/tokenizer_peer.py")
}

@Suite struct PeerTests {
    @Test(.enabled(if: Peer.python != nil, "no Python with the tokenizers library here"))
    func `equals the library in every component`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var arguments = ["variants", folder.path]
        if let only = ProcessInfo.processInfo.environment["TOKENS_ONLY"] { arguments += ["--only", only] }
        if let seed = ProcessInfo.processInfo.environment["TOKENS_SEED"] { arguments += ["--seed", seed] }
        if let count = ProcessInfo.processInfo.environment["TOKENS_COUNT"] { arguments += ["--count", count] }
        try Peer.run(Peer.driver, arguments)
        let cases = try PeerCase.all(Array(Data(contentsOf: folder.appending(path: "cases.json"))))

        #expect(!cases.isEmpty)
        for peer in cases {
            do {
                let file = try #require(peer.file)
                let bytes = Array(try Data(contentsOf: URL(filePath: file)))
                let tokenizer = try TextTokenizer(tokenizerJSON: bytes, file: file)
                let differences = peer.differences(tokenizer)
                #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
            } catch {
                Issue.record("\(peer.name): \(error)")
            }
        }
    }
}
