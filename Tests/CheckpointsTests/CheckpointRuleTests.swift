import Checkpoints
import TensorEngine
import Testing

/// Rules seen through `CheckpointParameters`: what comes out, from where, and what is said when it cannot.
@Suite struct CheckpointRuleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Parameters from float32 tensors that count their elements from 0.
    private func parameters(_ shapes: [(String, [Int])], _ rules: CheckpointRules) throws -> CheckpointParameters {
        let tensors = shapes.map { ($0, "F32", $1, SafetensorsBytes.floats(counting($1.reduce(1, *)))) }
        let path = try folder.write(SafetensorsBytes.file(tensors), "model.safetensors")
        return CheckpointParameters(try CheckpointFolder(path: path), rules: rules)
    }

    private func value(_ path: String, _ shape: [Int], _ parameters: CheckpointParameters) throws -> Tensor {
        try #require(parameters.value(at: path, shape: shape, initialiser: .zeros))
    }

    // MARK: - Names

    @Test func `renames one after the other, and leaves the rest`() throws {
        let source = try parameters(
            [("bert.layer.1.LayerNorm.gamma", [2]), ("other", [1])],
            [.rename("bert.*", to: "qformer.*"), .rename("*.gamma", to: "*.weight")])

        #expect(source.paths == ["qformer.layer.1.LayerNorm.weight", "other"])
        #expect(source.contains("other"))
        #expect(!source.contains("bert.layer.1.LayerNorm.gamma"))
    }

    @Test func `renames with two numbers`() throws {
        let source = try parameters(
            [("blocks.3.expert7.w1", [2, 2])], [.rename("blocks.{i}.expert{e}.w1", to: "layers.{i}.experts.{e}.gate")])

        #expect(source.paths == ["layers.3.experts.7.gate"])
    }

    @Test func `ignores what a rule says`() throws {
        let source = try parameters(
            [("position_ids", [2]), ("w", [1])], [.ignore("*position_ids", because: "counts from 0")])

        _ = try value("w", [1], source)

        #expect(source.mismatch.isEmpty)
        try source.finish()
    }

    // MARK: - Views

    @Test func `splits rows without copying`() throws {
        let source = try parameters(
            [("l.0.qkv.weight", [6, 2])],
            [.split("*.qkv.weight", into: ["*.query.weight", "*.key.weight", "*.value.weight"])])

        let key = try value("l.0.key.weight", [2, 2], source)

        #expect(key.isMapped)
        #expect(key.floats.array == [4, 5, 6, 7])
        #expect(source.paths == ["l.0.query.weight", "l.0.key.weight", "l.0.value.weight"])
    }

    @Test func `splits in shares`() throws {
        let source = try parameters([("qkv", [8, 1])], [.split("qkv", into: ["q", "k", "v"], shares: [2, 1, 1])])

        #expect(try value("q", [4, 1], source).floats.array == [0, 1, 2, 3])
        #expect(try value("k", [2, 1], source).floats.array == [4, 5])
        #expect(try value("v", [2, 1], source).floats.array == [6, 7])
        try source.finish()
    }

    @Test func `takes fused experts apart without copying`() throws {
        let source = try parameters(
            [("m.experts.gate_up_proj", [2, 4, 3])],
            [
                .unstack("*.experts.gate_up_proj", into: "*.experts.{e}.gate_up"),
                .split("*.gate_up", into: ["*.gate_proj.weight", "*.up_proj.weight"]),
            ])

        let up = try value("m.experts.1.up_proj.weight", [2, 3], source)

        #expect(up.isMapped)
        #expect(up.floats.array == counting(6, from: 18))
        #expect(
            source.paths == [
                "m.experts.0.gate_proj.weight", "m.experts.0.up_proj.weight", "m.experts.1.gate_proj.weight",
                "m.experts.1.up_proj.weight",
            ])
    }

    @Test func `gives another shape without copying`() throws {
        let source = try parameters([("w", [2, 6])], [.reshape("w", [4, -1])])

        let tensor = try value("w", [4, 3], source)

        #expect(tensor.isMapped)
        #expect(tensor.floats.array == counting(12))
    }

    // MARK: - Copies

    @Test func `splits along another axis`() throws {
        let source = try parameters([("w", [2, 4, 1])], [.split("w", into: ["a", "b"], axis: 1)])

        #expect(try value("b", [2, 2, 1], source).floats.array == [2, 3, 6, 7])
        #expect(try value("a", [2, 2, 1], source).floats.array == [0, 1, 4, 5])
    }

    @Test func `takes interleaved heads apart`() throws {
        // [heads · 3 · headWidth, width], as GPT-NeoX fuses them.
        let source = try parameters(
            [("qkv", [12, 1])],
            [
                .reshape("qkv", [2, 3, 2, 1]), .split("qkv", into: ["q", "k", "v"], axis: 1),
                .reshape("k", [-1, 1]),
            ])

        #expect(try value("k", [4, 1], source).floats.array == [2, 3, 8, 9])
    }

    @Test func `joins, with zeros between`() throws {
        let source = try parameters(
            [("b.0.v_bias", [2]), ("b.0.q_bias", [2]), ("b.1.q_bias", [2]), ("b.1.v_bias", [2])],
            [.join(["*.q_bias", .zeros, "*.v_bias"], into: "*.qkv.bias")])

        #expect(source.paths == ["b.0.qkv.bias", "b.1.qkv.bias"])
        #expect(try value("b.0.qkv.bias", [6], source).floats.array == [0, 1, 0, 0, 0, 1])
    }

    @Test func `joins rows of matrices`() throws {
        let source = try parameters([("a", [1, 2]), ("b", [2, 2])], [.join(["b", "a"], into: "ba")])

        #expect(try value("ba", [3, 2], source).floats.array == [0, 1, 2, 3, 0, 1])
        try source.finish()
    }

    @Test func `transposes matrices, alone and stacked`() throws {
        let source = try parameters(
            [("c.weight", [2, 3]), ("s", [2, 1, 2]), ("e", [0, 3, 2])],
            [.transpose("c.weight"), .transpose("s"), .transpose("e")])

        #expect(try value("c.weight", [3, 2], source).floats.array == [0, 3, 1, 4, 2, 5])
        #expect(try value("s", [2, 2, 1], source).floats.array == [0, 1, 2, 3])
        #expect(try value("e", [0, 2, 3], source).count == 0)
    }

    @Test func `transposes what it splits and joins`() throws {
        let source = try parameters(
            [("c", [2, 4])], [.transpose("c"), .split("c", into: ["a", "b"]), .join(["b", "a"], into: "ba")])

        #expect(try value("ba", [4, 2], source).floats.array == [2, 6, 3, 7, 0, 4, 1, 5])
    }

    // MARK: - Problems

    @Test func `lists everything that the rules cannot do`() throws {
        let source = try parameters(
            [
                ("qkv", [5, 2]), ("scalar", []), ("flat", [4]), ("empty", [3, 0]), ("shape", [6]), ("odd", [5]),
                ("p.q_bias", [2]), ("j.a", [2, 3]), ("j.b", [2, 2]), ("one", [1]), ("two", [1]),
            ],
            [
                .split("qkv", into: ["q", "k"]), .split("scalar", into: ["s", "t"]), .unstack("flat", into: "f{e}"),
                .unstack("empty", into: "e{e}"), .reshape("shape", [4]), .reshape("odd", [2, -1]), .transpose("one"),
                .join(["*.q_bias", .zeros, "*.v_bias"], into: "*.qkv.bias"), .join(["j.a", "j.b"], into: "j"),
                .rename("two", to: "both"), .rename("k", to: "both"),
            ])

        let limit = 65536
        #expect(
            source.mismatch.unmapped == [
                .notDivisible(tensor: "qkv", shape: [5, 2], axis: 0, parts: 2),
                .notDivisible(tensor: "scalar", shape: [], axis: 0, parts: 2),
                .notAStack(tensor: "flat", shape: [4], limit: limit),
                .notAStack(tensor: "empty", shape: [3, 0], limit: limit),
                .notReshapable(tensor: "shape", shape: [6], to: [4]),
                .notReshapable(tensor: "odd", shape: [5], to: [2, -1]), .notAMatrix(tensor: "one", shape: [1]),
                .partMissing(parameter: "p.qkv.bias", tensor: "p.v_bias"),
                .partsDiffer(parameter: "j", shapes: [[2, 3], [2, 2]]),
            ])
        #expect(throws: CheckpointError.self) { try source.finish() }
    }

    @Test func `tells of two tensors for one parameter`() throws {
        let source = try parameters([("a", [1]), ("b", [1])], [.rename("a", to: "c"), .rename("b", to: "c")])

        #expect(source.mismatch.unmapped == [.ambiguous(parameter: "c", tensors: ["a", "b"])])
    }

    @Test func `tells of two tensors for one part`() throws {
        let source = try parameters(
            [("a", [1]), ("b", [1])], [.rename("a", to: "b"), .join(["b", .zeros], into: "c")])

        #expect(source.mismatch.unmapped == [.ambiguous(parameter: "c", tensors: ["a", "b"])])
    }
}
