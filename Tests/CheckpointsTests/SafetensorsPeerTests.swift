import Checkpoints
import Foundation
import TensorEngine
import Testing

/// Python with the `safetensors` library, where this machine has it.
private enum Peer {
    static let python: String? = {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? ""
        return [environment["LORGNETTE_PEER_PYTHON"], "\(home)/.cache/peers/venv/bin/python"].compactMap { $0 }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Runs `script` with `arguments` and gives what it prints.
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = ["-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}

@Suite(.enabled(if: Peer.python != nil, "no Python with the safetensors library here"))
struct SafetensorsPeerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `the reference library reads what we write`() throws {
        let path = folder.file("x.safetensors")
        let items = [
            SafetensorsItem("u8", type: .u8, shape: [3], bytes: [1, 2, 3]),
            SafetensorsItem("f32", Tensor([0.5, -1, 2, 3, 4, 5], [2, 3])),
            SafetensorsItem("empty", Tensor([], [0, 5])),
            SafetensorsItem("scalar", Tensor(scalar: 7)),
            SafetensorsItem("f16", Tensor([1, -2], [2]).converted(to: .f16)),
        ]

        try SafetensorsWriter(metadata: ["format": "pt", "note": "é \"x\""]).write(items, to: path)

        let script = """
            import sys
            from safetensors import safe_open
            with safe_open(sys.argv[1], framework="np") as f:
                print(sorted(f.metadata().items()))
                for k in sorted(f.keys()):
                    t = f.get_tensor(k)
                    print(k, t.dtype, t.shape, t.ravel().tolist())
            """
        #expect(
            try Peer.run(script, [path]) == """
                [('format', 'pt'), ('note', 'é "x"')]
                empty float32 (0, 5) []
                f16 float16 (2,) [1.0, -2.0]
                f32 float32 (2, 3) [0.5, -1.0, 2.0, 3.0, 4.0, 5.0]
                scalar float32 () [7.0]
                u8 uint8 (3,) [1, 2, 3]

                """)
    }

    @Test func `we read what the reference library writes`() throws {
        let path = folder.file("x.safetensors")
        let script = """
            import sys, numpy as np
            from safetensors.numpy import save_file
            save_file({"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.array([1, -2], dtype=np.int64),
                       "h": np.array([[1.5]], dtype=np.float16), "t": np.array([True, False]), "e": np.zeros((0, 2), np.float32)},
                      sys.argv[1], metadata={"format": "np"})
            """

        _ = try Peer.run(script, [path])

        let file = try SafetensorsFile(path: path)
        #expect(file.metadata == ["format": "np"])
        #expect(Set(file.entries.map(\.name)) == ["a", "b", "e", "h", "t"])
        #expect(try file.tensor(named: "b").array == counting(6))
        #expect(try file.tensor(named: "b").shape == [2, 3])
        #expect(try file.integers(named: "a") == [1, -2])
        #expect(try file.tensor(named: "h").array == [1.5])
        #expect(try file.integers(named: "t") == [1, 0])
        #expect(try file.tensor(named: "e").shape == [0, 2])
    }
}
