import Checkpoints
import Foundation
import TensorEngine
import Testing

/// Weights in blocks, in files that know none.
@Suite struct BlockLayoutTests {
    private let folder: TemporaryFolder
    private let weights = Tensor((0..<192).map { Float($0 % 29) / 7 - 2 }, [3, 64])

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [DType.q8_0, .q4_0])
    func `blocks are written and mapped, every bit the same`(type: DType) throws {
        let blocks = weights.converted(to: type)
        let items = [
            SafetensorsItem("odd", type: .u8, shape: [3], bytes: [1, 2, 3]), SafetensorsItem("w", blocks),
            SafetensorsItem("gain", Tensor([1, 2], [2])),
            SafetensorsItem("made", dtype: type, shape: [3, 64]) { blocks },
        ]

        try SafetensorsWriter().write(items, inFolder: folder.path)

        let read = try CheckpointFolder(path: folder.path)
        #expect(read.isQuantised)
        for name in ["w", "made"] {
            let entry = try #require(read.entry(named: name))
            #expect(entry.type == StoredType(type) && entry.shape == [3, 64] && entry.count == 192)
            let tensor = try read.files[0].tensor(named: name)
            #expect(tensor.dtype == type && tensor.isMapped && tensor.bytes == blocks.bytes)
        }
        #expect(read.entry(named: "gain")?.type == .f32 && read.entry(named: "odd")?.type == .u8)
        let parameters = CheckpointParameters(read, rules: [.rename("w", to: "x")])
        #expect(parameters.value(at: "w", shape: [3, 64], initialiser: .zeros)?.bytes == blocks.bytes)
        #expect(parameters.byteCount(holding: .f32) == (2 * 192 + 2) * 4)
        #expect(parameters.byteCount(holding: .auto) == 2 * blocks.byteCount + 8)
    }

    /// Any other reader sees bytes, and which they are.
    @Test func `the file is as the format has it`() throws {
        let path = folder.file("x.safetensors")
        try SafetensorsWriter().write([SafetensorsItem("w", weights.converted(to: .q8_0))], to: path)

        let bytes = try Array(Data(contentsOf: URL(filePath: path)))

        let length = Int(bytes[0]) + Int(bytes[1]) << 8
        let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        #expect(header.contains(#""dtype": "U8""#) && header.contains("[3, 2, 34]"))
        #expect(header.contains(#""blocks w": "q8_0""#) && bytes.count == 8 + length + 3 * 2 * 34)
    }

    @Test(arguments: [
        ("q8_0", "U8", [3, 2, 18]), ("q4_0", "U8", [3, 2, 34]), ("q8_0", "I8", [3, 2, 34]), ("q8_0", "U8", [68]),
        ("q2_k", "U8", [3, 2, 34]), ("f32", "U8", [3, 2, 34]),
    ])
    func `metadata that the tensor does not bear out are refused`(said: String, type: String, shape: [Int]) throws {
        let count = shape.reduce(1, *)
        let header =
            #"{"__metadata__":{"blocks w":"\#(said)"},"#
            + SafetensorsBytes.entry("w", type, shape, 0, count) + "}"
        let path = try folder.write(
            SafetensorsBytes.file(header, data: [UInt8](repeating: 0, count: count)), "x.safetensors")

        #expect {
            try SafetensorsFile(path: path)
        } throws: {
            guard case CheckpointError.malformedEntry(path, "__metadata__", "blocks w", _, _) = $0 else { return false }
            return true
        }
    }

    @Test func `no file names a block type itself`() throws {
        let path = try folder.write(
            SafetensorsBytes.file("{" + SafetensorsBytes.entry("w", "Q8_0", [34], 0, 34) + "}", data: Array(0..<34)),
            "x.safetensors")

        #expect(throws: CheckpointError.unknownType(file: path, tensor: "w", found: "Q8_0")) {
            try SafetensorsFile(path: path)
        }
    }
}
