import Foundation
import InterleavedData
import JSONText
import ReportPages
import TensorEngine
import TextTokens
import VisionLanguage

extension PretrainRun {
    /// What this run is going to do.
    var plan: PlanSummary {
        let places: [(name: String, isIn: (String) -> Bool)] = [
            ("token table", { $0.hasPrefix("model.embed_tokens.") }), ("attention", { $0.contains(".self_attn.") }),
            ("routers", { $0.contains(".mlp.gate.") }),
            ("feed-forwards", { $0.contains(".mlp.") && !$0.contains(".mlp.gate.") }),
            ("norms", { $0.contains("norm") && !$0.contains(".self_attn.") }), ("head", { $0.hasPrefix("lm_head.") }),
        ]
        let parts = places.compactMap { place -> PlanSummary.Part? in
            let members = parameters.filter { place.isIn($0.name) }
            guard !members.isEmpty else { return nil }
            let learning = members.filter(\.isTrainable)
            let rates = learning.compactMap { state.groups[$0.name]?.learningRateFactor }
            return PlanSummary.Part(
                name: place.name, parameters: members.reduce(0) { $0 + $1.tensor.count },
                trained: learning.reduce(0) { $0 + $1.tensor.count },
                learningRate: rates.max().map { $0 * recipe.learningRate })
        }
        let copies = 3 + (recipe.optimiser.rule == .adamw ? 1 : 0) + (recipe.averageDecay > 0 ? 1 : 0)
        let windows = text.stores.reduce(0) { $0 + $1.training.tokenCount / recipe.length }
        return PlanSummary(
            parts: parts, steps: recipe.steps, batch: recipe.batch, rows: windows,
            epochs: text.stores.count == 1 && recipe.steps > 0
                ? Double(recipe.steps * recipe.batch) / Double(max(1, windows)) : nil,
            frozenBytes: 0, stateBytes: state.parameters.reduce(0) { $0 + $1.tensor.count } * 4 * copies)
    }

    /// Losses by denoiser, routers, learning rate and speed over the steps, from the log alone.
    func curves() throws(ReportFileError) -> ChartSheet {
        let records = try RunRecords(path: files.log)
        var sheet = TrainingCurves(records).sheet("Pretraining on text")
        let keys = records.numericKeys
        func chart(_ title: String, _ label: String, unit: String? = nil, _ chosen: [(key: String, name: String)]) {
            guard !chosen.isEmpty else { return }
            let series = chosen.map {
                ChartSeries($0.name, records.series($0.key), smoothing: .automatic, hasDots: nil)
            }
            sheet.panels.append(
                .lines(LineChart(title, x: .steps, y: ChartAxis(label, unit: unit), series, height: 150)))
        }
        func under(_ table: String) -> [(key: String, name: String)] {
            keys.filter { $0.hasPrefix(table + ".") }.map { ($0, String($0.dropFirst(table.count + 1))) }
        }
        chart("Loss by denoiser", "loss", unit: "nats", under("denoisers"))
        chart("Held-out bits per byte", "bits per byte", under("held_out_bits_per_byte"))
        chart(
            "Routers", "mean over layers",
            [
                ("router_entropy", "entropy, nats"), ("router_violation", "max load / mean − 1"),
                ("router_dropped", "dropped"),
            ]
            .filter { keys.contains($0.0) })
        chart("Sparse units that no token chose", "share", keys.contains("unused_units") ? [("unused_units", "")] : [])
        return sheet
    }

    /// The run as a page for a person, from the log and the recipe.
    func reportPage(plan: PlanSummary) throws(TrainingError) -> HTMLPage {
        let records: RunRecords
        do { records = try RunRecords(path: files.log) } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
        var report = TrainingReport(title: "Pretraining on text", outcome: .finished)
        report.baselineHint = ""
        report.samplesTitle = "How it goes on from held-out texts"
        let steps = records.records.filter { $0["loss"] != nil }
        let seconds = steps.reduce(0) { $0 + ($1["seconds"]?.double ?? 0) }
        let looking = records.records.reduce(0) { $0 + ($1["dev_loss"] != nil ? $1["seconds"]?.double ?? 0 : 0) }
        let tokens = steps.reduce(0) { $0 + ($1["tokens"]?.integer ?? 0) }
        let cost = configuration.cost
        let last = steps.suffix(100).compactMap { $0["loss"]?.double }
        report.summary = [
            ("steps", "\(state.step)"), ("tokens seen", NumberText.grouped(tokens)),
            ("tokens in the text", NumberText.grouped(text.stores.reduce(0) { $0 + $1.training.tokenCount })),
            ("parameters", NumberText.grouped(cost.parameters)),
            ("read for one token", NumberText.grouped(cost.activeParameters)),
            (
                "mean loss of the last \(last.count) steps",
                NumberText.fixed(last.reduce(0, +) / Double(max(1, last.count)), digits: 4)
            ),
            ("tokens/s", NumberText.fixed(Double(tokens) / max(seconds, 1e-9), digits: 0)),
        ]
        report.plan = plan.parts.map {
            .init($0.name, parameters: $0.parameters, learningRate: $0.learningRate.map { Double($0) })
        }
        report.timings = [("training", .seconds(seconds)), ("looking at held-out text", .seconds(looking))]
        do { report.curves = try curves() } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
        report.curves?.title = ""
        report.scores = scores(records)
        report.samples = records.records.flatMap { record -> [TrainingReport.Sample] in
            guard let step = record[RunLog.stepKey]?.integer, let rows = record["samples"]?.array else { return [] }
            return rows.compactMap { row in
                guard let prompt = row["prompt"]?.string, let reference = row["reference"]?.string,
                    let output = row["output"]?.string
                else { return nil }
                return TrainingReport.Sample(
                    step: step, picture: nil, name: prompt, reference: reference, generated: output)
            }
        }
        report.charts = loadMaps(records)
        report.recipe = try RecipeText.text(of: recipe)
        report.footer = "lorgnette pretrain --resume goes on with a run; complete -m DIR/model goes on from a text."
        return report.page
    }

    /// The last look.
    private func scores(_ records: RunRecords) -> [TrainingReport.Score] {
        guard let last = records.records.last(where: { $0["dev_loss"] != nil }) else { return [] }
        var scores: [TrainingReport.Score] = []
        let targets = last["held_out_targets"]
        if let bits = last["dev_bits_per_byte"]?.double {
            scores.append(
                .init(
                    "bits per byte of held-out text, read from left to right", bits,
                    baseline: last["dev_bigram_bits_per_byte"]?.double.map { ("a bigram model of bytes", $0) },
                    isHigherBetter: false, examples: targets?["text"]?.integer))
        }
        for (name, value) in last["held_out_perplexity"]?.object?.members.map({ ($0.key, $0.value) }) ?? [] {
            guard let perplexity = value.double else { continue }
            scores.append(
                .init("perplexity of \(name)", perplexity, isHigherBetter: false, examples: targets?[name]?.integer))
        }
        return scores
    }

    /// The load of every expert of the layers over the run.
    private func loadMaps(_ records: RunRecords) -> [ChartSheet] {
        guard let layers = records.records.last(where: { $0["layers"] != nil })?["layers"]?.array else { return [] }
        let loads = layers.compactMap { layer -> (name: String, load: [Double])? in
            guard let index = layer["layer"]?.integer, let load = layer["load"]?.array else { return nil }
            return ("\(index)", load.compactMap(\.double))
        }
        guard let first = loads.first else { return [] }
        let map = HeatMap(
            "Share of assignments at the end, by expert", rowCaption: "layer", rows: loads.map(\.name),
            columnCaption: "expert", columns: first.load.indices.map { "\($0)" }, values: loads.map(\.load))
        return [ChartSheet([.heat(map)])]
    }
}
