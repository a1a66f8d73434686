/// lmms-eval's settings (`lmms_eval/tasks/*/*.yaml`, default arguments).
enum LMMSEvalProtocol {
    private static let short = "Answer the question using a single word or phrase."
    private static let letter = "Answer with the option's letter from the given choices directly."
    private static let lengthRemark = "new tokens are the model's default in lmms-eval; 64 here"

    private static func entry(
        _ template: String, _ maxTokens: Int, _ variant: String? = nil,
        form: TaskProtocol.QuestionForm = .asIs, stops: [String] = [], remarks: [String] = []
    ) -> ProtocolPreset.Entry {
        ProtocolPreset.Entry(
            prompt: .template(template), questionForm: form, maxTokens: maxTokens, stops: stops, variant: variant,
            remarks: remarks)
    }

    /// By task.
    static let entries: [String: ProtocolPreset.Entry] = {
        let unanswerable = "{question}\nWhen the provided information is insufficient, respond with 'Unanswerable'.\n"
        let caption = entry("Provide a one-sentence caption for the provided image.", 64)
        let karpathy = entry("Describe the image briefly.", 64)
        var noCaps = caption
        noCaps.remarks = ["lmms-eval reports the whole set only: compare CIDEr"]
        var flickr = caption
        flickr.remarks = ["lmms-eval's flickr30k_test is the whole set of 31,783 pictures"]
        // SEED-Bench by log-likelihood is a task of its own there (seedbench_ppl).
        var seed = entry(
            "{question}\n{lettered}\n\(letter)", 64, "seed", stops: ["ASSISTANT:"], remarks: [lengthRemark])
        seed.rankedPrompt = .template("{question} Answer :")
        return [
            "coco-captions": caption, "coco-captions" + ProtocolPreset.karpathy: karpathy,
            "nocaps": noCaps, "flickr30k-captions": flickr,
            "vqav2": entry("{question}\n\(short)", 16, "lmms-eval"),
            "ok-vqa": entry(
                unanswerable + short, 64, "lmms-evalai", stops: ["ASSISTANT:"], remarks: [lengthRemark]),
            "vizwiz": entry(
                unanswerable + short, 64, "lmms-evalai", form: .capitalised, stops: ["ASSISTANT:"],
                remarks: [lengthRemark]),
            "textvqa": entry(
                "{question}\n\(short)", 64, "lmms-evalai", form: .capitalised, stops: ["ASSISTANT:"],
                remarks: [lengthRemark, "OCR tokens are off"]),
            "gqa": entry("{question}\n\(short)", 16, "lmms-eval"), "docvqa": entry("{question}\n\(short)", 32),
            "chartqa": entry("{question}\nAnswer the question with a single word.", 16),
            "scienceqa": entry("⟦Context: {hint}\n⟧{question}\n{lettered}\n\(letter)", 16, "scienceqa"),
            "pope": entry("{question}\n\(short)", 128, "lmms-eval"),
            "mme": entry("{question}\n\(short)", 16, "lmms-eval", form: .withoutYesNoRequest),
            "mmmu": entry(
                "{question}⟦\n{lettered}\n\n\(letter)¦\n\n\(short)⟧", 128, "mmmu",
                remarks: ["pictures stand before the text; an answer that names no choice is wrong, not drawn"]),
            "seed-bench": seed,
            "mmbench": entry(
                "⟦{hint} ⟧{question} There are several options:\n{lettered}\n\n\(letter)", 1024,
                remarks: ["an answer that names no choice is wrong: no judge"]),
        ]
    }()
}
