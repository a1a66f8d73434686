import Checkpoints
import Foundation
import JSONText
import TensorEngine
import Testing

@Suite struct SafetensorsWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var mixed: [SafetensorsItem] {
        [
            SafetensorsItem("bytes", type: .u8, shape: [3], bytes: [1, 2, 3]),
            SafetensorsItem("floats", Tensor(counting(6), [2, 3])),
            SafetensorsItem("halves", Tensor(counting(4), [4]).converted(to: .bf16)),
            SafetensorsItem("empty", Tensor([], [0, 5])), SafetensorsItem("scalar", Tensor(scalar: .nan)),
            SafetensorsItem("ids", type: .i64, shape: [1], bytes: [9, 0, 0, 0, 0, 0, 0, 0]),
            SafetensorsItem("\"quoted\\ é\n", dtype: .f16, shape: [2]) { Tensor([1, -2], [2]).converted(to: .f16) },
        ]
    }

    // MARK: - What is written

    @Test func `reads back the same bits`() throws {
        let path = folder.file("x.safetensors")

        try SafetensorsWriter().write(mixed, to: path)

        let file = try SafetensorsFile(path: path)
        #expect(file.metadata == ["format": "pt"])
        #expect(Set(file.entries.map(\.name)) == Set(mixed.map(\.name)))
        for item in mixed {
            let entry = try #require(file.entry(named: item.name))
            #expect(entry.type == item.type)
            #expect(entry.shape == item.shape)
            #expect(entry.bytes.lowerBound % item.type.alignment == 0)
        }
        #expect(try file.tensor(named: "floats").isMapped)
        #expect(try file.tensor(named: "floats").array == counting(6))
        #expect(try file.tensor(named: "halves").bytes == SafetensorsBytes.bfloats(counting(4)))
        #expect(try file.tensor(named: "scalar").bytes == SafetensorsBytes.floats([.nan]))
        #expect(try file.tensor(named: "\"quoted\\ é\n").array == [1, -2])
        #expect(try file.integers(named: "ids") == [9])
        #expect(try file.integers(named: "bytes") == [1, 2, 3])
        #expect(folder.contents == ["x.safetensors"])
    }

    @Test func `pads the header with spaces to 8 bytes`() throws {
        for length in 1...9 {
            let path = folder.file("x.safetensors")
            try SafetensorsWriter().write(
                [SafetensorsItem(String(repeating: "n", count: length), Tensor([1], [1]))], to: path)

            let bytes = try Array(Data(contentsOf: URL(filePath: path)))

            let header = bytes[..<(bytes.count - 4)]
            #expect(header.count % 8 == 0)
            #expect(header.last == UInt8(ascii: " ") || header.last == UInt8(ascii: "}"))
            #expect(Int(bytes[0]) + Int(bytes[1]) << 8 == header.count - 8)
        }
    }

    @Test func `keeps the order given among tensors of one width`() throws {
        let path = folder.file("x.safetensors")

        try SafetensorsWriter(metadata: [:]).write(
            ["z", "a", "m"].map { SafetensorsItem($0, Tensor([1], [1])) }, to: path)

        let file = try SafetensorsFile(path: path)
        #expect(file.entries.map(\.name) == ["z", "a", "m"])
        #expect(file.metadata.isEmpty)
    }

    @Test func `refuses names that cannot be written, before it writes`() throws {
        let path = try folder.write("before", "x.safetensors")
        let item = SafetensorsItem("a", Tensor([1], [1]))

        #expect(throws: CheckpointError.nameWrittenTwice(tensor: "a")) {
            try SafetensorsWriter().write([item, item], to: path)
        }
        #expect(throws: CheckpointError.nameReserved(tensor: "__metadata__")) {
            try SafetensorsWriter().write([SafetensorsItem("__metadata__", Tensor([1], [1]))], to: path)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
    }

    // MARK: - Shards

    @Test func `cuts shards by bytes and writes their index`() throws {
        let items = (0..<5).map { SafetensorsItem("t\($0)", Tensor(counting(4, from: $0), [4])) }

        try SafetensorsWriter().write(items, inFolder: folder.path, shardLimit: 33)

        #expect(
            folder.contents == [
                "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors",
                "model-00003-of-00003.safetensors", "model.safetensors.index.json",
            ])
        let opened = try CheckpointFolder(path: folder.path)
        #expect(opened.entries.map(\.name) == ["t0", "t1", "t2", "t3", "t4"])
        #expect(opened.files.map(\.entries.count) == [2, 2, 1])
        #expect(try opened.files[2].tensor(named: "t4").array == counting(4, from: 4))
        let index = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: try #require(opened.indexPath)))))
        #expect(index["metadata"]?["total_size"]?.integer == 80)
    }

    @Test func `gives a tensor larger than the limit a shard of its own`() throws {
        let items = [1, 9, 1].enumerated().map { SafetensorsItem("t\($0)", Tensor(counting($1), [$1])) }

        try SafetensorsWriter().write(items, inFolder: folder.path + "/", shardLimit: 8)

        #expect(try CheckpointFolder(path: folder.path).files.map(\.entries.count) == [1, 1, 1])
    }

    @Test func `leaves no weights of the other layout`() throws {
        let items = (0..<3).map { SafetensorsItem("t\($0)", Tensor([Float($0)], [1])) }

        try SafetensorsWriter().write([items[0]], inFolder: folder.path)
        try SafetensorsWriter().write(items, inFolder: folder.path, shardLimit: 8)
        let sharded = try CheckpointFolder(path: folder.path)
        try SafetensorsWriter().write([items[1]], inFolder: folder.path)
        let single = try CheckpointFolder(path: folder.path)

        #expect(sharded.files.count == 2)
        #expect(single.indexPath == nil)
        #expect(!folder.contents.contains("model.safetensors.index.json"))
        // What was opened before is still whole: the old files live on in their maps.
        #expect(try sharded.files[1].tensor(named: "t2").array == [2])
    }

    // MARK: - What goes wrong

    @Test func `replaces a file only when the new one is complete`() throws {
        let path = folder.file("x.safetensors")
        try SafetensorsWriter().write([SafetensorsItem("a", Tensor([1], [1]))], to: path)
        let old = try SafetensorsFile(path: path)

        try SafetensorsWriter().write([SafetensorsItem("a", Tensor([2], [1]))], to: path)

        #expect(try old.tensor(named: "a").array == [1])
        #expect(try SafetensorsFile(path: path).tensor(named: "a").array == [2])
    }

    @Test func `says why a file cannot be created`() {
        let path = folder.file("none/x.safetensors")

        #expect(throws: CheckpointError.cannotWrite(file: path, operation: .create, code: ENOENT)) {
            try SafetensorsWriter().write(mixed, to: path)
        }
    }

    @Test func `leaves a target that cannot be replaced`() throws {
        let path = folder.file("x.safetensors")
        try FileManager.default.createDirectory(atPath: path + "/inside", withIntermediateDirectories: true)

        #expect(throws: CheckpointError.cannotWrite(file: path, operation: .rename, code: EISDIR)) {
            try SafetensorsWriter().write(mixed, to: path)
        }
        #expect(folder.contents == ["x.safetensors"])
    }

    @Test func `says that weights of the other layout cannot be removed`() throws {
        let single = folder.file("model.safetensors")
        try FileManager.default.createDirectory(atPath: single, withIntermediateDirectories: true)

        let error = #expect(throws: CheckpointError.self) {
            try SafetensorsWriter().write(
                ["a", "b"].map { SafetensorsItem($0, Tensor([1], [1])) }, inFolder: folder.path, shardLimit: 4)
        }

        guard case .cannotWrite(single, .remove, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    #if os(Linux)
        @Test func `leaves the target as it was when the disk is full`() async throws {
            // In a process of its own: the limit on file sizes, a full disk's stand-in, holds for a whole process.
            await #expect(processExitsWith: .success) {
                let folder = try TemporaryFolder()
                let path = try folder.write("before", "x.safetensors")
                signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
                try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)

                let error = #expect(throws: CheckpointError.self) {
                    try SafetensorsWriter().write([SafetensorsItem("a", Tensor(repeating: 1, [4096]))], to: path)
                }

                #expect(error == .cannotWrite(file: path, operation: .write, code: EFBIG))
                #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
                #expect(folder.contents == ["x.safetensors"])
            }
        }
    #endif
}
