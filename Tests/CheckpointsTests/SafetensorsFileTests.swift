import Checkpoints
import Foundation
import TensorEngine
import Testing

@Suite struct SafetensorsFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `gives float32 tensors as views of the file`() throws {
        let path = try folder.write(
            SafetensorsBytes.file([("a", "F32", [2, 3], SafetensorsBytes.floats(counting(6)))]), "x.safetensors")

        let tensor = try SafetensorsFile(path: path).tensor(named: "a")

        #expect(tensor.isMapped)
        #expect(tensor.shape == [2, 3])
        #expect(tensor.floats.array == counting(6))
    }

    @Test func `copies float32 tensors that are not aligned`() throws {
        let count = 70_001
        let bytes = SafetensorsBytes.file([
            ("odd", "U8", [3], [1, 2, 3]), ("a", "F32", [count], SafetensorsBytes.floats(counting(count))),
        ])
        let path = try folder.write(bytes, "x.safetensors")

        let tensor = try SafetensorsFile(path: path).tensor(named: "a")

        #expect(!tensor.isMapped)
        #expect(tensor.floats.array == counting(count))
    }

    @Test func `copies 16-bit tensors that are not aligned`() throws {
        let values = SafetensorsBytes.bfloats(counting(9))
        let path = try folder.write(
            SafetensorsBytes.file([("odd", "U8", [1], [1]), ("a", "BF16", [9], values)]), "x.safetensors")

        let tensor = try SafetensorsFile(path: path).tensor(named: "a")

        #expect(!tensor.isMapped)
        #expect(tensor.dtype == .bf16)
        #expect(tensor.bytes == values)
    }

    @Test func `gives whole numbers of every type`() throws {
        let path = try folder.write(
            SafetensorsBytes.file([
                ("u64", "U64", [1], SafetensorsBytes.littleEndian(UInt64(7))),
                ("i64", "I64", [2], [-1, 5].flatMap { SafetensorsBytes.littleEndian(Int64($0)) }),
                ("i32", "I32", [2], [-2, 6].flatMap { SafetensorsBytes.littleEndian(Int32($0)) }),
                ("u32", "U32", [1], SafetensorsBytes.littleEndian(UInt32.max)),
                ("i16", "I16", [1], SafetensorsBytes.littleEndian(Int16(-3))),
                ("u16", "U16", [1], SafetensorsBytes.littleEndian(UInt16.max)),
                ("i8", "I8", [2], [0xFF, 1]), ("u8", "U8", [2], [0xFF, 1]), ("bool", "BOOL", [2], [0, 1]),
            ]), "x.safetensors")

        let file = try SafetensorsFile(path: path)

        #expect(try file.integers(named: "u64") == [7])
        #expect(try file.integers(named: "i64") == [-1, 5])
        #expect(try file.integers(named: "i32") == [-2, 6])
        #expect(try file.integers(named: "u32") == [Int(UInt32.max)])
        #expect(try file.integers(named: "i16") == [-3])
        #expect(try file.integers(named: "u16") == [65535])
        #expect(try file.integers(named: "i8") == [-1, 1])
        #expect(try file.integers(named: "u8") == [255, 1])
        #expect(try file.integers(named: "bool") == [0, 1])
    }

    @Test func `rounds float64 to float32`() throws {
        let path = try folder.write(
            SafetensorsBytes.file([
                ("a", "F64", [2], [0.5, -3].flatMap { SafetensorsBytes.littleEndian($0.bitPattern) })
            ]),
            "x.safetensors")

        #expect(try SafetensorsFile(path: path).tensor(named: "a").floats.array == [0.5, -3])
    }

    @Test func `refuses to take one kind of number for another`() throws {
        let path = try folder.write(
            SafetensorsBytes.file([
                ("big", "U64", [1], SafetensorsBytes.littleEndian(UInt64.max)), ("f", "F32", [1], [0, 0, 0, 0]),
            ]), "x.safetensors")
        let file = try SafetensorsFile(path: path)

        #expect(throws: CheckpointError.notWholeNumbers(file: path, tensor: "big", type: "U64")) {
            try file.integers(named: "big")
        }
        #expect(throws: CheckpointError.notWholeNumbers(file: path, tensor: "f", type: "F32")) {
            try file.integers(named: "f")
        }
        #expect(throws: CheckpointError.notAWeight(file: path, tensor: "big", type: "U64")) {
            try file.tensor(named: "big")
        }
        #expect(throws: CheckpointError.tensorMissing(file: path, tensor: "x")) { try file.tensor(named: "x") }
    }

    @Test func `says which file is missing or cannot be read`() throws {
        let absent = folder.file("none.safetensors")

        #expect(throws: CheckpointError.fileMissing(file: absent)) { try SafetensorsFile(path: absent) }
        #expect(throws: CheckpointError.cannotRead(file: folder.path, code: EISDIR)) {
            try SafetensorsFile(path: folder.path)
        }
    }

    @Test func `refuses an empty file`() throws {
        let path = try folder.write([], "x.safetensors")

        #expect(throws: CheckpointError.fileTooShort(file: path, byteCount: 0)) { try SafetensorsFile(path: path) }
    }
}
