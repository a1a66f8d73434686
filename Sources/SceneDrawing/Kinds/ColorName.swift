import TensorEngine

/// The eleven basic colour names of English.
package enum ColorName: String, Sendable, CaseIterable, Hashable {
    case red, orange, yellow, green, blue, purple, pink, brown, black, white, gray

    /// The middle of what is drawn under that name.
    package var ink: Ink {
        switch self {
        case .red: Ink(0xD8232A)
        case .orange: Ink(0xF58A1F)
        case .yellow: Ink(0xF8DC2E)
        case .green: Ink(0x2C9A42)
        case .blue: Ink(0x2460D0)
        case .purple: Ink(0x7F35AE)
        case .pink: Ink(0xF79AC0)
        case .brown: Ink(0x78441F)
        case .black: Ink(0x17171A)
        case .white: Ink(0xFAFAF7)
        case .gray: Ink(0x85868A)
        }
    }

    /// The place in `allCases`.
    package var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// A colour of that name, a little off its middle.
    func jittered(using generator: inout SeededGenerator) -> Ink {
        let middle = ink
        let light = Float(generator.uniform(in: 0.95...1.05))
        return Ink(
            Self.held(middle.red * light + Float(generator.uniform(in: -0.03...0.03))),
            Self.held(middle.green * light + Float(generator.uniform(in: -0.03...0.03))),
            Self.held(middle.blue * light + Float(generator.uniform(in: -0.03...0.03))))
    }

    private static func held(_ value: Float) -> Float { min(max(value, 0), 1) }
}
