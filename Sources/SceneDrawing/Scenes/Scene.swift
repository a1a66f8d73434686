import Imaging
import TensorEngine

/// A scene: everything that is in it, what is said about it, and what is asked.
///
///     let scene = SceneSeries(seed: 1).scene(at: 0)
///     scene.caption          // "a red star left of a blue cup"
///     scene.bitmap(side: 64)
package struct Scene: Sendable, Equatable {
    /// Its place in the series.
    package let number: Int
    /// The split it belongs to.
    package let split: String
    package let theme: SceneTheme
    /// From the back to the front.
    package let objects: [SceneObject]
    package let inscription: Inscription?
    package let backdrop: Backdrop
    package let lighting: Lighting
    package private(set) var caption = ""
    package private(set) var questions: [Question] = []

    /// The scene of that number.
    /// - Parameter isComposition: whether it shows a held-out pair and asks about it.
    init(number: Int, split: String, isComposition: Bool, seed: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: "scene \(number)")
        let cast = SceneCast(isComposition: isComposition, using: &generator)
        self.number = number
        self.split = split
        theme = cast.theme
        let drawn = cast.pairs.map { Self.object($0, in: cast, using: &generator) }
        inscription = cast.text.map { Self.inscription($0, beside: drawn, using: &generator) }
        var area = (low: Point(0, 0), high: Point(1, 1))
        if let inscription {
            if inscription.center.y < 0.5 { area.low.y = 0.42 } else { area.high.y = 0.58 }
        }
        let placed = SceneLayout(area: area).place(drawn, using: &generator)
        objects = placed
        backdrop = Backdrop(against: placed.map(\.ink) + [inscription?.ink].compactMap(\.self), using: &generator)
        lighting = Lighting(using: &generator)
        caption = makeCaption(using: &generator)
        questions = QuestionWriter(objects: placed, inscription: inscription, cast: cast).questions(using: &generator)
    }

    private static func object(_ pair: Pair, in cast: SceneCast, using generator: inout SeededGenerator) -> SceneObject
    {
        let size: SizeName? = cast.hasSizes ? generator.pick(SizeName.allCases) : nil
        let radius =
            size?.radius ?? (cast.pairs.count > 5 ? 0.098...0.115 : 0.11...0.14)
        return SceneObject(
            pair: pair, size: size, ink: pair.color.jittered(using: &generator),
            radius: generator.uniform(in: radius),
            turns: generator.uniform(in: -1...1) * pair.kind.largestTurn)
    }

    private static func inscription(
        _ text: String, beside objects: [SceneObject], using generator: inout SeededGenerator
    ) -> Inscription {
        let color = generator.pick(ColorName.allCases) { color in !objects.contains { $0.color == color } } ?? .black
        let isAbove = generator.happens(0.5)
        let outline = StrokeFont.outline(of: text, weight: Inscription.weight)
        let extent = outline?.bounds.map { $0.high - $0.low } ?? Point(1, 1)
        let largest = min(0.3, 0.84 / extent.x)
        let height = generator.uniform(in: max(0.2, largest * 0.85)...max(0.2, largest))
        let free = max(0, 0.47 - height * extent.x / 2)
        return Inscription(
            text: text, color: color, ink: color.jittered(using: &generator),
            center: Point(
                0.5 + generator.uniform(in: -free...free),
                isAbove ? generator.uniform(in: 0.2...0.24) : generator.uniform(in: 0.76...0.8)),
            height: height, turns: generator.uniform(in: -0.012...0.012))
    }
}
