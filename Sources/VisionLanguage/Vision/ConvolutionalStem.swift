import NeuralLayers
import TensorEngine

/// A convolution of 3 by 3, channels last, with a norm over the channels of its input where it has one.
struct NormedConvolution: Sendable {
    private let norm: LayerNorm?
    private let weight: Parameter
    private let bias: Parameter
    private let stride: Int

    /// The layer at `scope`: `weight` of `[outputs, 9·inputs]` (rows, columns, channels of the kernel), `bias` of `[outputs]`.
    ///
    /// - Parameter gain: Deviation of a drawn weight's outputs for inputs of deviation 1.
    init(_ inputs: Int, _ outputs: Int, stride: Int, norm: LayerNorm?, gain: Double, in scope: ParameterScope) {
        self.norm = norm
        self.stride = stride
        let deviation = gain / (9 * Double(inputs)).squareRoot()
        weight = scope.parameter("weight", [outputs, 9 * inputs], .normal(deviation))
        bias = scope.parameter("bias", [outputs], .zeros)
    }

    /// - Parameter x: `[batch, rows, columns, inputs]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        (norm?(x) ?? x).convolved(
            by: weight.tensor.converted32(), bias: bias.tensor.converted32(), kernel: 3, stride: stride)
    }
}

/// A residual block: `x + convolution(activation(convolution(norm(x))))`.
///
/// New weights: the first convolution's outputs have deviation 1.4 ≈ √2, of which the activation leaves about 1 (He et al. 2015);
/// the second's are halved, so that a block begins as a small change of `x`.
struct ConvolutionalBlock: Sendable {
    private let first: NormedConvolution
    private let second: NormedConvolution
    private let activation: Activation

    init(_ width: Int, activation: Activation, epsilon: Double, in scope: ParameterScope) {
        first = NormedConvolution(
            width, width, stride: 1, norm: LayerNorm(width, epsilon: epsilon, in: scope / "norm"), gain: 1.4,
            in: scope / "conv1")
        second = NormedConvolution(width, width, stride: 1, norm: nil, gain: 0.5, in: scope / "conv2")
        self.activation = activation
    }

    /// - Parameter x: `[batch, rows, columns, width]`
    func callAsFunction(_ x: Tensor) -> Tensor { x + second(first(x).activated(activation)) }
}

/// Pictures to tokens by convolutions instead of one cut into patches (Xiao et al. 2021, «Early convolutions help transformers
/// see better»): each stage halves the sides, widens the channels and refines them in residual blocks. What is near is looked
/// at together from the first step on, which a transformer would have to learn from many more pictures.
struct ConvolutionalStem: PictureTokens {
    /// One halving of the sides.
    private struct Stage: Sendable {
        let halving: NormedConvolution
        let norm: LayerNorm
        let blocks: [ConvolutionalBlock]
    }

    private let stages: [Stage]
    private let activation: Activation
    /// Pixels along a side of what becomes a token.
    private let patch: Int

    /// The stem at `scope` (`stages.{i}.{conv, norm, blocks.{j}}`), its stages of these widths and numbers of blocks.
    init(widths: [Int], blocks: [Int], activation: Activation, epsilon: Double, in scope: ParameterScope) {
        precondition(widths.count == blocks.count)
        patch = 1 << widths.count
        self.activation = activation
        stages = widths.indices.map { index in
            let (inputs, width) = (index == 0 ? 3 : widths[index - 1], widths[index])
            let place = scope / "stages" / "\(index)"
            return Stage(
                halving: NormedConvolution(inputs, width, stride: 2, norm: nil, gain: 1, in: place / "conv"),
                norm: LayerNorm(width, epsilon: epsilon, in: place / "norm"),
                blocks: (0..<blocks[index]).map {
                    ConvolutionalBlock(width, activation: activation, epsilon: epsilon, in: place / "blocks" / "\($0)")
                })
        }
    }

    func grid(of pixels: Tensor) -> (rows: Int, columns: Int) { (pixels.shape[2] / patch, pixels.shape[3] / patch) }

    func callAsFunction(_ pixels: Tensor) -> Tensor {
        precondition(pixels.shape.count == 4 && pixels.shape[1] == 3, "pixels of \(pixels.shape)")
        let grid = grid(of: pixels)
        var x = pixels.channelsLast(rows: grid.rows * patch, columns: grid.columns * patch)
        for stage in stages {
            x = stage.norm(stage.halving(x)).activated(activation)  // sides halved
            for block in stage.blocks { x = block(x) }
        }
        return x.reshaped([x.shape[0], grid.rows * grid.columns, x.shape[3]])
    }
}
