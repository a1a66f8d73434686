import ArgumentParser
import ImageFiles
import LorgnetteKit
import ModelEvaluation
import TextGeneration

/// Makes the protocol of a task out of preset and flags.
struct EvalProtocol {
    let options: EvalOptions
    let generation: GenerationFlags
    let image: ImageOptions
    let seed: UInt64

    /// The task with its protocol and demonstrations.
    func entry<Model: EvaluatedModel>(
        of task: any EvaluationTask, model: Model
    ) throws -> EvaluationSession<Model>.Entry {
        let card = type(of: task).card
        var settings = TaskProtocol(
            prompt: card.prompt, decoding: model.decoding, variant: options.variant ?? card.variants[0])
        try applyPreset(to: &settings, task: task, model: model)
        settings.variant = options.variant ?? settings.variant
        settings.decoding = try generation.options(over: settings.decoding)
        settings.decoding.sequences = 1
        if let prompt = options.prompt { settings.prompt = .template(prompt) }
        settings.captionPrompt = options.captionPrompt ?? settings.captionPrompt
        let normalisation = options.normalisation.flatMap(ChoiceRanking.Normalisation.init)
        let isPreset = settings.preset != ProtocolPreset.standard.rawValue
        let ranksByItself = isPreset ? settings.answering != .generate : card.ranks || !model.writes
        let ranks = options.answers.map { $0 == "rank" } ?? (ranksByItself || normalisation != nil)
        settings.answering = ranks ? .rank(normalisation ?? .sum) : .generate
        if !ranks, !isPreset, options.prompt == nil, let written = card.writtenPrompt { settings.prompt = written }
        if let confidence = options.confidence.flatMap(TaskProtocol.Confidence.init) {
            settings.confidence = confidence
        }
        settings.seed = seed
        settings.imageReading = "alpha \(image.alpha.treatment), at most \(image.maxPixels) pixels"
        guard options.shots > 0 else { return .init(task: task, settings: settings) }
        let pool = try demonstrations(of: task)
        settings.shots = FewShot(
            count: options.shots, selection: FewShot.Selection(rawValue: options.shotSelection) ?? .fixed,
            split: options.shotSplit)
        settings.shots.files = pool.files
        return .init(task: task, settings: settings, demonstrations: pool.examples)
    }

    private func applyPreset(
        to settings: inout TaskProtocol, task: any EvaluationTask, model: some EvaluatedModel
    ) throws {
        let name = type(of: task).card.name
        guard let preset = ProtocolPreset(rawValue: options.preset) else {
            let names = ProtocolPreset.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--protocol \(options.preset) is none of \(names)")
        }
        let isCovered = preset.apply(
            to: &settings, task: name, files: task.files, isEncoderDecoder: model.isEncoderDecoder,
            ranks: options.answers == "rank")
        guard isCovered else {
            throw ValidationError(
                "--protocol \(options.preset) says nothing about \(name); it covers \(preset.tasks.joined(separator: ", "))"
            )
        }
    }

    private func demonstrations(of task: any EvaluationTask) throws -> DemonstrationPool {
        guard let data = options.shotData ?? options.data else {
            throw ValidationError("--shots wants --shot-data for \(type(of: task).card.name), which has no files")
        }
        let images = options.shotImages ?? (options.shotData == nil ? options.images : nil)
        return try DemonstrationPool(TaskSource(data: data, split: options.shotSplit, images: images), for: task)
    }
}
