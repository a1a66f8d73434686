/// What is done to a text before it is divided.
indirect enum Normalizer: Sendable {
    /// One after the other.
    case sequence([Normalizer])

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        switch try node.type() {
        case "Sequence":
            var steps: [Normalizer] = []
            for element in try node.required("normalizers").elements() { steps.append(try Normalizer(element)) }
            self = .sequence(steps)
        case let other: throw node.unknownType(other)
        }
    }

    /// Changes the text.
    func apply(to text: inout NormalizedText) {
        switch self {
        case .sequence(let steps): for step in steps { step.apply(to: &text) }
        }
    }

    /// The text changed, without its sources.
    func normalized(_ bytes: [UInt8]) -> [UInt8] {
        var text = NormalizedText(bytes: bytes, sources: [])
        apply(to: &text)
        return text.bytes
    }
}
