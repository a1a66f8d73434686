import TensorEngine

extension Scene {
    /// A sentence that is true of the scene and names all that is in it, or counts it where it is much.
    func makeCaption(using generator: inout SeededGenerator) -> String {
        var text = objects.count > 4 ? countingCaption : listingCaption(using: &generator)
        if let inscription {
            let writing = writing(inscription, using: &generator)
            let isAbove = inscription.center.y < 0.5
            text =
                switch generator.integer(below: 3) {
                case 0: "\(writing) and \(text)"
                case 1: "\(writing) \(isAbove ? "above" : "below") \(text)"
                default: "\(text) \(isAbove ? "below" : "above") \(writing)"
                }
        }
        return generator.happens(0.25) ? "\(text) on a \(backdrop.pattern.adjective) background" : text
    }

    private func writing(_ inscription: Inscription, using generator: inout SeededGenerator) -> String {
        let color = inscription.color.rawValue
        let what = inscription.isDigit ? "digit" : "word"
        return generator.happens(0.5)
            ? "the \(what) \(inscription.text) in \(color)" : "the \(color) \(what) \(inscription.text)"
    }

    private func listingCaption(using generator: inout SeededGenerator) -> String {
        let withSizes = generator.happens(0.4)
        let names = grouped.map { pair, members in
            let size = withSizes && members.count == 1 ? members[0].size.map { $0.rawValue + " " } ?? "" : ""
            return members.count == 1
                ? (size + pair.name).withArticle
                : "\(NumberWord.of(members.count)) \(Group.pair(pair).plural)"
        }
        if objects.count == 2, names.count == 2, let side = Side(of: objects[0], from: objects[1]),
            generator.happens(0.6)
        {
            return "\(names[0]) \(side.preposition) \(names[1])"
        }
        return Self.joined(generator.shuffled(names))
    }

    private var countingCaption: String {
        let groups = grouped
        if groups.count <= 3 {
            return Self.joined(
                groups.map { pair, members in
                    members.count == 1
                        ? pair.name.withArticle : "\(NumberWord.of(members.count)) \(Group.pair(pair).plural)"
                })
        }
        let total = "\(NumberWord.of(objects.count)) objects"
        let candidates = ColorName.allCases.map(Group.color) + Kind.allCases.map(Group.kind)
        let sizes = candidates.map { group in objects.count { group.contains($0.pair) } }
        guard let most = sizes.max(), let first = sizes.firstIndex(of: most), most > 1 else { return total }
        if most == objects.count { return "\(NumberWord.of(most)) \(candidates[first].plural)" }
        switch candidates[first] {
        case .color(let color): return "\(total), \(NumberWord.of(most)) of them \(color.rawValue)"
        default: return "\(total), \(NumberWord.of(most)) of them \(candidates[first].plural)"
        }
    }

    /// Objects of equal colour and kind together, in drawing order.
    private var grouped: [(pair: Pair, members: [SceneObject])] {
        var groups: [(pair: Pair, members: [SceneObject])] = []
        for object in objects {
            if let at = groups.firstIndex(where: { $0.pair == object.pair }) {
                groups[at].members.append(object)
            } else {
                groups.append((object.pair, [object]))
            }
        }
        return groups
    }

    private static func joined(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
