import Checkpoints
import Foundation
import Testing

@Suite struct LargeCheckpointTests {
    /// A sharded checkpoint of the size of OLMoE-1B-7B in bfloat16, 3,300 tensors, all holes: it takes no room on disk.
    private func writeSparse(_ folder: TemporaryFolder, shards: Int) throws {
        var places: [String] = []
        for shard in 0..<shards {
            let name = "model-0000\(shard + 1)-of-0000\(shards).safetensors"
            var entries: [String] = []
            var end = 0
            for layer in shard * 16 / shards..<(shard + 1) * 16 / shards {
                for expert in 0..<64 {
                    for part in ["down_proj", "gate_proj", "up_proj"] {
                        let tensor = "model.layers.\(layer).mlp.experts.\(expert).\(part).weight"
                        let byteCount = 1024 * 2048 * 2
                        entries.append(SafetensorsBytes.entry(tensor, "BF16", [1024, 2048], end, end + byteCount))
                        places.append("\"\(tensor)\":\"\(name)\"")
                        end += byteCount
                    }
                }
                for index in 0..<12 {
                    let tensor = "model.layers.\(layer).self_attn.part\(index).weight"
                    entries.append(SafetensorsBytes.entry(tensor, "BF16", [2048, 2048], end, end + 2 * 2048 * 2048))
                    places.append("\"\(tensor)\":\"\(name)\"")
                    end += 2 * 2048 * 2048
                }
            }
            let header = SafetensorsBytes.file("{" + entries.joined(separator: ",") + "}")
            let path = try folder.write(header, name)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: UInt64(header.count + end))
            try file.close()
        }
        try folder.write("{\"weight_map\":{\(places.joined(separator: ","))}}", "model.safetensors.index.json")
    }

    /// Memory of this process that is in use, in bytes.
    private func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(Int(text.split(separator: " ")[1]))
        return pages * 4096
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/statm"), "needs Linux's /proc"))
    func `opens fourteen gigabytes without reading them`() throws {
        let folder = try TemporaryFolder()
        try writeSparse(folder, shards: 4)
        let before = try residentBytes()
        let clock = ContinuousClock()

        var opened: CheckpointFolder?
        let time = try clock.measure { opened = try CheckpointFolder(path: folder.path) }

        let checkpoint = try #require(opened)
        #expect(checkpoint.files.count == 4)
        #expect(checkpoint.entries.count == 16 * (64 * 3 + 12))
        #expect(checkpoint.byteCount > 14_000_000_000)
        // Measured alone: 22 ms and 3 MB. Bounds with room for what other tests of this process do meanwhile.
        #expect(time < .seconds(2))
        #expect(try residentBytes() - before < 100_000_000)
    }
}
