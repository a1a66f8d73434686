import TensorEngine

extension QuestionWriter {
    /// Where is one object from another? Asked only where that is clear-cut.
    func relation(using generator: inout SeededGenerator) -> Question? {
        let order = generator.shuffled(objects)
        let clear = order.flatMap { first in order.map { (first, $0) } }.compactMap {
            first, second -> (first: SceneObject, second: SceneObject, side: Side)? in
            guard number(.pair(first.pair)) == 1, number(.pair(second.pair)) == 1, first.pair != second.pair,
                subjects.contains(where: { $0 == first || $0 == second }), let side = Side(of: first, from: second)
            else { return nil }
            return (first, second, side)
        }
        guard !clear.isEmpty else { return nil }
        let found = generator.pick(clear)
        let (first, second) = (found.first.pair.name, found.second.pair.name)
        switch generator.integer(below: 3) {
        case 0:
            let isHorizontal = found.side == .left || found.side == .right
            let text =
                isHorizontal
                ? "Is the \(first) left or right of the \(second)?" : "Is the \(first) above or below the \(second)?"
            return Question(.relation, isHorizontal ? "left-right" : "above-below", text, found.side.rawValue)
        case 1 where canAskOpenly(found.first):
            return Question(
                .relation, "what", "What is \(found.side.preposition) the \(second)?", found.first.kind.name)
        default:
            let wantsYes = generator.happens(0.5)
            let named = wantsYes ? found.side : found.side.opposite
            return Question(.relation, "yes-no", "Is the \(first) \(named.preposition) the \(second)?", wantsYes)
        }
    }

    /// Whether the answer is the only other object there is, and not one cast to be like the one named.
    private func canAskOpenly(_ answer: SceneObject) -> Bool {
        objects.count == 2 && inscription == nil && cast.aim == .allDrawnFreely && subjects.contains(answer)
    }
}
