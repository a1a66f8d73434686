/// An endless series of scenes: scene `i` depends on the seed, the splits and `i`, and on nothing else.
package struct SceneSeries: Sendable {
    /// Which scenes a seed gives changes with this number; it stands in the data's README.
    package static let version = 1

    package let seed: UInt64
    package let splits: SceneSplits

    package init(seed: UInt64, splits: SceneSplits = .standard) {
        self.seed = seed
        self.splits = splits
    }

    /// The scene of that number, described; `Scene.bitmap(side:)` draws it.
    package func scene(at number: Int) -> Scene {
        let split = splits.name(ofScene: number)
        return Scene(number: number, split: split, isComposition: split == SceneSplits.composition, seed: seed)
    }
}
