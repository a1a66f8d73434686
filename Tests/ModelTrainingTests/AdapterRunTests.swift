import Checkpoints
import Foundation
import JSONText
import ModelTraining
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Bridges of every architecture, with and without adapters, learn through the frozen decoder.
@Suite struct AdapterRunTests {
    /// A bridge to be trained, by the keys of a recipe.
    struct Trained: Sendable, CustomStringConvertible {
        let kind: BridgeKind
        let adapters: AdapterDesign
        var description: String {
            "\(kind)\(adapters.bottleneck == .none ? "" : " magma")\(adapters.crossAttentionEvery > 0 ? " flamingo" : "")"
        }

        static let all: [Trained] = BridgeKind.allCases.flatMap { kind in
            [Trained(kind: kind, adapters: AdapterDesign()), Trained(kind: kind, adapters: adapters)]
        }

        static var adapters: AdapterDesign {
            var design = AdapterDesign()
            (design.bottleneck, design.reduction) = (.both, 4)
            (design.crossAttentionEvery, design.heads, design.headWidth, design.expansion) = (2, 2, 6, 2)
            return design
        }

        var new: NewBridge {
            var sizes = BridgeSizes()
            (sizes.latents, sizes.layers, sizes.heads, sizes.headWidth, sizes.expansion) = (3, 2, 2, 5, 2)
            return NewBridge(kind: kind, sizes: sizes, adapters: adapters, seed: 4)
        }

        var assignments: [String] {
            [
                "bridge_kind=\(kind.rawValue)",
                "bridge_sizes={latents: 3, layers: 2, heads: 2, head_width: 5, expansion: 2}",
                "adapters={bottleneck: \(adapters.bottleneck.rawValue), reduction: 4, heads: 2, head_width: 6, expansion: 2, "
                    + "cross_attention_every: \(adapters.crossAttentionEvery)}",
            ]
        }
    }

    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Small models of smooth decoders, all weights large enough that what is smooth looks smooth to a step of a thousandth.
    private static func model(_ decoder: String, _ trained: Trained) -> VisionLanguageModel {
        var vision = VisionSizes(patch: 6, epsilon: 1e-6)
        (vision.width, vision.hidden, vision.layers, vision.heads, vision.imageSize) = (12, 16, 1, 2, 12)
        var bridge = QueryTransformerConfiguration()
        (bridge.width, bridge.hidden, bridge.layers, bridge.heads, bridge.featureWidth) = (8, 12, 2, 2, 12)
        var llama = LlamaConfiguration()
        llama.sizes = RotaryDecoderSizes(
            vocabularySize: 20, width: 12, hidden: 16, layers: 3, heads: 2, contextLength: 64)
        var gpt2 = GPT2Configuration()
        (gpt2.vocabularySize, gpt2.width, gpt2.hidden, gpt2.layers, gpt2.heads, gpt2.contextLength) = (
            20, 12, 16, 3, 2, 64
        )
        var configuration = BLIP2Configuration(
            vision: BLIP2VisionConfiguration(vision), queryTransformer: bridge,
            text: decoder == "llama" ? LanguageModelKind(llama) : LanguageModelKind(gpt2), queries: 3, imageTokenID: 19)
        configuration.design = BridgeDesign(trained.kind, sizes: trained.new.sizes, adapters: trained.adapters)
        let model = configuration.makeModel(in: ParameterScope(RandomParameters(seed: 2)))
        var generator = SeededGenerator(seed: 8)
        // Also away from the start, where gates are shut and half of the gradients are nothing.
        for parameter in model.parameters {
            let noise = Tensor.drawn(parameter.tensor.shape, .normal(0.25), using: &generator)
            parameter.set(parameter.tensor + noise)
        }
        return model
    }

    /// Each parameter's gradient against differences of the loss along it and along a random direction.
    @Test(arguments: Trained.all, ["llama", "gpt2"])
    func `gradients equal differences`(trained: Trained, decoder: String) throws {
        let model = Self.model(decoder, trained)
        let parameters = TrainingPlan(.qformer).apply(to: model)
        var generator = SeededGenerator(seed: 9)
        let pixels = Tensor.drawn([2, 3, 12, 12], .normal(1), using: &generator)
        let rows = [
            TokenRow(prompt: [2, 5, 9], text: [7, 11, 4]), TokenRow(prompt: [2], text: [12, 3]),
        ]
        let batch = CaptioningBatch(pixels: pixels, rows: rows, for: model)
        let gradients = model.loss(batch).gradients()
        #expect(
            model.parameters.allSatisfy { parameter in
                gradients[parameter] == nil || parameters.contains { $0 === parameter }
            })

        for parameter in parameters {
            let gradient = try #require(gradients[parameter], "\(parameter.name) has no gradient").detached
            let norm = gradient.array.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let drawn = Tensor.drawn(gradient.shape, .normal(1), using: &generator)
            let size = drawn.array.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            // Half of it along the gradient, half anywhere.
            let direction = gradient.scaled(by: Float(1 / max(norm, 1e-9))) + drawn.scaled(by: Float(1 / size))
            let expected = zip(gradient.array, direction.array).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let value = parameter.tensor.detached
            // Small beside what bends the loss, large beside what float32 rounds of it.
            let step = Float(1e-3 / max(1, norm))
            func loss(_ steps: Float) -> Double {
                parameter.set(value + direction.scaled(by: steps * step))
                return Double(model.loss(batch).scalar)
            }
            // Of fourth order: (f(−2h) − 8f(−h) + 8f(h) − f(2h)) / 12h.
            let sum = loss(-2) - 8 * loss(-1) + 8 * loss(1) - loss(2)
            let difference = sum / Double(12 * step)
            parameter.set(value)
            #expect(
                abs(difference - expected) <= 0.02 * norm + 1e-3,
                "\(parameter.name): \(expected), by differences \(difference)")
        }
    }

    private func recipe(_ base: String, _ data: TinyDataset, _ assignments: [String]) throws -> FinetuneRecipe {
        var recipe = try FinetuneRecipe(
            assignments: [
                "steps=8", "batch=4", "checkpoint_every=4", "learning_rate=0.01", "warmup_steps=1", "dev.every=4",
                "dev.answered=1",
            ] + assignments)
        recipe.base = Repository.path("fixtures/parity/\(base)")
        recipe.data = [FinetuneRecipe.DataEntry(pairs: data.path)]
        return recipe
    }

    /// Names and bytes of the finished bridge's tensors.
    private func bridge(of run: String) throws -> [String: [UInt8]] {
        let folder = try BridgeFolder(path: run + "/bridge")
        return Dictionary(
            uniqueKeysWithValues: folder.weights.files.flatMap { file in
                file.entries.map { ($0.name, file.bytes(of: $0)) }
            })
    }

    @Test(arguments: Trained.all)
    func `a run learns, resumes bit for bit, and its bridge lies over the base`(trained: Trained) throws {
        let data = try TinyDataset(in: scratch) { _ in false }
        let run = scratch.file("run")
        var losses: [Double] = []
        try FinetuneRun(recipe("blip2-olmoe-a", data, trained.assignments), new: run).train { event in
            if case .stepped(let record) = event { losses.append(record.loss) }
            guard case .checkpointed(4) = event else { return }
            do { try FileManager.default.copyItem(atPath: run, toPath: scratch.file("killed")) } catch {
                Issue.record(error)
            }
        }
        try FinetuneRun(resuming: scratch.file("killed")).train { _ in }
        #expect(try bridge(of: run) == bridge(of: scratch.file("killed")))
        #expect(losses.count == 8 && losses[7] < losses[0])

        let base = Repository.path("fixtures/parity/blip2-olmoe-a")
        let loaded = try ModelFolder(path: base, bridge: run + "/bridge")
        #expect(loaded.configuration.design.kind == trained.kind)
        #expect(loaded.configuration.design.adapters == trained.adapters || !trained.adapters.isOn)
        let stored = try BridgeFolder(path: run + "/bridge")
        for parameter in loaded.model.parameters where BridgeDesign.isBridge(parameter.name) {
            let file = try #require(stored.weights.file(of: parameter.name), "\(parameter.name) is not in the bridge")
            #expect(try file.tensor(named: parameter.name).bytes == parameter.tensor.bytes)
        }
        let plain = try ModelFolder(path: base)
        let frozen = plain.model.parameters.filter { !BridgeDesign.isBridge($0.name) }
        let others = Dictionary(uniqueKeysWithValues: loaded.model.parameters.map { ($0.name, $0.tensor) })
        #expect(frozen.allSatisfy { others[$0.name]?.bytes == $0.tensor.bytes } && !frozen.isEmpty)
    }

    @Test func `a bridge of which a part was trained is stored whole`() throws {
        let data = try TinyDataset(in: scratch) { _ in false }
        let first = scratch.file("first")
        try FinetuneRun(
            recipe("blip2-olmoe-a", data, ["train.part=projection", "reinitialise=true"]), new: first
        ).train { _ in }
        let base = Repository.path("fixtures/parity/blip2-olmoe-a")
        let plain = try ModelFolder(path: base)
        let loaded = try ModelFolder(path: base, bridge: first + "/bridge")
        let changed = zip(plain.model.parameters, loaded.model.parameters).filter { $0.tensor.bytes != $1.tensor.bytes }
        #expect(
            changed.contains { $0.0.name.hasPrefix("qformer.") },
            "the drawn querying transformer is what was trained with")

        // Then adapters alone join it.
        var second = try recipe(
            "blip2-olmoe-a", data, ["train.part=projection", "adapters={bottleneck: feed_forward, reduction: 6}"])
        second.bridge = first + "/bridge"
        try FinetuneRun(second, new: scratch.file("second")).train { _ in }
        let joined = try BridgeFolder(path: scratch.file("second/bridge"))
        let kept = try BridgeFolder(path: first + "/bridge")
        for name in kept.weights.entries.map(\.name) where name.hasPrefix("qformer.") {
            let (one, other) = (try #require(kept.weights.file(of: name)), try #require(joined.weights.file(of: name)))
            #expect(try one.tensor(named: name).bytes == other.tensor(named: name).bytes)
        }
        #expect(joined.weights.entries.contains { $0.name.hasPrefix("adapters.layers.0.feed_forward.down") })
        #expect(joined.record["trained"]?.array?.contains(.string("qformer.layernorm.weight")) == false)
    }

    @Test func `what does not fit is told`() throws {
        let data = try TinyDataset(in: scratch) { _ in false }
        let run = scratch.file("run")
        try FinetuneRun(
            recipe("blip2-olmoe-a", data, ["steps=1", "bridge_kind=linear", "adapters={bottleneck: both}"]), new: run
        ).train { _ in }
        func problem(_ base: String, _ assignments: [String], from bridge: String = "") -> String {
            do {
                var wanted = try recipe(base, data, assignments)
                wanted.bridge = bridge
                _ = try FinetuneRun(wanted, new: scratch.file("other"))
                try? FileManager.default.removeItem(atPath: scratch.file("other"))
                return ""
            } catch { return "\(error)" }
        }
        let bridge = run + "/bridge"
        #expect(problem("blip2-olmoe-a", [], from: bridge).isEmpty)
        #expect(problem("blip2-olmoe-a", ["bridge_kind=linear"], from: bridge).isEmpty)
        #expect(problem("blip2-olmoe-a", ["bridge_kind=mlp"], from: bridge).contains("bridge_config"))
        #expect(
            problem("blip2-olmoe-a", ["adapters={bottleneck: feed_forward}"], from: bridge).contains("adapter_config"))
        #expect(problem("blip2-t5-d", ["adapters={bottleneck: both}"]).contains("encoder–decoder"))
        #expect(problem("blip2-t5-d", ["bridge_kind=mlp", "steps=1"]).isEmpty)
        #expect(problem("blip2-olmoe-a", ["adapters={bottleneck: sideways}"]).contains("bottleneck"))
        #expect(problem("blip2-olmoe-a", ["bridge_sizes={latents: 0}"]).contains("bridge_sizes"))
        #expect(problem("blip2-olmoe-a", ["bridge_sizes={latents: 100000000}"]).contains("bridge_sizes"))
        #expect(problem("blip2-olmoe-a", ["adapters={reduction: 0}"]).contains("adapters"))
        #expect(problem("blip2-olmoe-a", ["bridge_kind=resampler"]).contains("bridge_kind"))
    }
}
