import Checkpoints
import Foundation
import Testing

@Suite struct ContentHashTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `hashes files as sha256sum does`() throws {
        // FIPS 180-4's examples.
        let empty = try folder.write([], "empty")
        let abc = try folder.write("abc", "abc")

        #expect(
            try ContentHash(ofFile: empty).description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            try ContentHash(ofFile: abc).description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `hashes files of more than one piece`() throws {
        let path = folder.file("million")
        try Data(repeating: UInt8(ascii: "a"), count: 40_000_000).write(to: URL(filePath: path))

        // sha256sum of 40 million a.
        #expect(
            try ContentHash(ofFile: path).description
                == "4a85e306aab98c44a6aba6476a263bd47310aadd05e5313ad28d6dff6aae3592")
    }

    @Test func `reads back what it prints`() throws {
        let hash = try ContentHash(ofFile: try folder.write("abc", "abc"))

        #expect(ContentHash(hexadecimal: hash.description) == hash)
        #expect(ContentHash(hexadecimal: "abc") == nil)
        #expect(ContentHash(hexadecimal: String(repeating: "g", count: 64)) == nil)
    }

    @Test func `does not depend on shards or order`() throws {
        let items = [
            SafetensorsItem("a", type: .f32, shape: [1], bytes: [1, 2, 3, 4]),
            SafetensorsItem("b", type: .u8, shape: [2], bytes: [5, 6]),
            SafetensorsItem("c", type: .u8, shape: [1], bytes: [7]),
        ]
        let other = try TemporaryFolder()
        try SafetensorsWriter().write(items, inFolder: folder.path)
        try SafetensorsWriter().write(items.reversed(), inFolder: other.path, shardLimit: 2)

        let whole = ContentHash(of: try CheckpointFolder(path: folder.path))
        let sharded = ContentHash(of: try CheckpointFolder(path: other.path))

        #expect(whole == sharded)
    }

    @Test func `depends on names, shapes and every byte`() throws {
        func hash(_ item: SafetensorsItem) throws -> ContentHash {
            let path = folder.file("x.safetensors")
            try SafetensorsWriter().write([item], to: path)
            return ContentHash(of: try CheckpointFolder(path: path))
        }

        let hashes = try [
            hash(SafetensorsItem("a", type: .u8, shape: [2], bytes: [5, 6])),
            hash(SafetensorsItem("b", type: .u8, shape: [2], bytes: [5, 6])),
            hash(SafetensorsItem("a", type: .i8, shape: [2], bytes: [5, 6])),
            hash(SafetensorsItem("a", type: .u8, shape: [2, 1], bytes: [5, 6])),
            hash(SafetensorsItem("a", type: .u8, shape: [2], bytes: [5, 7])),
        ]

        #expect(Set(hashes).count == 5)
    }

    @Test func `hashes chosen tensors and single ones`() throws {
        let items = [
            SafetensorsItem("frozen", type: .u8, shape: [3], bytes: Array("abc".utf8)),
            SafetensorsItem("trained", type: .u8, shape: [1], bytes: [1]),
        ]
        let path = folder.file("model.safetensors")
        try SafetensorsWriter().write(items, to: path)
        let before = ContentHash(of: try CheckpointFolder(path: path)) { $0 == "frozen" }
        try SafetensorsWriter().write(
            [items[0], SafetensorsItem("trained", type: .u8, shape: [1], bytes: [2])], to: path)
        let opened = try CheckpointFolder(path: path)

        let single = ContentHash(of: try #require(opened.entry(named: "frozen")), in: opened.files[0])

        #expect(ContentHash(of: opened) { $0 == "frozen" } == before)
        #expect(single.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `says that a file is missing`() {
        #expect(throws: CheckpointError.fileMissing(file: folder.file("none"))) {
            try ContentHash(ofFile: folder.file("none"))
        }
        #expect(throws: CheckpointError.cannotRead(file: folder.path, code: EISDIR)) {
            try ContentHash(ofFile: folder.path)
        }
    }
}
