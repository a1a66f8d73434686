import NeuralLayers
import TensorEngine

/// One layer of our decoder: `x + attention(norm(x))`, then `x + feedForward(norm(x))`.
struct LorgnetteDecoderLayer: Sendable {
    private let index: Int
    private let attention: LorgnetteDecoderAttention
    private let attentionNorm: RMSNorm
    private let feedForward: LayerFeedForward
    private let feedForwardNorm: RMSNorm

    /// What stands after attention.
    private enum LayerFeedForward: Sendable {
        case single(SingleFeedForward)
        case experts(ExpertLayer)
    }

    init(
        _ configuration: LorgnetteDecoderConfiguration, index: Int, plan: ParameterPlan, in scope: ParameterScope
    ) {
        self.index = index
        let epsilon = configuration.epsilon
        attention = LorgnetteDecoderAttention(configuration, plan: plan, in: scope / "self_attn")
        attentionNorm = plan.norm(configuration.width, epsilon: epsilon, in: scope / "input_layernorm")
        feedForwardNorm = plan.norm(configuration.width, epsilon: epsilon, in: scope / "post_attention_layernorm")
        feedForward = Self.feedForward(configuration, hasExperts: configuration.hasExperts(index), plan, scope / "mlp")
    }

    private static func feedForward(
        _ configuration: LorgnetteDecoderConfiguration, hasExperts: Bool, _ plan: ParameterPlan,
        _ scope: ParameterScope
    ) -> LayerFeedForward {
        let axes = configuration.axes
        func single(_ hidden: WidthAxis, share: Double, in place: ParameterScope) -> SingleFeedForward {
            if let rules = configuration.sparsity {
                return .sparse(
                    SparseFeedForward(
                        width: axes.width, units: hidden, rules: rules, gain: configuration.residualGain, share: share,
                        plan: plan, in: place))
            }
            return .dense(
                DenseFeedForward(
                    width: axes.width, hidden: hidden, activation: configuration.activation,
                    gain: configuration.residualGain, share: share, plan: plan, in: place))
        }
        guard let rules = configuration.experts, hasExperts else {
            return .single(single(axes.hidden, share: 1, in: scope))
        }
        let share = Double(rules.perToken) / Double(rules.experts)
        return .experts(
            ExpertLayer(
                router: TokenRouter(width: axes.width, rules: rules, plan: plan, in: scope / "gate"),
                experts: (0..<rules.experts).map { expert in
                    single(axes.expertHidden, share: share, in: scope / "experts" / "\(expert)")
                },
                shared: axes.sharedHidden.map { single($0, share: 1, in: scope / "shared_expert") }))
    }

    /// The router, where the layer has experts.
    var router: TokenRouter? { if case .experts(let layer) = feedForward { layer.router } else { nil } }

    /// - Parameter x: `[batch, sequence, width]`
    func callAsFunction(_ x: Tensor, pass: inout DecoderPass) -> Tensor {
        let x = pass.looked(x, before: index)
        let attended = attention(attentionNorm(x), layer: index, pass: &pass)
        let middle = x + pass.adapted(attended, behind: .attention, layer: index)
        let width = x.shape[2]
        let tokens = feedForwardNorm(middle).reshaped([x.count / max(1, width), width])  // [tokens, width]
        let made = fed(tokens, &pass)
        return middle + pass.adapted(made, behind: .feedForward, layer: index).reshaped(x.shape)
    }

    /// - Parameter x: `[tokens, width]`
    private func fed(_ x: Tensor, _ pass: inout DecoderPass) -> Tensor {
        switch feedForward {
        case .experts(let layer):
            var reports: LayerReports? = pass.reports
            if reports == nil, pass.routerLogits != nil { reports = LayerReports() }
            let output = layer(x, layer: index, training: &pass.training, reports: &reports)
            if let logits = reports?.routers.last?.logits { pass.routerLogits?.append(logits) }
            if pass.reports != nil { pass.reports = reports }
            return output
        case .single(let layer):
            let step = layer.rules.flatMap { pass.training?.sparseStep($0) } ?? .evaluation
            let result = layer(x, step: step, countsUsage: pass.reports?.countsUnits ?? false)
            if let usage = result.usage {
                pass.reports?.sparsity.append(
                    SparsityReport(layer: index, tokens: x.shape[0], step: step, usage: usage, rows: result.rows))
            }
            return result.output
        }
    }
}

/// Attention of our decoder: grouped queries, rotary or xPos positions.
struct LorgnetteDecoderAttention: Sendable {
    private let shape: AttentionShape
    private let encoding: PositionEncoding
    private let block: Int?
    private let query: ScaledLinear
    private let key: ScaledLinear
    private let value: ScaledLinear
    private let output: ScaledLinear

    init(_ configuration: LorgnetteDecoderConfiguration, plan: ParameterPlan, in scope: ParameterScope) {
        let axes = configuration.axes
        shape = AttentionShape(
            heads: configuration.heads, keyValueHeads: configuration.keyValueHeads,
            headWidth: configuration.headWidth, scale: configuration.attentionScale)
        encoding = configuration.encoding
        block = configuration.block
        query = plan.linear(inputs: axes.width, outputs: axes.queries, in: scope / "q_proj")
        key = plan.linear(inputs: axes.width, outputs: axes.keys, in: scope / "k_proj")
        value = plan.linear(inputs: axes.width, outputs: axes.keys, in: scope / "v_proj")
        output = plan.linear(
            inputs: axes.queries, outputs: axes.width, gain: configuration.residualGain, in: scope / "o_proj")
    }

    /// - Parameter x: `[batch, sequence, width]`
    func callAsFunction(_ x: Tensor, layer: Int, pass: inout DecoderPass) -> Tensor {
        let tables = pass.tables(encoding)
        let attended = pass.attend(
            queries: query(x).rotated(heads: shape.heads, by: tables.queries),
            keys: key(x).rotated(heads: shape.keyValueHeads, by: tables.keys), values: value(x), shape: shape,
            layer: layer, block: block)
        return output(attended)
    }
}

extension LorgnetteDecoderConfiguration {
    /// Matrices that write into the residual stream are drawn smaller by the root of their number, 2 a layer.
    var residualGain: Double { 1 / Double(2 * layers).squareRoot() }
}
