import Imaging
import TensorEngine

/// One example of a training step, ready for the model.
package struct LoadedExample: Sendable, Equatable {
    /// Names the row in reports.
    package let recordID: String
    /// Which part of the mixture it is from.
    package let part: Int
    /// What stands before the text.
    package let kind: PromptKind
    /// What is to be written.
    package let text: String
    /// The row's own description, whatever is asked; nil where it has none.
    package let caption: String?
    /// `[1, 3, height, width]`, varied and normalised; nil where the features of the picture were found.
    package let pixels: PixelBatch?
    /// The picture's place in the feature cache; nil without a cache, and for a view that never comes again.
    package let features: KeyedFeatures?
}

/// The features of a picture's view by their key, where a cache was asked for them.
package struct KeyedFeatures: Sendable, Equatable {
    /// What they are found by.
    package let key: FeatureKey
    /// `[1, tokens, width]`; nil where they are to be computed.
    package let tensor: Tensor?

    /// Whether both are of one key, and are there or not: the key decides the elements.
    package static func == (a: KeyedFeatures, b: KeyedFeatures) -> Bool {
        a.key == b.key && (a.tensor == nil) == (b.tensor == nil)
    }
}

/// A row that could not be used; another took its place.
package struct SkippedRow: Sendable, Equatable {
    /// Names the row in reports.
    package let recordID: String
    /// Which part of the mixture it is from.
    package let part: Int
    /// What was wrong.
    package let problem: RowProblem
}

/// Why a row cannot be used.
package enum RowProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its picture.
    case picture(PictureError)
    /// What is said of its picture: the model cannot be trained on it.
    case text(String)

    /// What is wrong.
    package var description: String {
        switch self {
        case .picture(let error): error.description
        case .text(let reason): reason
        }
    }
}

/// The examples of a training step.
package struct LoadedStep: Sendable, Equatable {
    /// Which step.
    package let step: Int
    /// As many as the sampler's batch, in the order of the slots; of documents, their pictures in order.
    package let examples: [LoadedExample]
    /// The documents that these pictures are of, where the step is made of documents.
    package let documents: [TokenDocument]
    /// Rows that cannot be used and that no other step told before; a step that is loaded again tells them again.
    package let skipped: [SkippedRow]
    /// How many draws of this step met such a row, told before or not.
    package let replacements: Int

    /// A step of these parts.
    package init(
        step: Int, examples: [LoadedExample] = [], documents: [TokenDocument] = [], skipped: [SkippedRow] = [],
        replacements: Int = 0
    ) {
        self.step = step
        self.examples = examples
        self.documents = documents
        self.skipped = skipped
        self.replacements = replacements
    }

    /// The pixels of some examples, or of all: `[batch, 3, height, width]`. Those whose features were found have none.
    /// - Throws: `PairLoadingError.sizesDiffer` where the processor keeps proportions.
    package func pixels(_ slots: Range<Int>? = nil) throws(PairLoadingError) -> PixelBatch {
        let chosen = examples[slots ?? 0..<examples.count]
        return try pixels(of: Array(chosen))
    }

    /// The pixels of these examples of the step, those without any left out.
    package func pixels(of chosen: [LoadedExample]) throws(PairLoadingError) -> PixelBatch {
        guard let batch = PixelBatch(joining: chosen.compactMap(\.pixels)) else { throw .sizesDiffer(step: step) }
        return batch
    }
}

/// Why a step's examples cannot be had.
package enum PairLoadingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No row of a part can be used; `first` is why the first one that was tried cannot.
    case noUsableRow(part: String, rows: Int, first: RowProblem)
    /// The loader was cancelled.
    case cancelled
    /// The pictures of a step come out at different sizes.
    case sizesDiffer(step: Int)
    /// A row that the model cannot be trained on.
    case unusableRow(row: String, reason: String)
    /// No source has a document for the step.
    case nothingDrawn(step: Int)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .noUsableRow(let part, let rows, let first):
            "\(part): none of its \(rows) rows can be used; the first: \(first.description)"
        case .cancelled: "loading was cancelled"
        case .unusableRow(let row, let reason): "\(row): \(reason)"
        case .nothingDrawn(let step): "step \(step): no source has a document for it"
        case .sizesDiffer(let step):
            "step \(step): the pictures come out at different sizes: the model's preprocessing keeps proportions; "
                + "train with one that resizes to a fixed size"
        }
    }
}
