import Imaging
import SceneDrawing

/// The pictures of the built-in suite: scenes drawn when they are asked for, the same ones every time.
enum DrawnScenes {
    /// Of the series; another than those that data for training is usually drawn with.
    static let seed: UInt64 = 0x10C9_4E77
    /// Pixels across and down.
    static let side = 96

    /// The first scenes of the series.
    static func scenes(_ count: Int) -> [Scene] {
        let series = SceneSeries(seed: seed)
        return (0..<count).map { series.scene(at: $0) }
    }

    /// The picture of a scene.
    static func picture(of scene: Scene) -> PictureReference {
        .drawn(.init(scene.bitmap(side: side), name: "scene \(scene.number)"))
    }

    /// Where they come from, for the cards.
    static let source = "in the box: drawn by the package (data scenes, seed \(seed))"
    /// Their licence, for the cards.
    static let licence = "CC0-1.0"
    /// What stands in place of files, for the cards.
    static let files = ["none"]
}
