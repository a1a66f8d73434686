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

@Suite(.enabled(if: Peer.python != nil, "no Python with the tokenizers library here"))
struct PeerTests {
    /// Runs the driver, and compares every tokenizer it tells of with ours. `TOKENS_SEED`, `TOKENS_COUNT` and
    /// `TOKENS_ONLY` in the environment choose other texts.
    private func compare(_ mode: String, _ folders: [String] = [], minimum: Int) throws {
        let out = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: out) }
        let environment = ProcessInfo.processInfo.environment
        var arguments = [mode, out.path] + folders
        for (name, option) in [("TOKENS_SEED", "--seed"), ("TOKENS_COUNT", "--count"), ("TOKENS_ONLY", "--only")] {
            if let value = environment[name] { arguments += [option, value] }
        }
        try Peer.run(Peer.driver, arguments)
        let cases = try PeerCase.all(Array(Data(contentsOf: out.appending(path: "cases.json"))))

        #expect(cases.count >= (environment["TOKENS_ONLY"] == nil ? minimum : 1))
        for peer in cases {
            do {
                let tokenizer: TextTokenizer
                if let folder = peer.folder {
                    tokenizer = try TextTokenizer(folder: URL(filePath: folder))
                } else {
                    let file = try #require(peer.file)
                    tokenizer = try TextTokenizer(
                        tokenizerJSON: Array(try Data(contentsOf: URL(filePath: file))), file: file)
                }
                let differences = peer.differences(tokenizer)
                #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
            } catch {
                Issue.record("\(peer.name): \(error)")
            }
        }
    }

    @Test func `equals the library in every component`() throws { try compare("variants", minimum: 45) }

    @Test func `equals the library on every scalar of some blocks`() throws { try compare("unicode", minimum: 15) }

    @Test func `equals transformers on folders of every kind of file`() throws { try compare("made", minimum: 15) }

    private static let referenceScript = Peer.repository.appending(path: "../shared/peers/make_hf_reference.py")
    private static let trainedFolder = Peer.repository.appending(path: "../shared/checkpoints/tiny-blip2-olmoe")

    @Test(.enabled(if: FileManager.default.fileExists(atPath: referenceScript.path), "no ../shared/peers here"))
    func `equals transformers on the reference checkpoints`() throws {
        let out = FileManager.default.temporaryDirectory.appending(path: "references-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: out) }
        let seed = ProcessInfo.processInfo.environment["TOKENS_SEED"] ?? "1"
        let names = "text-opt,text-olmoe,text-llama,text-t5,text-qwen2,blip2-itm"
        try Peer.run(Self.referenceScript, [out.path, "--cases", names, "--no-train", "--seed", seed])
        let folders = try FileManager.default.contentsOfDirectory(at: out, includingPropertiesForKeys: nil)
            .filter { FileManager.default.fileExists(atPath: $0.appending(path: "tokenizer.json").path) }.map(\.path)

        try compare("folders", folders, minimum: 6)
        try compare("transformers", folders, minimum: 6)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: trainedFolder.path), "no ../shared/checkpoints here"))
    func `equals transformers on the trained checkpoint`() throws {
        try compare("folders", [Self.trainedFolder.path], minimum: 1)
        try compare("transformers", [Self.trainedFolder.path], minimum: 1)
    }
}
