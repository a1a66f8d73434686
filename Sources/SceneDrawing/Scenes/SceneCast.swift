import TensorEngine

/// What a scene is about.
package enum SceneTheme: String, Sendable, CaseIterable {
    /// One object.
    case single
    /// Two to four objects.
    case few
    /// A group of zero to five among others, to be counted.
    case count
    /// Two groups, to be compared.
    case compare
    /// A digit or a word, beside one or two objects.
    case writing
}

/// What a scene was made to be asked; decided before its objects, so that every answer is as likely as the others.
enum SceneAim: Sendable, Equatable {
    case none
    /// How many of the group there are.
    case count(Group)
    /// More of the first group than of the second?
    case more(Group, Group)
    /// As many of the first group as of the second?
    case asMany(Group, Group)
    /// Two objects share their colour.
    case sameColor
    /// Two objects share their kind.
    case sameKind
    /// Every object was drawn without regard to the others.
    case allDrawnFreely
}

/// The objects of a scene before they have a place.
struct SceneCast: Sendable {
    var theme: SceneTheme
    var aim = SceneAim.none
    var pairs: [Pair] = []
    /// Whether objects are small or large; else all are middling.
    var hasSizes = true
    var text: String?
    /// Whether the scene is of the split `compose`: its questions are about a held-out pair.
    let isComposition: Bool
    /// That pair's object; nil in other splits, and where the number of such objects is asked and is zero.
    var focus: Int?

    /// Draws lots for a scene.
    /// - Parameter isComposition: whether it shows a held-out pair.
    init(isComposition: Bool, using generator: inout SeededGenerator) {
        self.isComposition = isComposition
        let share = generator.unit()
        if isComposition {
            theme = share < 0.25 ? .single : share < 0.8 ? .few : .count
            focus = 0
        } else {
            theme =
                share < 0.12 ? .single : share < 0.5 ? .few : share < 0.7 ? .count : share < 0.84 ? .compare : .writing
        }
        let first = generator.pick(isComposition ? Pair.heldOut : Pair.ordinary)
        switch theme {
        case .single: pairs = [first]
        case .few: castFew(first, using: &generator)
        case .count: castCount(first, using: &generator)
        case .compare: castComparison(using: &generator)
        case .writing:
            pairs = [first]
            if generator.happens(0.5) { pairs.append(generator.pick(Pair.ordinary, where: { $0 != first }) ?? first) }
            aim = .allDrawnFreely
            text = generator.happens(0.5) ? "\(generator.integer(below: 10))" : generator.pick(ShortWords.all)
        }
        let order = generator.shuffled(Array(pairs.indices))
        pairs = order.map { pairs[$0] }
        focus = focus.flatMap { order.firstIndex(of: $0) }
    }

    private mutating func castFew(_ first: Pair, using generator: inout SeededGenerator) {
        let count = 2 + generator.integer(below: 3)
        let aims: [SceneAim] = [.sameColor, .sameKind, .allDrawnFreely]
        aim = generator.pick(aims)
        pairs = [first]
        let twin: Pair? =
            switch aim {
            case .sameColor: generator.pick(Pair.ordinary) { $0.color == first.color && $0.kind != first.kind }
            case .sameKind: generator.pick(Pair.ordinary) { $0.kind == first.kind && $0.color != first.color }
            default: nil
            }
        if let twin { pairs.append(twin) }
        while pairs.count < count {
            let pair = generator.pick(Pair.ordinary)
            if !pairs.contains(pair) { pairs.append(pair) }
        }
    }

    private mutating func castCount(_ first: Pair, using generator: inout SeededGenerator) {
        hasSizes = false
        let groups: [Group] =
            focus == nil ? [.color(first.color), .kind(first.kind), .pair(first), .all] : [.pair(first)]
        let group = generator.pick(groups)
        aim = .count(group)
        // Zero to five of the group, one to six of all.
        let count = generator.integer(below: 6) + (group == .all ? 1 : 0)
        for _ in 0..<count { pairs.append(member(of: group, using: &generator)) }
        guard group != .all else { return }
        if count == 0 { focus = nil }
        let others = max(count == 0 ? 1 : 0, generator.integer(below: 4))
        for _ in 0..<others {
            // Near misses: half of the others of a pair share its colour or its kind.
            let near =
                generator.happens(0.5) ? (generator.happens(0.5) ? Group.color(first.color) : .kind(first.kind)) : .all
            let other =
                generator.pick(Pair.ordinary) { near.contains($0) && !group.contains($0) }
                ?? generator.pick(Pair.ordinary) { !group.contains($0) }
            if let other { pairs.append(other) }
        }
    }

    private mutating func castComparison(using generator: inout SeededGenerator) {
        hasSizes = false
        let groups: (Group, Group)
        if generator.happens(0.5) {
            let colors = generator.shuffled(ColorName.allCases)
            groups = (.color(colors[0]), .color(colors[1]))
        } else {
            let kinds = generator.shuffled(Kind.allCases)
            groups = (.kind(kinds[0]), .kind(kinds[1]))
        }
        let first = 1 + generator.integer(below: 4)
        var second = first
        let isTie = generator.happens(1.0 / 3)
        while !isTie && second == first { second = 1 + generator.integer(below: 4) }
        aim = isTie || generator.happens(0.5) ? .asMany(groups.0, groups.1) : .more(groups.0, groups.1)
        for _ in 0..<first { pairs.append(member(of: groups.0, using: &generator)) }
        for _ in 0..<second { pairs.append(member(of: groups.1, using: &generator)) }
    }

    private func member(of group: Group, using generator: inout SeededGenerator) -> Pair {
        if case .pair(let pair) = group { return pair }
        return generator.pick(Pair.ordinary, where: { group.contains($0) }) ?? Pair.ordinary[0]
    }
}
