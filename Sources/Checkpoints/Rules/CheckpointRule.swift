/// One step from the names and layouts of a file to the parameters of a model.
///
/// A rule acts on every tensor whose name, as the rules before it left it, matches its pattern.
package enum CheckpointRule: Sendable, Equatable {
    /// Gives the tensor another name.
    ///
    ///     .rename("bert.*", to: "qformer.*")   .rename("*.gamma", to: "*.weight")
    case rename(NamePattern, to: NamePattern)

    /// Cuts the tensor along `axis` into several; sizes are in proportion to `shares`, equal where there are none.
    /// Along the first axis the pieces are views, along others copies.
    ///
    ///     .split("*.qkv.weight", into: ["*.query.weight", "*.key.weight", "*.value.weight"])
    ///     .split("*.gate_up", into: ["*.gate", "*.up"], axis: 1)
    case split(NamePattern, into: [NamePattern], shares: [Int] = [], axis: Int = 0)

    /// Makes a tensor of each element of the first axis; `{e}` (any new number) of the target counts them. Views.
    ///
    ///     .unstack("*.experts.gate_up_proj", into: "*.experts.{e}.gate_up_proj")
    case unstack(NamePattern, into: NamePattern)

    /// Puts several tensors behind each other along the first axis. All patterns have the same parts that vary.
    ///
    ///     .join(["*.q_bias", .zeros, "*.v_bias"], into: "*.qkv.bias")
    case join([JoinPart], into: NamePattern)

    /// Unpacks MXFP4 (OCP Microscaling Formats 1.0): bytes of two 4-bit numbers, `[…, blocks, 16]`, and a power of two a block,
    /// `[…, blocks]`, become `[…, blocks·32]`.
    ///
    ///     .microscaled(blocks: "*.down_proj_blocks", scales: "*.down_proj_scales", into: "*.down_proj")
    case microscaled(blocks: NamePattern, scales: NamePattern, into: NamePattern)

    /// Gives the tensor another shape of as many elements; one axis may be `-1`, whatever is left.
    case reshape(NamePattern, [Int])

    /// Exchanges the last two axes: `[…, inputs, outputs]` becomes `[…, outputs, inputs]`. Copies.
    case transpose(NamePattern)

    /// Holds the tensor in memory as this type, whatever the policy says.
    case hold(NamePattern, as: WeightType)

    /// Leaves the tensor out; the reason is for the reader of the rules.
    case ignore(NamePattern, because: String)

    /// A part of a joined tensor.
    package enum JoinPart: Sendable, Equatable, ExpressibleByStringLiteral {
        /// A stored tensor.
        case tensor(NamePattern)
        /// Zeros in the shape of the first stored part.
        case zeros

        package init(stringLiteral value: String) { self = .tensor(NamePattern(value)) }

        /// The pattern, where the part is stored.
        package var pattern: NamePattern? { if case .tensor(let pattern) = self { pattern } else { nil } }
    }
}

/// The mapping of one architecture: rules, applied one after the other. Tensors that no rule matches keep their names.
package struct CheckpointRules: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// The rules in the order in which they act.
    package let rules: [CheckpointRule]

    /// These rules, in this order.
    package init(_ rules: [CheckpointRule]) { self.rules = rules }

    package init(arrayLiteral elements: CheckpointRule...) { self.init(elements) }

    /// The rules of `first`, then those of `second`.
    package static func + (first: CheckpointRules, second: CheckpointRules) -> CheckpointRules {
        CheckpointRules(first.rules + second.rules)
    }
}
