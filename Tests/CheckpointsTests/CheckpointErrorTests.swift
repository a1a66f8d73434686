import Checkpoints
import Foundation
import JSONText
import Testing

@Suite struct CheckpointErrorTests {
    @Test(arguments: [
        (CheckpointError.fileMissing(file: "f"), "f: no such file"),
        (.cannotRead(file: "f", code: EACCES), "f: cannot read the file: Permission denied"),
        (.weightsMissing(folder: "d", lookedFor: ["a", "b"]), "d: no weights here; expected a or b"),
        (
            .fileTooShort(file: "f", byteCount: 3),
            "f: not a safetensors file: 3 bytes are too few for a header's length (8)"
        ),
        (
            .headerPastEnd(file: "f", headerLength: 99, fileByteCount: 10),
            "f: byte 0 says the header is 99 bytes long, but the file has 10 in all: it was cut short, or is not a "
                + "safetensors file"
        ),
        (
            .headerTooLong(file: "f", headerLength: 200, limit: 100),
            "f: byte 0 says the header is 200 bytes long; at most 100 are read"
        ),
        (
            .headerNotJSON(file: "f", reason: .badNumber, offset: 9),
            "f: the header is not JSON: malformed number at byte 9"
        ),
        (.headerNotObject(file: "f", found: "nothing"), "f: the header at byte 8 must be a JSON object, found nothing"),
        (.duplicateTensor(file: "f", tensor: "t"), "f: the header has t twice"),
        (
            .malformedEntry(file: "f", tensor: "t", key: "shape", expected: "an array", found: "null"),
            "f: header entry t, shape: expected an array, found null"
        ),
        (
            .malformedEntry(file: "f", tensor: "t", key: nil, expected: "an object", found: "null"),
            "f: header entry t: expected an object, found null"
        ),
        (.unknownType(file: "f", tensor: "t", found: "F33"), "f: t has the unknown dtype \"F33\""),
        (.shapeTooLarge(file: "f", tensor: "t", shape: [1, 2]), "f: the shape [1, 2] of t overflows"),
        (
            .sizeMismatch(file: "f", tensor: "t", type: "F32", shape: [2], expected: 8, found: 4),
            "f: t is F32 [2], 8 bytes, but its data_offsets hold 4"
        ),
        (
            .offsetsOutOfRange(file: "f", tensor: "t", begin: 4, end: 9, dataByteCount: 8),
            "f: data_offsets [4, 9] of t lie outside of the 8 bytes of data: the file was cut short, or its header is "
                + "damaged"
        ),
        (
            .overlappingTensors(file: "f", first: "a", second: "b", offset: 12),
            "f: b begins at byte 12, inside of a"
        ),
        (.unclaimedBytes(file: "f", offset: 12, byteCount: 3), "f: 3 bytes from byte 12 on belong to no tensor"),
        (
            .indexNotJSON(file: "f", reason: .badEscape, offset: 1),
            "f: not JSON: malformed escape in a string at byte 1"
        ),
        (
            .malformedIndex(file: "f", key: "weight_map", expected: "an object", found: "nothing"),
            "f: weight_map: expected an object, found nothing"
        ),
        (.shardsMissing(index: "f", shards: ["a", "b"]), "f: these shards are missing: a, b"),
        (.tensorMissing(file: "f", tensor: "t"), "f: has no tensor t"),
        (.notAWeight(file: "f", tensor: "t", type: "I64"), "f: t holds I64, not weights"),
        (.notWholeNumbers(file: "f", tensor: "t", type: "F32"), "f: t holds F32, not whole numbers of 64 bits"),
        (
            .cannotWrite(file: "f", operation: .write, code: ENOSPC),
            "f: cannot write the file: No space left on device; what stood there before is untouched"
        ),
        (
            .cannotWrite(file: "f", operation: .remove, code: EISDIR), "f: cannot remove the file: Is a directory"
        ),
        (.nameWrittenTwice(tensor: "t"), "two tensors to be written are called t"),
        (
            .nameReserved(tensor: "__metadata__"),
            "no tensor can be called __metadata__: safetensors keeps that name for itself"
        ),
    ])
    func `says what, where and what to do`(error: CheckpointError, sentence: String) {
        #expect(error.description == sentence)
    }

    @Test func `names the tensors and shards that do not agree`() throws {
        let folder = try TemporaryFolder()
        let shard = SafetensorsBytes.file([("a", "U8", [1], [1]), ("b", "U8", [1], [1])])
        try folder.write(shard, "one.safetensors")
        try folder.write(shard, "two.safetensors")
        func sentence(_ map: String) throws -> String {
            let index = try folder.write("{\"weight_map\":{\(map)}}", "model.safetensors.index.json")
            let error = #expect(throws: CheckpointError.self) { try CheckpointFolder(path: folder.path) }
            return (error?.description ?? "").replacing(index, with: "index")
        }

        #expect(
            try sentence(#""a":"one.safetensors","b":"two.safetensors""#)
                == "index: tensors that stand in more than one shard: a (one.safetensors), a (two.safetensors), "
                + "b (one.safetensors), b (two.safetensors)")
        #expect(
            try sentence(#""a":"one.safetensors","c":"one.safetensors","b":"one.safetensors""#)
                == "index: tensors that are not in the shard named for them: c (one.safetensors)")
        #expect(
            try sentence(#""a":"one.safetensors""#)
                == "index: shards hold tensors that the index does not name: b (one.safetensors)")
    }

    @Test(arguments: [
        (
            MappingProblem.notDivisible(tensor: "t", shape: [5], axis: 0, parts: 2),
            "t: axis 0 of [5] does not divide into 2 equal parts"
        ),
        (.notAStack(tensor: "t", shape: [5], limit: 9), "t: [5] is not a stack of 1 to 9 tensors"),
        (.notReshapable(tensor: "t", shape: [5], to: [2]), "t: [5] holds another number of elements than [2]"),
        (.notAMatrix(tensor: "t", shape: [5]), "t: [5] has no two axes to exchange"),
        (.partMissing(parameter: "p", tensor: "t"), "p: its part t is missing"),
        (.partsDiffer(parameter: "p", shapes: [[1], [2, 2]]), "p: its parts [1], [2, 2] do not join"),
        (.ambiguous(parameter: "p", tensors: ["a", "b"]), "p: stored more than once, as a and b"),
    ])
    func `says what names promise and tensors do not keep`(problem: MappingProblem, sentence: String) {
        #expect(problem.description == sentence)
    }
}
