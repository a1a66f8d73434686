import Checkpoints
import Foundation
import JSONText
import Testing

@Suite struct CheckpointFolderTests {
    private let folder: TemporaryFolder
    private var index: String { folder.path + "/model.safetensors.index.json" }

    init() throws { folder = try TemporaryFolder() }

    /// Writes a shard of one-byte tensors.
    private func writeShard(_ name: String, _ tensors: [String]) throws {
        try folder.write(SafetensorsBytes.file(tensors.map { ($0, "U8", [1], [7]) }), name)
    }

    private func writeIndex(_ places: [(String, String)]) throws {
        let map = places.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",")
        try folder.write("{\"metadata\":{\"total_size\":1},\"weight_map\":{\(map)}}", "model.safetensors.index.json")
    }

    // MARK: - Which files

    @Test func `opens the single file of a folder`() throws {
        try writeShard("model.safetensors", ["a", "b"])

        let opened = try CheckpointFolder(path: folder.path)

        #expect(opened.entries.map(\.name) == ["a", "b"])
        #expect(opened.indexPath == nil)
        #expect(opened.byteCount == 2)
        #expect(opened.file("config.json") == folder.path + "/config.json")
    }

    @Test func `prefers the single file to an index`() throws {
        try writeShard("model.safetensors", ["a"])
        try writeIndex([("b", "absent.safetensors")])

        #expect(try CheckpointFolder(path: folder.path).entries.map(\.name) == ["a"])
    }

    @Test func `opens a file of another name`() throws {
        try writeShard("bridge.safetensors", ["a"])

        #expect(try CheckpointFolder(path: folder.path, weights: "bridge.safetensors").entries.count == 1)
        let byPath = try CheckpointFolder(path: folder.file("bridge.safetensors"))
        #expect(byPath.entries.count == 1)
        #expect(byPath.path + "/" == folder.path + "/" || byPath.path == folder.path + "/")
    }

    @Test func `says what it looked for`() throws {
        let names = ["model.safetensors", "model.safetensors.index.json"]

        #expect(throws: CheckpointError.weightsMissing(folder: folder.path, lookedFor: names)) {
            try CheckpointFolder(path: folder.path)
        }
        #expect(throws: CheckpointError.fileMissing(file: folder.file("none"))) {
            try CheckpointFolder(path: folder.file("none"))
        }
    }

    // MARK: - Shards

    @Test func `finds tensors over all shards`() throws {
        try writeShard("one.safetensors", ["a", "c"])
        try writeShard("two.safetensors", ["b"])
        try writeIndex([("a", "one.safetensors"), ("b", "two.safetensors"), ("c", "one.safetensors")])

        let opened = try CheckpointFolder(path: folder.path)

        #expect(opened.entries.map(\.name) == ["a", "c", "b"])
        #expect(opened.files.count == 2)
        #expect(opened.indexPath == index)
        #expect(opened.file(of: "b")?.path == folder.file("two.safetensors"))
        #expect(opened.entry(named: "x") == nil)
        #expect(opened.byteCount == 3)
    }

    @Test func `lists every absent shard`() throws {
        try writeShard("two.safetensors", ["b"])
        try writeIndex([("a", "one.safetensors"), ("b", "two.safetensors"), ("c", "three.safetensors")])

        #expect(throws: CheckpointError.shardsMissing(index: index, shards: ["one.safetensors", "three.safetensors"])) {
            try CheckpointFolder(path: folder.path)
        }
    }

    @Test func `lists tensors that are not in their shards`() throws {
        try writeShard("one.safetensors", ["a"])
        try writeShard("two.safetensors", ["b"])
        try writeIndex([("a", "two.safetensors"), ("b", "two.safetensors"), ("c", "one.safetensors")])

        let error = #expect(throws: CheckpointError.self) { try CheckpointFolder(path: folder.path) }

        guard case .tensorsNotInShards(let file, let places)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file == index)
        #expect(places.map(\.tensor) == ["a", "c"])
        #expect(places.map(\.shard) == ["two.safetensors", "one.safetensors"])
    }

    @Test func `refuses a tensor in two shards`() throws {
        try writeShard("one.safetensors", ["a", "b"])
        try writeShard("two.safetensors", ["b"])
        try writeIndex([("a", "one.safetensors"), ("b", "two.safetensors")])

        let error = #expect(throws: CheckpointError.self) { try CheckpointFolder(path: folder.path) }

        guard case .tensorsInTwoShards(_, let places)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(places.map(\.tensor) == ["b", "b"])
        #expect(places.map(\.shard) == ["one.safetensors", "two.safetensors"])
    }

    @Test func `refuses a tensor twice in the index`() throws {
        try writeShard("one.safetensors", ["a"])
        try writeIndex([("a", "one.safetensors"), ("a", "two.safetensors")])

        let error = #expect(throws: CheckpointError.self) { try CheckpointFolder(path: folder.path) }

        guard case .tensorsInTwoShards(_, let places)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(places.map(\.shard) == ["one.safetensors", "two.safetensors"])
    }

    @Test func `refuses tensors that the index does not name`() throws {
        try writeShard("one.safetensors", ["a", "stray"])
        try writeIndex([("a", "one.safetensors")])

        let error = #expect(throws: CheckpointError.self) { try CheckpointFolder(path: folder.path) }

        guard case .tensorsNotInIndex(_, let places)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(places.map(\.tensor) == ["stray"])
    }

    @Test func `refuses a damaged shard`() throws {
        let path = try folder.write([1, 2, 3], "one.safetensors")
        try writeIndex([("a", "one.safetensors")])

        #expect(throws: CheckpointError.fileTooShort(file: path, byteCount: 3)) {
            try CheckpointFolder(path: folder.path)
        }
    }

    // MARK: - The index itself

    @Test(arguments: [
        ("[]", "the whole", "an object", "an array"), ("{}", "weight_map", "an object", "nothing"),
        (#"{"weight_map":[]}"#, "weight_map", "an object", "an array"),
        (#"{"weight_map":{},"weight_map":{}}"#, "weight_map", "the key once", "the key twice"),
        (#"{"weight_map":{"a":1}}"#, "weight_map, a", "the name of a file beside the index", "1"),
        (#"{"weight_map":{"a":"../x"}}"#, "weight_map, a", "the name of a file beside the index", "\"../x\""),
        (#"{"weight_map":{"a":".."}}"#, "weight_map, a", "the name of a file beside the index", "\"..\""),
        (#"{"weight_map":{"a":"/etc/x"}}"#, "weight_map, a", "the name of a file beside the index", "\"/etc/x\""),
        (#"{"weight_map":{"a":""}}"#, "weight_map, a", "the name of a file beside the index", "\"\""),
    ])
    func `refuses a malformed index`(text: String, key: String, expected: String, found: String) throws {
        try folder.write(text, "model.safetensors.index.json")

        #expect(throws: CheckpointError.malformedIndex(file: index, key: key, expected: expected, found: found)) {
            try CheckpointFolder(path: folder.path)
        }
    }

    @Test func `refuses an index that is not JSON`() throws {
        try folder.write("{", "model.safetensors.index.json")

        #expect(throws: CheckpointError.indexNotJSON(file: index, reason: .unexpectedEnd, offset: 1)) {
            try CheckpointFolder(path: folder.path)
        }
    }

    @Test func `says that a named index is missing`() {
        #expect(throws: CheckpointError.fileMissing(file: folder.path + "/other.index.json")) {
            try CheckpointFolder(path: folder.path, weights: "other.index.json")
        }
    }
}
