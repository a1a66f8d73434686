import Imaging
import ModelEvaluation
import TextGeneration
import Testing
import VisionLanguage

/// Prompts and presets.
@Suite struct ProtocolTests {
    private let example = EvaluationExample(
        id: "1", pictures: [], question: "What IS it, {hint}?", slots: ["hint": ""], choices: ["x", "y"],
        references: ["x"])

    @Test func `slots are filled once, optional parts fall away`() {
        let form = PromptForm.template("⟦Context: {hint}\n⟧{question} {lettered} {bracketed} {unknown}.")

        let prompt = form.prompt(for: example, question: example.question, model: .blip2)

        #expect(prompt == "What IS it, {hint}? A. x\nB. y (a) x (b) y .")
    }

    @Test(arguments: [
        (TaskProtocol.QuestionForm.asIs, "What IS it?!"), (TaskProtocol.QuestionForm.blip, "what is it?"),
        (TaskProtocol.QuestionForm.capitalised, "What is it?!"),
    ])
    func `questions are cleaned up as published`(form: TaskProtocol.QuestionForm, expected: String) {
        var settings = TaskProtocol(prompt: .modelAsk, decoding: GenerationOptions(), variant: "x")
        settings.questionForm = form
        let example = EvaluationExample(id: "1", pictures: [], question: "What IS it?!", references: [])

        #expect(settings.question(of: example) == expected)
    }

    @Test func `BLIP-2's VQA protocol is LAVIS's`() {
        var settings = TaskProtocol(prompt: .modelAsk, decoding: GenerationOptions(), variant: "official")

        let isCovered = ProtocolPreset.blip2.apply(to: &settings, task: "vqav2", isEncoderDecoder: true)

        #expect(isCovered && settings.variant == "lavis" && settings.questionForm == .blip)
        #expect(settings.prompt == .template("Question: {question} Short answer:"))
        #expect(settings.decoding.beams == 5 && settings.decoding.maxTokens == 10 && settings.decoding.minTokens == 1)
        #expect(settings.decoding.lengthPenalty == -1)
        _ = ProtocolPreset.blip2.apply(to: &settings, task: "vqav2", isEncoderDecoder: false)
        #expect(settings.decoding.lengthPenalty == 0)
    }

    private func settings(
        _ preset: ProtocolPreset, _ task: String, files: [String] = [], ranks: Bool = false
    ) -> TaskProtocol? {
        var settings = TaskProtocol(prompt: .modelAsk, decoding: GenerationOptions(), variant: "x")
        let isCovered = preset.apply(
            to: &settings, task: task, files: files, isEncoderDecoder: false, ranks: ranks)
        return isCovered ? settings : nil
    }

    @Test func `what stands behind the bar takes the place of an optional part`() {
        let form = PromptForm.template("{question}⟦\n{lettered}¦ ({hint}open)⟧!")
        var open = example
        open.choices = []

        #expect(form.prompt(for: example, question: "Q", model: .blip2) == "Q\nA. x\nB. y!")
        #expect(form.prompt(for: open, question: "Q", model: .blip2) == "Q (open)!")
    }

    @Test func `lmms-eval asks by file and by kind of question`() throws {
        let official = settings(.lmmsEval, "coco-captions", files: ["a/captions_val2017.json"])
        let karpathy = settings(.lmmsEval, "coco-captions", files: ["a/dataset_coco.json"])
        #expect(official?.prompt == .template("Provide a one-sentence caption for the provided image."))
        #expect(karpathy?.prompt == .template("Describe the image briefly."))

        let mmmu = try #require(settings(.lmmsEval, "mmmu"))
        var open = example
        open.choices = []
        #expect(
            mmmu.prompt.prompt(for: open, question: "How far?", model: .blip2)
                == "How far?\n\nAnswer the question using a single word or phrase.")
        #expect(
            mmmu.prompt.prompt(for: example, question: "How far?", model: .blip2)
                == "How far?\nA. x\nB. y\n\nAnswer with the option's letter from the given choices directly.")

        let ranked = settings(.lmmsEval, "seed-bench", ranks: true)
        #expect(ranked?.prompt == .template("{question} Answer :") && ranked?.answering == .rank(.sum))
        #expect(settings(.lmmsEval, "seed-bench")?.stops == ["ASSISTANT:"])
    }

    @Test func `InstructBLIP's files and the paper are two protocols`() {
        let file = settings(.instructblip, "nocaps")
        let paper = settings(.instructblipPaper, "nocaps")

        #expect(file?.prompt == .template("A short image caption.") && file?.decoding.repetitionPenalty == 1.15)
        #expect(paper?.prompt == .template("A short image description: ") && paper?.decoding.repetitionPenalty == 1)
        #expect(settings(.instructblip, "ok-vqa")?.prompt == .template("Question: {question} Short Answer:"))
        #expect(settings(.instructblipPaper, "ok-vqa") == nil && settings(.instructblipPaper, "coco-captions") == nil)
        #expect(settings(.instructblip, "scienceqa")?.answering == .rank(.sum))
    }

    @Test(arguments: ProtocolPreset.allCases)
    func `presets cover known tasks, with known variants`(preset: ProtocolPreset) {
        for name in preset.tasks {
            guard let card = TaskList.named(name)?.card else {
                Issue.record("\(name) is no task")
                continue
            }
            var settings = TaskProtocol(
                prompt: card.prompt, decoding: GenerationOptions(), variant: card.variants[0])
            #expect(preset.apply(to: &settings, task: name, isEncoderDecoder: true))
            #expect(card.variants.contains(settings.variant), "\(name) \(settings.variant)")
        }
        var settings = TaskProtocol(prompt: .modelAsk, decoding: GenerationOptions(), variant: "x")
        #expect(preset == .standard || !preset.apply(to: &settings, task: "pairs", isEncoderDecoder: false))
    }

    @Test func `written answers end at stop strings`() async throws {
        let folder = try TaskFolder(
            ["pairs.jsonl": #"{"image": "a.png", "caption": null, "qa": [["Which?", "red"]]}"#],
            pictures: ["a.png": .pureRed])
        let model = FakeModel(write: { _, _ in "red ASSISTANT: blue" })
        var settings = TaskFolder.settings(of: PairsTask.card, model)
        settings.stops = ["\n", "ASSISTANT:"]

        let run = try await EvaluationSession(
            model: model, entries: [.init(task: try folder.open(PairsTask.self), settings: settings)]
        ).run(in: nil)[0]

        #expect(run.rows[0].output == "red" && run.rows[0].rawOutput == "red ASSISTANT: blue")
        #expect(run.value("score") == 1)
    }
}
