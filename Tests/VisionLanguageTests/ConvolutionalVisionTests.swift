import Checkpoints
import TensorEngine
import Testing
import VisionLanguage

@Suite struct ConvolutionalVisionTests {
    private func configuration(_ members: String) throws -> VisionEncoderKind {
        let common = #""model_type": "lorgnette_vision_model", "num_attention_heads": 2, "image_size": 16"#
        let text = "{\(common), \(members)}"
        return try VisionEncoderKind(ConfigObject(bytes: Array(text.utf8), file: "config.json"))
    }

    private let small =
        #""hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "patch_size": 4, "stem_blocks": [1, 1]"#

    private func pixels(_ batch: Int, _ height: Int, _ width: Int) -> Tensor {
        Tensor((0..<batch * 3 * height * width).map { Float($0 % 23) / 11 - 1 }, [batch, 3, height, width])
    }

    @Test func `a token for each whole patch, whatever the size of the picture`() throws {
        let encoder = try configuration(small).makeEncoder(in: ParameterScope(RandomParameters(seed: 3)))

        #expect(encoder(pixels(2, 16, 16)).shape == [2, 16, 16])
        #expect(encoder(pixels(1, 23, 9)).shape == [1, 5 * 2, 16])
    }

    @Test func `pixels beyond the last whole patch do not count`() throws {
        let encoder = try configuration(small).makeEncoder(in: ParameterScope(RandomParameters(seed: 3)))
        let whole = pixels(1, 18, 19)
        let cut = Tensor(
            (0..<3 * 16 * 16).map { index in
                let (channel, row, column) = (index / 256, index / 16 % 16, index % 16)
                return whole.floats[(channel * 18 + row) * 19 + column]
            }, [1, 3, 16, 16])

        #expect(encoder(whole).array == encoder(cut).array)
    }

    @Test func `a convolution is the sum that its formula says`() {
        var generator = SeededGenerator(seed: 5)
        let x = Tensor.drawn([3, 7, 6, 4], .normal(1), using: &generator)
        let weight = Tensor.drawn([5, 36], .normal(1), using: &generator)
        let bias = Tensor.drawn([5], .normal(1), using: &generator)
        for stride in 1...3 {
            let (rows, columns) = ((7 + stride - 1) / stride, (6 + stride - 1) / stride)
            var expected: [Float] = []
            for index in 0..<3 * rows * columns * 5 {
                let (output, column, row) = (index % 5, index / 5 % columns, index / 5 / columns % rows)
                let picture = index / 5 / columns / rows
                var sum = Double(bias.floats[output])
                for term in 0..<36 {
                    let (i, j, k) = (row * stride + term / 12 - 1, column * stride + term / 4 % 3 - 1, term % 4)
                    guard (0..<7).contains(i), (0..<6).contains(j) else { continue }
                    let element = x.floats[((picture * 7 + i) * 6 + j) * 4 + k]
                    sum += Double(weight.floats[output * 36 + term]) * Double(element)
                }
                expected.append(Float(sum))
            }

            let found = x.convolved(by: weight, bias: bias, kernel: 3, stride: stride)

            #expect(found.shape == [3, rows, columns, 5])
            #expect(zip(found.array, expected).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test(arguments: [
        #""hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "patch_size": 6"#,
        #""hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "patch_size": 4, "stem_widths": [8, 12]"#,
        #""hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "patch_size": 4, "stem_widths": [16]"#,
        #""hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "patch_size": 4, "stem_blocks": [1, -1]"#,
    ])
    func `sizes that do not fit are refused`(members: String) {
        #expect(throws: ConfigError.self) { try configuration(members) }
    }
}
