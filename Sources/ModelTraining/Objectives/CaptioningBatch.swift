import TensorEngine
import VisionLanguage

/// One batch of pictures and token sequences, padded at the end.
package struct CaptioningBatch: Sendable {
    /// The pictures, or what the vision encoder made of them.
    package var pictures: Pictures
    /// `[batch][sequence]`, image tokens as the model's image id.
    package var ids: [[Int]]
    /// Tokens of each sequence, padding not counted.
    package var lengths: [Int]
    /// What an encoder–decoder's decoder reads, `[batch][answer]`, its start token first; empty for a decoder alone.
    package var answers: [[Int]]
    /// −100 where nothing is asked (images, prompt, padding), else an id. For a decoder alone `[batch][sequence]`, the token
    /// that stands at each position; for an encoder–decoder `[batch][answer]`, the token to be written after it.
    package var labels: [[Int]]
    /// What the bridge reads beside each picture, ids of its own tokenizer; empty where it reads no text.
    package var instructions: [[Int]]
    /// What the first image tokens of each picture are to stand for (`EmbeddingAlignment`), a row a picture, empty where nothing
    /// is wanted of it.
    package var meanings: [[Int]]

    /// The pictures of a batch.
    package enum Pictures: Sendable {
        /// `[batch, 3, height, width]`
        case pixels(Tensor)
        /// Of a frozen vision encoder, `[batch, tokens, width]`.
        case features(ImageFeatures)

        /// How many.
        package var count: Int {
            switch self {
            case .pixels(let pixels): pixels.shape[0]
            case .features(let features): features.tensor.shape[0]
            }
        }

        /// Those of `range` alone.
        func slice(_ range: Range<Int>) -> Pictures {
            switch self {
            case .pixels(let pixels): .pixels(pixels.slice(range))
            case .features(let features): .features(ImageFeatures(features.tensor.slice(range)))
            }
        }
    }

    /// A batch of these parts.
    ///
    /// - Parameter pixels: `[batch, 3, height, width]`
    package init(
        pixels: Tensor, ids: [[Int]], lengths: [Int], answers: [[Int]] = [], labels: [[Int]],
        instructions: [[Int]] = []
    ) {
        self.init(
            pictures: .pixels(pixels), ids: ids, lengths: lengths, answers: answers, labels: labels,
            instructions: instructions)
    }

    /// A batch of these parts.
    package init(
        pictures: Pictures, ids: [[Int]], lengths: [Int], answers: [[Int]] = [], labels: [[Int]],
        instructions: [[Int]] = [], meanings: [[Int]] = []
    ) {
        self.pictures = pictures
        self.ids = ids
        self.lengths = lengths
        self.answers = answers
        self.labels = labels
        self.instructions = instructions
        self.meanings = meanings
    }

    /// What the bridge reads, as it reads it; nil where it reads no text.
    package var instruction: BridgeText? { instructions.isEmpty ? nil : BridgeText(instructions) }

    /// The id to be written after each position, row after row; −100 where nothing is asked.
    package var targets: [Int] {
        answers.isEmpty ? labels.flatMap { Array($0.dropFirst()) + [-100] } : labels.flatMap(\.self)
    }

    /// Labels that are asked for.
    package var labelCount: Int { labels.reduce(0) { $0 + $1.count { $0 >= 0 } } }

    /// Image tokens that are to stand for a token.
    package var meaningCount: Int { meanings.reduce(0) { $0 + $1.count } }

    /// Tokens, image tokens included and padding not.
    package var tokenCount: Int { lengths.reduce(0, +) }

    /// The batch of these pictures and rows: image tokens, start token, prompt, text, end token; the last two are asked for.
    /// An encoder–decoder reads the first three with one side and writes the others with the other.
    ///
    /// - Parameter pixels: `[rows, 3, height, width]`
    package init(pixels: Tensor, rows: [TokenRow], for model: VisionLanguageModel) {
        self.init(.pixels(pixels), rows: rows, for: model)
    }

    /// The batch of these pictures and rows, one of each beside the other.
    package init(_ pictures: Pictures, rows: [TokenRow], for model: VisionLanguageModel) {
        precondition(pictures.count == rows.count, "\(pictures.count) pictures for \(rows.count) rows")
        let image = [Int](repeating: model.imageID, count: model.queries)
        let start = model.decoder.startID
        let sequences = rows.map { image + $0.prompt + (start == nil ? $0.text : []) }
        // Padding is masked; any id that has an embedding does.
        let padded = Self.padded(sequences, with: 0)
        var answers: [[Int]] = []
        var labels = zip(sequences, rows).map { sequence, row in
            [Int](repeating: -100, count: sequence.count - row.text.count) + row.text
        }
        if let start {
            answers = Self.padded(rows.map { [start] + $0.text.dropLast() }, with: 0)
            labels = rows.map(\.text)
        }
        self.init(
            pictures: pictures, ids: padded, lengths: sequences.map(\.count), answers: answers,
            labels: Self.padded(labels, with: -100), instructions: rows.compactMap(\.instruction),
            meanings: rows.map { Array($0.meaning.prefix(model.queries)) })
    }

    private static func padded(_ rows: [[Int]], with filler: Int) -> [[Int]] {
        let longest = rows.map(\.count).max() ?? 0
        return rows.map { $0 + [Int](repeating: filler, count: longest - $0.count) }
    }

    /// The rows of `range` alone, with no more padding than they need.
    package func rows(_ range: Range<Int>) -> CaptioningBatch {
        let longest = lengths[range].max() ?? 0
        let answer = labels[range].map { 1 + ($0.lastIndex { $0 >= 0 } ?? 0) }.max() ?? 0
        let isWhole = answers.isEmpty
        return CaptioningBatch(
            pictures: pictures.slice(range), ids: ids[range].map { Array($0.prefix(longest)) },
            lengths: Array(lengths[range]), answers: isWhole ? [] : answers[range].map { Array($0.prefix(answer)) },
            labels: labels[range].map { Array($0.prefix(isWhole ? longest : answer)) },
            instructions: instructions.isEmpty ? [] : Array(instructions[range]),
            meanings: meanings.isEmpty ? [] : Array(meanings[range]))
    }
}

/// A row's prompt and text as ids.
package struct TokenRow: Sendable, Equatable {
    /// Start token and prompt.
    package let prompt: [Int]
    /// What is to be written, its end token included where the text was not cut.
    package let text: [Int]
    /// The prompt as the bridge reads it; nil where it reads no text.
    package let instruction: [Int]?
    /// What the picture's image tokens are to stand for; empty where nothing is wanted of them.
    package let meaning: [Int]

    /// A row of these ids.
    package init(prompt: [Int], text: [Int], instruction: [Int]? = nil, meaning: [Int] = []) {
        self.prompt = prompt
        self.text = text
        self.instruction = instruction
        self.meaning = meaning
    }
}
