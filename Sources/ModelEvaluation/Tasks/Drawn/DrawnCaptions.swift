import JSONText
import SceneDrawing

/// Captions of drawn scenes.
package struct DrawnCaptions: CaptioningTask {
    package static let card = TaskCard(
        name: "drawn-captions", title: "Captions of drawn scenes", files: DrawnScenes.files,
        source: DrawnScenes.source, licence: DrawnScenes.licence, metric: "CIDEr against one caption each",
        prompt: .modelCaption)

    /// How many.
    package static let count = 48

    package let source: TaskSource
    package let files: [String] = []
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        examples = DrawnScenes.scenes(Self.count).map { scene in
            EvaluationExample(
                id: String(scene.number), officialID: .integer(scene.number),
                pictures: [DrawnScenes.picture(of: scene)], references: [scene.caption])
        }
    }
}

/// The captions of drawn scenes, each ranked for each scene.
package struct DrawnRetrieval: RetrievalTask {
    package static let card = TaskCard(
        name: "drawn-retrieval", title: "Drawn scenes and their captions", files: DrawnScenes.files,
        source: DrawnScenes.source, licence: DrawnScenes.licence,
        metric: "recall at 1, 5, 10 both ways, by log-likelihood", prompt: .modelCaption, ranks: true,
        isRankedOnly: true)

    /// How many.
    package static let count = 24

    package let source: TaskSource
    package let files: [String] = []
    package let examples: [EvaluationExample]
    let ownTexts: [String: Range<Int>]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let items = DrawnScenes.scenes(Self.count).map { scene in
            CaptionSet.Item(
                id: .number(scene.number), picture: DrawnScenes.picture(of: scene), captions: [scene.caption],
                domain: nil)
        }
        examples = Self.examples(of: CaptionSet(items: items), limit: source.limit)
        ownTexts = Self.ranges(of: examples)
    }
}
