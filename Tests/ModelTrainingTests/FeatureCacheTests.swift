import Checkpoints
import Foundation
import InterleavedData
import ModelTraining
import ReportPages
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Runs with a feature cache make the losses and weights of runs without one, bit for bit, and do not encode twice.
@Suite struct FeatureCacheTests {
    private let scratch: ScratchFolder
    private let data: TinyDataset

    init() throws {
        scratch = try ScratchFolder()
        data = try TinyDataset(in: scratch) { $0 == 3 }
    }

    /// Vision encoders of few tokens, and of more than are decoded one by one.
    static let bases = ["blip2-olmoe-a", "blip2-olmoe-b"]

    private func recipe(_ base: String, isVaried: Bool = false, _ assignments: String...) throws -> FinetuneRecipe {
        var recipe = try FinetuneRecipe(
            assignments: [
                "steps=9", "batch=5", "checkpoint_every=4", "learning_rate=0.003", "dev.every=3", "dev.answered=2",
            ] + assignments)
        recipe.base = Repository.path("fixtures/parity/\(base)")
        recipe.data = [FinetuneRecipe.DataEntry(pairs: data.path)]
        if isVaried {
            recipe.data[0].augmentation = Augmentation(rotation: .init(degrees: 9), jitter: 2, flip: 0.5)
            recipe.data[0].views = 2
        }
        return recipe
    }

    private func run(_ name: String, _ recipe: FinetuneRecipe) throws -> FeatureStore.Counts? {
        var counts: FeatureStore.Counts?
        try FinetuneRun(recipe, new: scratch.file(name)).train { event in
            if case .cachedFeatures(_, let found) = event { counts = found }
        }
        return counts
    }

    private func bridge(of run: String) throws -> [String: [UInt8]] {
        let folder = try BridgeFolder(path: scratch.file(run + "/bridge"))
        return Dictionary(
            uniqueKeysWithValues: folder.weights.files.flatMap { file in
                file.entries.map { ($0.name, file.bytes(of: $0)) }
            })
    }

    /// The log's lines without times.
    private func log(of run: String) throws -> [String] {
        try scratch.text(run + "/log.jsonl").split(separator: "\n").map {
            String($0.replacing(/"seconds": [0-9.e-]+/, with: ""))
        }
    }

    @Test(arguments: bases, [false, true])
    func `losses and weights are the same bits with a cache, while it fills, when it is full, and without`(
        base: String, isVaried: Bool
    ) throws {
        let cache = "feature_cache=\(scratch.file("kept"))"
        #expect(try run("without", recipe(base, isVaried: isVaried)) == nil)
        let filling = try #require(try run("filling", recipe(base, isVaried: isVaried, cache)))
        let full = try #require(try run("full", recipe(base, isVaried: isVaried, cache)))

        #expect(try log(of: "filling") == log(of: "without") && log(of: "full") == log(of: "without"))
        #expect(try bridge(of: "filling") == bridge(of: "without") && bridge(of: "full") == bridge(of: "without"))
        #expect(filling.stored >= 11 + 4 && filling.found > 0)
        #expect(full.stored == 0 && full.found >= 45, "the encoder had nothing to do: \(full)")
    }

    @Test func `a changed picture is encoded anew, the others are not`() throws {
        let folder = scratch.file("kept")
        let recipe = try recipe("blip2-olmoe-a", "feature_cache=\(folder)")
        let first = try #require(try run("first", recipe))
        // Row 5 takes the colour of row 6, in a file of its own size.
        try scratch.write(scratch.bytes("6.png"), "5.png")
        let second = try #require(try run("second", recipe))
        #expect(first.stored == 15 && second.stored == 0, "the bytes are those of a picture that is known")
        var bytes = try scratch.bytes("7.png")
        bytes += [0]  // behind the picture's end
        try scratch.write(bytes, "7.png")
        let third = try #require(try run("third", recipe))
        #expect(third.stored == 1 && third.found > 30)
    }

    @Test func `another encoder, or other pre-processing, finds nothing`() throws {
        let folder = scratch.file("kept")
        let base = try ScratchFolder(copying: Repository.path("fixtures/parity/blip2-olmoe-a"))
        var recipe = try recipe("blip2-olmoe-a", "feature_cache=\(folder)", "steps=2")
        recipe.base = base.path
        func stored(_ name: String) throws -> Int { try #require(try run(name, recipe)).stored }
        let all = try stored("first")
        #expect(try all > 0 && stored("again") == 0)

        if ProductPrecision.bf16.isSupported {
            recipe.precision = .bf16
            #expect(try stored("other products") == all)
            recipe.precision = .float32
        }

        try base.replace("0.48145466", with: "0.5", in: "preprocessor_config.json")
        #expect(try stored("other pixels") == all)

        let file = try SafetensorsFile(path: base.file("model.safetensors"))
        let entry = try #require(file.entry(named: "vision_model.post_layernorm.weight"))
        var bytes = try base.bytes("model.safetensors")
        bytes[entry.bytes.lowerBound + 2] ^= 1
        try base.write(bytes, "model.safetensors")
        #expect(try stored("other weights") == all)
    }

    @Test func `a damaged cache costs time, not truth; a killed run goes on with it`() throws {
        let recipe = try recipe("blip2-olmoe-b", "feature_cache=true")
        var copy = ""
        try FinetuneRun(recipe, new: scratch.file("whole")).train { event in
            guard case .checkpointed(4) = event else { return }
            copy = scratch.file("killed")
            do { try FileManager.default.copyItem(atPath: scratch.file("whole"), toPath: copy) } catch {
                Issue.record(error)
            }
        }
        let features = try #require(
            try FileManager.default.contentsOfDirectory(atPath: copy + "/features").first { $0.hasSuffix(".bin") })
        var bytes = try scratch.bytes("killed/features/" + features)
        for offset in stride(from: 300, to: bytes.count, by: 5_000) { bytes[offset] ^= 0x55 }
        bytes.removeLast(77)
        try scratch.write(bytes, "killed/features/" + features)

        var counts: FeatureStore.Counts?
        try FinetuneRun(resuming: copy).train { if case .cachedFeatures(_, let found) = $0 { counts = found } }

        #expect(try bridge(of: "killed") == bridge(of: "whole") && log(of: "killed") == log(of: "whole"))
        let found = try #require(counts)
        #expect(found.damaged > 0 && found.stored > 0)
    }

    @Test func `what cannot be cached is told before the first step`() throws {
        func problem(_ change: (inout FinetuneRecipe) -> Void) throws -> String {
            var recipe = try recipe("blip2-olmoe-a", "feature_cache=true")
            change(&recipe)
            do { try recipe.check(file: "recipe") } catch { return "\(error)" }
            return ""
        }
        let trained = try problem { $0.train.part = .vision }
        let fresh = try problem { $0.data[0].augmentation.flip = 0.5 }
        let few = try problem {
            $0.data[0].augmentation.flip = 0.5
            $0.data[0].views = 3
        }
        #expect(trained.contains("feature_cache") && fresh.contains("data[0].views") && few.isEmpty)
        let negative = try problem { $0.data[0].views = -1 }
        let seed = try problem { $0.seed = -1 }
        #expect(negative.contains("data.views") && seed.contains("seed"))
        for text in ["true", "false", "kept"] {
            let recipe = try FinetuneRecipe(text: "feature_cache: \(text)")
            #expect(recipe.featureCache == text)
            #expect(recipe.located(in: "/a").featureCache == (text == "kept" ? "/a/kept" : text))
        }

        let file = try scratch.write("x", "file")
        #expect {
            _ = try run("run", recipe("blip2-olmoe-a", "feature_cache=\(file)"))
        } throws: {
            guard case .featureCache? = $0 as? TrainingError else { return false }
            return "\($0)".contains(file)
        }
    }

    @Test(arguments: ParityCase.pictured, ProductPrecision.allCases.filter(\.isSupported))
    func `a picture's features have the same bits alone and beside others`(
        parity: ParityCase, precision: ProductPrecision
    ) throws {
        let model = try parity.model(holding: .auto)
        for parameter in model.parameters { parameter.setProductPrecision(precision) }
        let pixels = try parity.tensor("batch_pixel_values")
        let several = Tensor.concatenated([pixels, pixels, pixels, pixels.slice(0..<1)])
        let together = model.independentFeatures(of: several).tensor
        for index in 0..<several.shape[0] {
            let alone = model.features(of: several.slice(index..<index + 1)).tensor
            #expect(together.slice(index..<index + 1).bytes == alone.bytes)
        }
    }
}
