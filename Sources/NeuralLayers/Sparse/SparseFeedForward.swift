import TensorEngine

/// A feed-forward of which each token uses one unit in N (Jaszczur et al. 2021, "Sparse is enough in scaling
/// transformers").
///
/// Units stand in blocks of N. A controller of low rank, `l = C₂(C₁x) + c`, chooses one unit of each block; the layer is
/// `y = Σ_n max(0, m_n·(R_n·x))·W_n + b`, where the mask m is 1 at the chosen units and 0 elsewhere. Only ReLU makes a masked
/// unit zero, so there is no other activation. A unit's two rows, the one that reads (`R_n`) and the one that writes (`W_n`),
/// are contiguous, in memory and in the file: decoding a token reads 1/N of the rows of both matrices.
///
/// Training computes every unit. The mask is soft (`m = p`, the softmax of each block) in most calls and hard in the others,
/// one coin a call; hard masks are drawn with noise and pass their gradient straight through to p. We differ from trax in
/// what leaves results as they are: the noise is drawn by block (`drawnFromBlocks`), and W is drawn with 1/√(f/N) as the
/// fan-in is the active units (trax's `kernel_scaling`).
package struct SparseFeedForward: Sendable {
    /// The rules it was made with.
    package let rules: SparsityRules
    /// C₁, `[rank, width]`
    package let reduce: ScaledLinear
    /// C₂, `[units, rank]`
    package let expand: ScaledLinear
    /// c, `[units]`
    package let preference: Parameter
    /// R, `[units, width]`
    package let reading: Parameter
    /// W, `[units, width]`
    package let writing: Parameter
    /// b, `[width]`
    package let bias: Parameter
    /// What the units' sum is multiplied by, 1 but for matrices with one growing axis.
    private let multiplier: Float

    /// The layer at `scope`: `controller.reduce`, `controller.expand`, `read`, `write`, `bias`.
    ///
    /// - Parameters:
    ///   - gain: of the output, for inputs of deviation 1.
    ///   - share: of the layer that one token uses (k/E for an expert).
    package init(
        width: WidthAxis, units: WidthAxis, rules: SparsityRules, gain: Double = 1, share: Double = 1,
        plan: ParameterPlan, in scope: ParameterScope
    ) {
        self.rules = rules
        let controller = scope / "controller"
        let rank = WidthAxis(rules.rank)
        reduce = plan.linear(inputs: width, outputs: rank, share: share, in: controller / "reduce")
        expand = plan.linear(inputs: rank, outputs: units, share: share, in: controller / "expand")
        preference = plan.vector("bias", units.length, share: share, in: controller / "expand")
        let read = MatrixScaling(fanIn: width, fanOut: units)
        let write = MatrixScaling(fanIn: units.divided(by: rules.block), fanOut: width, gain: gain)
        let rows = share / Double(rules.block)
        reading = plan.matrix("weight", [units.length, width.length], read, share: rows, in: scope / "read")
        writing = plan.matrix("weight", [units.length, width.length], write, share: rows, in: scope / "write")
        bias = plan.vector("bias", width.length, share: share, in: scope)
        multiplier = read.multiplier * write.multiplier
    }

    /// How many units.
    package var units: Int { reading.tensor.shape[0] }

    /// What the controller thinks of each unit, `[tokens, units]`.
    package func logits(_ x: Tensor) -> Tensor {
        var reduced = reduce(x)  // [tokens, rank]
        if expand.multiplier != 1 { reduced = reduced.scaled(by: expand.multiplier) }
        return reduced.linear(expand.weight.tensor, bias: preference.tensor)
    }

    /// What a call gives.
    package struct Result: Sendable {
        /// `[tokens, width]`
        package let output: Tensor
        /// The chosen units; nil for soft masks.
        package let choices: BlockChoices?
        /// What the controller thought of each unit, `[tokens, units]`, without a way back.
        package let logits: Tensor
        /// The rows touched, where the tokens were decoded.
        package let rows: ChosenRowCount?
    }

    /// - Parameter x: `[tokens, width]`
    package func callAsFunction(_ x: Tensor, step: SparseStep) -> Result {
        let isFew = x.shape[0] <= Tensor.decodeRows && !x.isDifferentiable && !reading.isTrainable
        if step == .evaluation, isFew, reading.tensor.dtype == writing.tensor.dtype { return decoded(x) }
        return masked(x, step)
    }

    /// Few tokens: the rows of the chosen units are read, once for each token that chose them, and no others.
    package func decoded(_ x: Tensor) -> Result {
        let logits = logits(x)
        let choices = logits.greatestOfBlocks(of: rules.block)
        let (sum, rows) = x.chosenRows(choices, reading: reading.tensor, writing: writing.tensor)
        return Result(output: finished(sum), choices: choices, logits: logits.detached, rows: rows)
    }

    /// Many tokens, or training: all units are computed, then masked.
    package func masked(_ x: Tensor, _ step: SparseStep) -> Result {
        let logits = logits(x)
        let products = x.linear(reading.tensor)  // [tokens, units]
        var choices: BlockChoices?
        let active: Tensor
        switch step {
        case .evaluation:
            let greatest = logits.detached.greatestOfBlocks(of: rules.block)
            choices = greatest
            active = products.chosenUnits(greatest)
        case .soft: active = products.maskedUnits(logits: logits, length: rules.block, choices: nil)
        case .hard(let seed):
            var generator = SeededGenerator(seed: seed)
            let drawn = logits.detached.drawnFromBlocks(
                of: rules.block, temperature: rules.temperature, using: &generator)
            choices = drawn
            active = products.maskedUnits(logits: logits, length: rules.block, choices: drawn)
        }
        return Result(
            output: finished(active.timesRows(writing.tensor)), choices: choices, logits: logits.detached, rows: nil)
    }

    private func finished(_ sum: Tensor) -> Tensor {
        (multiplier == 1 ? sum : sum.scaled(by: multiplier)).addingToRows(bias.tensor)
    }

    /// How often each unit was chosen in this call; for soft masks, how often it was the most probable.
    package func usage(_ result: Result) -> [Int] {
        (result.choices ?? result.logits.greatestOfBlocks(of: rules.block)).usage
    }
}
