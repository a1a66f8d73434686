/// Some of a scene's objects, as questions name them.
package enum Group: Sendable, Hashable {
    case all
    case color(ColorName)
    case kind(Kind)
    case pair(Pair)

    /// Whether an object of that colour and kind belongs to it.
    package func contains(_ pair: Pair) -> Bool {
        switch self {
        case .all: true
        case .color(let color): pair.color == color
        case .kind(let kind): pair.kind == kind
        case .pair(let wanted): pair == wanted
        }
    }

    /// Several of it: `red objects`, `stars`, `red stars`.
    package var plural: String {
        switch self {
        case .all: "objects"
        case .color(let color): color.rawValue + " objects"
        case .kind(let kind): kind.plural
        case .pair(let pair): pair.color.rawValue + " " + pair.kind.plural
        }
    }

    /// One of it: `red object`, `star`, `red star`.
    package var singular: String {
        switch self {
        case .all: "object"
        case .color(let color): color.rawValue + " object"
        case .kind(let kind): kind.name
        case .pair(let pair): pair.name
        }
    }
}

/// Numbers as words.
package enum NumberWord {
    /// `zero` to `twelve`, figures beyond.
    package static func of(_ number: Int) -> String { words.indices.contains(number) ? words[number] : "\(number)" }

    private static let words = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ]
}
