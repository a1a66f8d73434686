import NeuralLayers
import TensorEngine
import TextGeneration
import VisionLanguage

/// A language model that can be worked out by hand: the logits of the next token depend on the last token alone.
struct BigramDecoder: TextDecoder {
    /// `[token][next]`
    let table: [[Float]]

    var embeddingWidth: Int { table.count }
    var vocabularySize: Int { table.count }
    var contextLength: Int? { nil }

    func makeCache() -> KeyValueCache { KeyValueCache(layers: []) }

    /// One-hot rows, `[tokens, vocabulary]`.
    func embeddings(of ids: [Int]) -> Tensor {
        Tensor(
            ids.flatMap { id in table.indices.map { $0 == id ? Float(1) : 0 } }, [ids.count, table.count])
    }

    func hiddenStates(_ embeddings: Tensor, pass: inout DecoderPass) -> Tensor { embeddings }

    func logits(_ hidden: Tensor) -> Tensor {
        let transposed = table.indices.flatMap { next in table.indices.map { table[$0][next] } }
        return hidden.linear(Tensor(transposed, [table.count, table.count]))
    }

    /// What it writes after `prompt`.
    func generate(
        _ options: GenerationOptions, prompt: [Int], seed: UInt64 = 0, onToken: (Int) -> Bool = { _ in true }
    ) -> [TextGenerator.Sequence] {
        let model = DecoderOnlyModel(self)
        var generator = SeededGenerator(seed: seed)
        return TextGenerator(model: model, options: options)
            .generate(after: model.prefix(of: []), prompt: prompt, using: &generator, onToken: onToken)
    }

    /// Always the same logits, whatever was said.
    init(everywhere logits: [Float]) { table = logits.map { _ in logits } }

    /// A ring: 0 → 1 → 2 → … → 0, the next one likeliest, the one after it second.
    init(ring count: Int) {
        table = (0..<count).map { token in
            (0..<count).map { next in
                switch (next - token + count) % count {
                case 1: 4
                case 2: 2
                default: 0
                }
            }
        }
    }
}
