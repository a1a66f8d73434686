import Foundation
import ImageFiles
import Imaging
import InterleavedData
import TensorEngine

/// A row to be looked at without being trained on: its caption, or its first question where it has none.
package struct PairSample: Sendable {
    /// The row's name.
    package let id: String
    package let picture: PictureLocation
    /// nil for a caption.
    package let question: String?
    package let reference: String

    /// What is asked of a record; nil where it holds no text.
    package init?(_ record: PairRecord) {
        id = record.id
        picture = record.picture
        if let caption = record.captions.first(where: { !$0.isBlank }) {
            question = nil
            reference = caption
        } else if let first = record.questions.first(where: { !$0.question.isBlank && !$0.answer.isBlank }) {
            question = first.question
            reference = first.answer
        } else {
            return nil
        }
    }

    /// `count` rows drawn from `records` by `seed`, in the order of the file.
    package static func drawn(_ count: Int, from records: [PairRecord], seed: UInt64) -> [PairSample] {
        let all = records.compactMap(PairSample.init)
        guard all.count > count, count > 0 else { return count > 0 ? all : [] }
        let order = SeededPermutation(count: all.count, seed: seed, stream: "dev")
        return (0..<count).map { order[$0] }.sorted().map { all[$0] }
    }

    /// Whether an answer equals the reference, as `eval --tasks pairs` counts it: case and a final full stop aside.
    package func isAnswered(by output: String) -> Bool { Self.normal(output) == Self.normal(reference) }

    private static func normal(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
