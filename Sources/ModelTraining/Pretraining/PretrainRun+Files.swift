import Checkpoints
import Foundation
import InterleavedData
import JSONText
import ReportPages
import TensorEngine
import TextTokens
import VisionLanguage

extension PretrainRun {
    /// The log, with nothing in it about steps that are to be made again.
    func openLog() throws(TrainingError) -> RunLog {
        do { return try RunLog(resuming: files.log, throughStep: state.step) } catch {
            throw .report(error, lastCheckpoint: lastCheckpoint)
        }
    }

    /// Makes this the state from which the run would go on.
    func checkpoint(_ log: RunLog, _ watch: (PretrainEvent) -> Void) throws(TrainingError) {
        try append(log, [("checkpoint", .bool(true))])
        do { try log.flush() } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
        do {
            let keys = JSONValue.array(text.stores.map { .string($0.key) })
            try TrainingCheckpoint.write(state, facts: [("text", keys), ("best", best.json)], to: files.checkpoint)
        } catch {
            throw .cannotWrite(file: files.checkpoint, reason: "\(error)", lastCheckpoint: lastCheckpoint)
        }
        lastCheckpoint = state.step
        watch(.checkpointed(step: state.step))
    }

    /// Keeps the weights of the best look.
    func writeBest() throws(TrainingError) {
        do {
            try SafetensorsWriter().write(
                (state.finalWeights + state.buffers.map { ($0.name, $0.tensor.detached) }).map {
                    SafetensorsItem($0.name, $0.value)
                }, to: files.best)
        } catch { throw .cannotWrite(file: files.best, reason: "\(error)", lastCheckpoint: lastCheckpoint) }
    }

    /// Puts the weights of the best look into the parameters, where they are kept and are not the last.
    private func takeBest() throws(CheckpointError) {
        guard recipe.dev.keepsBest, let step = best.step, step != state.step,
            FileManager.default.fileExists(atPath: files.best)
        else { return }
        let stored = try SafetensorsFile(path: files.best)
        for parameter in state.parameters + state.buffers {
            parameter.set(try stored.tensor(named: parameter.name).ownedCopy)
        }
    }

    /// Writes the model's folder, curves and report.
    func finish(_ log: RunLog, plan: PlanSummary) throws(TrainingError) {
        do {
            try files.replaceFolder(files.model) { folder throws(CheckpointError) in try writeModel(into: folder) }
        } catch { throw .cannotWrite(file: files.model, reason: "\(error)", lastCheckpoint: lastCheckpoint) }
        let page = try reportPage(plan: plan)
        do {
            try log.flush()
            try WholeFile.write(try curves().svg, to: files.curves)
            try WholeFile.write(page.html, to: files.report)
        } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
    }

    /// Weights, configs and tokenizer; the config last, so that a folder with one is whole.
    private func writeModel(into folder: String) throws(CheckpointError) {
        for name in Self.tokenizerFiles {
            if let bytes = FileManager.default.contents(atPath: text.tokenizerFolder + "/" + name) {
                try AtomicFile.write(Array(bytes), to: folder + "/" + name)
            }
        }
        let tokens = text.completionTokens(seesPrefixes: configuration.mask == .prefix)
        func leading(_ tokens: [String]) -> JSONValue {
            .object([("leading_tokens", .array(tokens.map { .string($0) }))])
        }
        let own = JSONValue.object([
            (LeadingTokens.complete.rawValue, leading(tokens)),
            (LeadingTokens.read.rawValue, leading(text.readingTokens)),
        ])
        try AtomicFile.write(Array((own.text + "\n").utf8), to: folder + "/lorgnette.json")
        let ends: [(String, Int?)] = [
            ("bos_token_id", text.tokenizer.beginningOfSentence), ("eos_token_id", text.tokenizer.endOfSentence),
            ("pad_token_id", text.tokenizer.padding),
        ]
        let others = ends.compactMap { name, id in id.map { (key: name, value: JSONValue.integer($0)) } }
        try state.withFinalWeights { () throws(CheckpointError) in
            try takeBest()
            try configuration.write(parameters, dtype: recipe.stored.dtype, others: others, toFolder: folder)
        }
    }

    private static let tokenizerFiles = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt", "vocab.txt",
        "tokenizer.model", "spiece.model",
    ]
}
