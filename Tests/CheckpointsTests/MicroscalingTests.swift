import Checkpoints
import TensorEngine
import Testing

/// MXFP4 weights; a whole model of them is in `fixtures/parity/text-gpt_oss-mxfp4`.
@Suite struct MicroscalingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func parameters(
        blocks: [UInt8], _ blockShape: [Int], scales: [UInt8]?, _ scaleShape: [Int] = [], type: String = "U8"
    ) throws -> CheckpointParameters {
        var tensors = [(name: "w_blocks", type: type, shape: blockShape, bytes: blocks)]
        if let scales { tensors.append((name: "w_scales", type: "U8", shape: scaleShape, bytes: scales)) }
        let path = try folder.write(SafetensorsBytes.file(tensors), "model.safetensors")
        return CheckpointParameters(
            try CheckpointFolder(path: path),
            rules: [.microscaled(blocks: "*_blocks", scales: "*_scales", into: "*")])
    }

    @Test func `two numbers a byte, the lower first, times a power of two`() throws {
        var bytes = [UInt8](repeating: 0, count: 16)
        (bytes[0], bytes[1], bytes[15]) = (0x21, 0xF7, 0x9A)
        let source = try parameters(blocks: bytes, [1, 1, 16], scales: [128], [1, 1])

        let value = try #require(source.value(at: "w", shape: [1, 32], initialiser: .zeros))

        #expect(value.dtype == .bf16)
        #expect(value.array.prefix(4) == [1, 2, 12, -12] && value.array.suffix(2) == [-2, -1])
        try source.finish()
    }

    private static let unfitting: [(blocks: [Int], scales: [Int])] = [
        ([1, 1, 16], [2]), ([1, 2, 8], [1, 2]), ([16], []),
    ]

    @Test(arguments: unfitting)
    func `numbers and scales that do not fit are told`(blocks: [Int], scales: [Int]) throws {
        let source = try parameters(
            blocks: [UInt8](repeating: 0, count: blocks.reduce(1, *)), blocks,
            scales: [UInt8](repeating: 127, count: scales.reduce(1, *)), scales)

        #expect(source.mismatch.unmapped == [.partsDiffer(parameter: "w", shapes: [blocks, scales])])
    }

    @Test func `numbers without scales, and of another type`() throws {
        let alone = try parameters(blocks: [UInt8](repeating: 0, count: 16), [1, 16], scales: nil)
        #expect(alone.mismatch.unmapped == [.partMissing(parameter: "w", tensor: "w_scales")])

        let floats = try parameters(
            blocks: [UInt8](repeating: 0, count: 64), [1, 16], scales: [127], [1], type: "F32")
        #expect(floats.mismatch.unmapped == [.partsDiffer(parameter: "w", shapes: [[1, 16], [1]])])
    }
}
