import Foundation
import InterleavedData
import ModelTraining
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import TextTokens
import VisionLanguage

/// Documents as a decoder reads them: laid out as inference lays them out, packed without seeing each other.
@Suite struct InterleavedDocumentTests {
    /// A model that reads documents.
    struct Reader: Sendable, CustomStringConvertible {
        let name: String
        var readsPrefixes = false
        var adapters = AdapterDesign()
        var description: String { name }

        static let all: [Reader] = [
            Reader(name: "causal"), Reader(name: "prefix", readsPrefixes: true),
            Reader(name: "causal, adapted", adapters: adapted(everywhere: false)),
            Reader(name: "causal, adapted everywhere", adapters: adapted(everywhere: true)),
            Reader(name: "prefix, adapted", readsPrefixes: true, adapters: adapted(everywhere: false)),
        ]

        private static func adapted(everywhere: Bool) -> AdapterDesign {
            var design = AdapterDesign()
            (design.bottleneck, design.reduction, design.everywhere) = (.both, 4, everywhere)
            (design.crossAttentionEvery, design.heads, design.headWidth, design.expansion) = (2, 2, 6, 2)
            return design
        }
    }

    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// A model of ours before a tiny decoder, adapters away from their start.
    private func folder(_ reader: Reader) throws -> ModelFolder {
        let decoder = try TinyDecoder(in: scratch, "decoder \(reader)", readsPrefixes: reader.readsPrefixes)
        let recipe = try FinetuneRecipe(
            text: """
                parts:
                  vision: {hidden_size: 24, num_hidden_layers: 1, num_attention_heads: 2, patch_size: 7}
                  image: {size: 28}
                  queries: 3
                  qformer: {hidden_size: 16, num_hidden_layers: 2, max_position_embeddings: 48}
                  prompts: {caption: "a picture of", ask: "Question: {question} Answer:"}
                """, assignments: ["parts.language_model=\(decoder.path)"])
        let path = scratch.file("model \(reader)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try ModelAssembly(recipe.parts, seed: 5).write(to: path)
        guard reader.adapters.isOn else { return try ModelFolder(path: path) }
        let folder = try ModelFolder(path: path, new: NewBridge(kind: nil, adapters: reader.adapters, seed: 7))
        var generator = SeededGenerator(seed: 8)
        for parameter in folder.model.parameters where parameter.name.hasPrefix("adapters.") {
            parameter.set(parameter.tensor + Tensor.drawn(parameter.tensor.shape, .normal(0.2), using: &generator))
        }
        return folder
    }

    private func texts(
        _ folder: ModelFolder, _ change: (inout FinetuneRecipe.InterleavedSettings) -> Void = { _ in }
    ) throws -> DocumentTexts {
        var settings = FinetuneRecipe.InterleavedSettings()
        settings.length = 200
        change(&settings)
        return try DocumentTexts(folder, FinetuneRecipe.TextSettings(), settings)
    }

    private static func picture(_ number: Int) -> InterleavedDocument.Part {
        .picture(.init(id: "\(number)", location: .file(path: "\(number).png")))
    }

    /// Two solved examples and a question.
    private static let solved = InterleavedDocument(
        id: "solved",
        parts: [
            picture(0), .question(QuestionAnswer("what colour", "red")), picture(1), picture(2),
            .question(QuestionAnswer("what is it", "a green hat")), picture(3),
            .question(QuestionAnswer("what colour", "blue")),
        ])

    private static let running = InterleavedDocument(
        id: "running",
        parts: [
            .text("Before all pictures."), picture(0), .caption("a hat"), .text("So it goes on."), picture(1),
            .text("And ends."), picture(2),
        ])

    private func images(_ count: Int, _ folder: ModelFolder, seed: UInt64 = 3) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor.drawn(
            [count, folder.model.queries, folder.model.decoder.embeddingWidth], .normal(1), using: &generator)
    }

    /// The logits of every target of some documents in one row, document by document.
    private func logits(_ documents: [TokenDocument], _ images: Tensor?, _ folder: ModelFolder) -> [[[Float]]] {
        let packed = PackedDocuments(documents, rows: [Array(documents.indices)])
        let targets = packed.targets[0]
        let made = folder.model.logits(
            packed: packed.ids, documents: packed.documents, images: images.map { ImageEmbeddings($0) },
            at: targets.map(\.position))
        var next = 0
        return documents.map { document in
            (0..<document.lossTokens).map { _ in
                defer { next += 1 }
                return made.element(next).array
            }
        }
    }

    @Test(arguments: Reader.all)
    func `changing one document moves no other document's logits by a bit`(reader: Reader) throws {
        let folder = try folder(reader)
        let texts = try texts(folder)
        let middle = try texts.tokens(of: Self.solved, source: 0).document
        var others = [try texts.tokens(of: Self.running, source: 0).document, middle]
        let alone = texts.tokens(of: [7, 9, 12, 30], isEnd: true, id: "text", source: 0)
        others.append(alone)
        let counts = others.map(\.pictures.count)
        let pictures = images(counts.reduce(0, +), folder)
        let first = logits(others, pictures, folder)

        // Other words and other pictures in the middle document.
        var changed = others
        for index in middle.ids.indices where middle.ids[index] != folder.model.imageID {
            changed[1].ids[index] = (middle.ids[index] + 5) % 50 + 3
        }
        let new = images(counts[1], folder, seed: 11)
        let mixed = Tensor.concatenated([
            pictures.slice(0..<counts[0]), new, pictures.slice(counts[0] + counts[1]..<counts.reduce(0, +)),
        ])
        let second = logits(changed, mixed, folder)
        #expect(first[0] == second[0] && first[2] == second[2])
        #expect(first[1] != second[1])

        // Alone, a document has the logits that it has among others.
        let lone = logits([middle], pictures.slice(counts[0]..<counts[0] + counts[1]), folder)[0]
        for (one, other) in zip(lone.joined(), first[1].joined()) { #expect(abs(one - other) < 1e-4) }
    }

    /// What evaluation reads before an answer (`--shots`), token by token, against the packed document.
    @Test(arguments: Reader.all)
    func `an answer is predicted from what inference reads before it`(reader: Reader) throws {
        let folder = try folder(reader)
        let texts = try texts(folder)
        let rendered = try texts.tokens(of: Self.solved, source: 0)
        let pictures = images(4, folder)
        let trained = try #require(logits([rendered.document], pictures, folder).first)

        func words(_ text: String) -> ContextPart {
            .text(folder.model.decoder.embeddings(of: folder.tokenizer.encode(text, addingSpecialTokens: false)))
        }
        let parts: [ContextPart] = [
            .picture(pictures.element(0)), words(folder.prompts.ask("what colour") + " red\n"),
            .picture(pictures.element(1)), .picture(pictures.element(2)),
            words(folder.prompts.ask("what is it") + " a green hat\n"), .picture(pictures.element(3)),
        ]
        let model = folder.model.textModel
        let end = try #require(folder.configuration.endIDs.min())
        let asked = try model.logits(
            after: model.prefix(reading: parts), prompt: folder.promptIDs(folder.prompts.ask("what colour")),
            continuation: folder.continuationIDs("blue") + [end])
        let count = asked.shape[0]
        #expect(rendered.pictures.map(\.id) == ["0", "1", "2", "3"])
        #expect(reader.readsPrefixes ? trained.count == count : trained.count > count)
        for (index, row) in trained.suffix(count).enumerated() {
            for (one, other) in zip(row, asked.element(index).array) { #expect(abs(one - other) < 2e-4) }
        }
    }

    @Test func `a row of pairs is laid out as it is alone`() throws {
        let folder = try folder(Reader.all[0])
        let texts = try texts(folder)
        let record = PairRecord(id: "r", picture: .file(path: "r.png"), captions: ["a red hat"])
        let sampler = PairSampler(
            mixture: try TrainingMixture([.init(name: "p", records: [record], weight: 1)]), seed: 1, batch: 1)
        let document = try texts.tokens(of: #require(sampler.draw(step: 0, slot: 0)), source: 0)
        let rows = try RowTexts(folder, FinetuneRecipe.TextSettings())
        let row = try rows.tokens("a red hat", question: nil, row: "r")
        let batch = CaptioningBatch(pixels: Tensor(repeating: 0, [1, 3, 28, 28]), rows: [row], for: folder.model)

        #expect(document.ids == batch.ids[0] && document.pictures == [0..<3])
        #expect(zip(document.weights, batch.labels[0]).allSatisfy { ($0 > 0) == ($1 >= 0) })
    }

    @Test func `loss is on answers, captions and running text`() throws {
        let folder = try folder(Reader.all[0])
        let texts = try texts(folder)
        func scored(_ document: TokenDocument) -> String {
            folder.tokenizer.decode(zip(document.ids, document.weights).filter { $1 > 0 }.map(\.0))
        }
        let solved = try texts.tokens(of: Self.solved, source: 0).document
        let end = folder.tokenizer.decode([try #require(folder.configuration.endIDs.min())])
        #expect(scored(solved) == " red a green hat blue" + end)
        #expect(solved.weights[0] == 0)
        for picture in solved.pictures { #expect(picture.allSatisfy { solved.weights[$0] == 0 }) }

        // A frozen decoder's bridge learns nothing from words before the first picture, and last pictures say nothing.
        let running = try texts.tokens(of: Self.running, source: 0)
        #expect(scored(running.document) == " a hatSo it goes on.And ends." + end)
        #expect(running.pictures.map(\.id) == ["0", "1"])
        let adapted = try self.texts(try self.folder(Reader.all[3]))
        #expect(adapted.keepsText && !texts.keepsText)
        let kept = try adapted.tokens(of: Self.running, source: 0).document
        #expect(scored(kept) == "Before all pictures. a hatSo it goes on.And ends." + end)
        let words = InterleavedDocument(id: "w", parts: [.text("words alone")])
        #expect(throws: DocumentProblem.teachesNothing) { try texts.tokens(of: words, source: 0) }
        #expect(try adapted.tokens(of: words, source: 0).document.pictures.isEmpty)
    }

    @Test func `of a document that is read both ways the last answer alone bears loss`() throws {
        let folder = try folder(Reader.all[1])
        let document = try texts(folder).tokens(of: Self.solved, source: 0).document
        let scored = zip(document.ids, document.weights).filter { $1 > 0 }.map(\.0)
        #expect(folder.tokenizer.decode(scored).hasPrefix(" blue"))
        #expect(document.prefix == document.weights.firstIndex { $0 > 0 })
    }

    @Test func `what is too long loses its first examples, or its end, and never half a picture`() throws {
        let folder = try folder(Reader.all[0])
        let whole = try texts(folder).tokens(of: Self.solved, source: 0)
        let count = whole.document.ids.count
        for limit in stride(from: count - 1, through: 20, by: -7) {
            let texts = try texts(folder) { $0.length = limit }
            for document in [Self.solved, Self.running] {
                guard let cut = try? texts.tokens(of: document, source: 0) else { continue }
                #expect(cut.document.ids.count <= limit)
                #expect(cut.document.ids.count { $0 == folder.model.imageID } == 3 * cut.pictures.count)
                #expect(cut.document.pictures.count == cut.pictures.count && cut.document.lossTokens > 0)
                if document.id == "solved" {
                    #expect(Array(whole.document.ids.suffix(cut.document.ids.count)) == cut.document.ids)
                }
            }
        }
        let few = try texts(folder) { $0.documentPictures = 2 }.tokens(of: Self.solved, source: 0)
        #expect(few.pictures.map(\.id) == ["3"], "two pictures before one question go together")
        #expect(throws: DocumentProblem.self) {
            try texts(folder) { $0.length = 16 }.tokens(of: Self.solved, source: 0)
        }
    }
}
