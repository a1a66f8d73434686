import Checkpoints
import Dispatch
import TensorEngine
import Testing

@Suite struct CheckpointParametersTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(
        _ tensors: [(name: String, type: String, shape: [Int], bytes: [UInt8])], _ name: String = "model.safetensors"
    ) throws -> CheckpointFolder {
        try CheckpointFolder(path: try folder.write(SafetensorsBytes.file(tensors), name))
    }

    private func floats(_ name: String, _ shape: [Int]) -> (name: String, type: String, shape: [Int], bytes: [UInt8]) {
        (name, "F32", shape, SafetensorsBytes.floats(counting(shape.reduce(1, *))))
    }

    private func value(_ path: String, _ shape: [Int], _ parameters: CheckpointParameters) throws -> Tensor {
        try #require(parameters.value(at: path, shape: shape, initialiser: .zeros))
    }

    // MARK: - One error

    @Test func `lists all that is missing, unused, wrong-shaped or no weight in one error`() throws {
        let folder = try open([
            floats("good", [2]), floats("left.over", [1]), floats("square", [2, 2]),
            ("ids", "I64", [1], [0, 0, 0, 0, 0, 0, 0, 0]),
            floats("another", [1]),
        ])
        let source = CheckpointParameters(folder, rules: [.rename("left.over", to: "over.left")])

        let scope = ParameterScope(source)
        _ = scope.parameter("good", [2])
        let absent = (scope / "encoder").parameter("absent", [3])
        _ = scope.parameter("square", [2, 3])
        _ = scope.parameter("ids", [1])
        _ = scope.parameter("gone", [1])
        _ = scope.parameter("gone", [1])
        _ = scope.parameter("square", [2, 3])

        let error = #expect(throws: CheckpointError.self) { try source.finish() }
        guard case .mismatch(let mismatch)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(absent.tensor.count == 0)
        #expect(mismatch.missing == ["encoder.absent", "gone"])
        #expect(mismatch.unused == ["left.over", "another"])
        #expect(mismatch.wrongShapes.map(\.name) == ["square"])
        #expect(mismatch.wrongShapes.map(\.expected) == [[2, 3]])
        #expect(mismatch.wrongShapes.map(\.found) == [[2, 2]])
        #expect(mismatch.wrongTypes.map(\.name) == ["ids"])
        #expect(mismatch.wrongTypes.map(\.found) == ["I64"])
        #expect(
            mismatch.description.hasSuffix(
                """
                : the weights do not fit the model that the config describes
                  missing (2):
                    encoder.absent
                    gone
                  unused (2):
                    left.over
                    another
                  of another shape (1):
                    square: expected [2, 3], found [2, 2]
                  not weights (1):
                    ids: found I64
                """))
    }

    @Test func `ends quietly when everything fits`() throws {
        let source = CheckpointParameters(try open([floats("a", [2]), floats("b", [1, 2])]))

        _ = try value("a", [2], source)
        _ = try value("b", [1, 2], source)

        try source.finish()
        #expect(source.shape(of: "b") == [1, 2])
        #expect(source.shape(of: "c") == nil)
    }

    @Test func `counts a tensor as unused where a piece of it is`() throws {
        let source = CheckpointParameters(
            try open([floats("qkv", [3])]), rules: [.split("qkv", into: ["q", "k", "v"])])

        _ = try value("q", [1], source)
        _ = try value("v", [1], source)

        #expect(source.mismatch.unused == ["qkv"])
    }

    @Test func `lays a bridge over its base`() throws {
        let base = try open([floats("frozen", [2]), floats("trained", [3])])
        let bridge = try open([("trained", "F32", [2], SafetensorsBytes.floats([8, 9]))], "bridge.safetensors")
        let source = CheckpointParameters(base, overlay: bridge)

        #expect(try value("trained", [2], source).floats.array == [8, 9])
        #expect(try value("frozen", [2], source).floats.array == [0, 1])
        try source.finish()
    }

    // MARK: - Types

    /// A file with a matrix, a vector and a stack in bfloat16.
    private func mixed() throws -> CheckpointFolder {
        try open([
            ("matrix", "BF16", [2, 64], SafetensorsBytes.bfloats(counting(128))),
            ("narrow", "BF16", [2, 5], SafetensorsBytes.bfloats(counting(10))),
            ("vector", "BF16", [32], SafetensorsBytes.bfloats(counting(32))),
            ("scalar", "BF16", [], SafetensorsBytes.bfloats([3])),
            ("stack", "BF16", [1, 2, 32], SafetensorsBytes.bfloats(counting(64))),
        ])
    }

    @Test(arguments: [
        (WeightType.auto, [DType.bf16, .bf16, .f32, .f32, .bf16]), (.bf16, [.bf16, .bf16, .f32, .f32, .bf16]),
        (.f16, [.f16, .f16, .f32, .f32, .f16]), (.f32, [.f32, .f32, .f32, .f32, .f32]),
        (.q8_0, [.q8_0, .bf16, .f32, .f32, .bf16]), (.q4_0, [.q4_0, .bf16, .f32, .f32, .bf16]),
    ])
    func `holds weights as the policy says`(type: WeightType, expected: [DType]) throws {
        let source = CheckpointParameters(try mixed(), holding: type)

        let tensors = [
            try value("matrix", [2, 64], source), try value("narrow", [2, 5], source),
            try value("vector", [32], source), try value("scalar", [], source), try value("stack", [1, 2, 32], source),
        ]

        #expect(tensors.map(\.dtype) == expected)
        #expect(tensors[1].array == counting(10))
        #expect(tensors[2].array == counting(32))
        #expect(tensors[3].array == [3])
        #expect(tensors[4].array == counting(64))
        if type == .f32 || type == .f16 || type == .bf16 { #expect(tensors[0].array == counting(128)) }
        try source.finish()
    }

    @Test func `maps what is held as it is stored, and copies the rest`() throws {
        let auto = CheckpointParameters(try mixed())

        #expect(try value("matrix", [2, 64], auto).isMapped)
        #expect(try !value("vector", [32], auto).isMapped)
        #expect(try !value("matrix", [2, 64], CheckpointParameters(try mixed(), holding: .f16)).isMapped)
    }

    @Test func `quantises within half a step`() throws {
        let source = CheckpointParameters(try mixed(), holding: .q8_0)

        let values = try value("matrix", [2, 64], source).array

        // The largest of a block divided by 127 is a step.
        for (index, value) in values.enumerated() {
            let largest = Float(index / 32 * 32 + 31)
            #expect(abs(value - Float(index)) <= largest / 127 * 0.51)
        }
    }

    @Test func `holds one tensor otherwise than the rest`() throws {
        let source = CheckpointParameters(try mixed(), rules: [.hold("matrix", as: .f32)], holding: .q8_0)

        #expect(try value("matrix", [2, 64], source).dtype == .f32)
    }

    @Test func `holds what a rule made of 16-bit tensors as stored`() throws {
        let source = CheckpointParameters(try mixed(), rules: [.transpose("narrow")])

        let tensor = try value("narrow", [5, 2], source)

        #expect(tensor.dtype == .bf16)
        #expect(tensor.array == [0, 5, 1, 6, 2, 7, 3, 8, 4, 9])
    }

    @Test func `float16 keeps what it can`() throws {
        let halves: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7BFF]
        let source = CheckpointParameters(
            try open([("h", "F16", [1, 4], halves.flatMap { SafetensorsBytes.littleEndian($0) })]), holding: .f32)

        #expect(try value("h", [1, 4], source).floats.array == [1, -2, 0x1p-24, 65504])
    }

    // MARK: - Threads

    @Test func `answers many threads`() throws {
        let names = (0..<200).map { "t\($0)" }
        let source = CheckpointParameters(try open(names.map { floats($0, [4]) }), holding: .f32)

        DispatchQueue.concurrentPerform(iterations: 800) { index in
            _ = source.value(
                at: index < 600 ? names[index % 200] : "absent\(index % 50)", shape: [4], initialiser: .ones)
        }

        #expect(source.mismatch.unused.isEmpty)
        #expect(source.mismatch.missing.sorted() == (0..<50).map { "absent\($0)" }.sorted())
    }
}
