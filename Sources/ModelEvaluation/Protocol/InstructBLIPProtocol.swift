/// LAVIS's settings of InstructBLIP (`lavis/projects/instructblip/*.yaml`), and prompts of the paper's appendix.
enum InstructBLIPProtocol {
    private static let fromAppendix =
        "prompt and decoding as in the paper's appendix (not verified); LAVIS has no file for this task"
    private static let noLemmas = "answers are not lemmatised (LAVIS does with spaCy)"

    /// By task: LAVIS's files; for other tasks what the paper says.
    static let entries: [String: ProtocolPreset.Entry] = {
        let caption = ProtocolPreset.Entry(
            prompt: .template("A short image caption."), beams: 5, maxTokens: 80, minTokens: 10,
            repetitionPenalty: 1.15, remarks: ["repetition penalty 1.15 is LAVIS's default of the task"])
        var noCaps = caption
        noCaps.remarks.append("LAVIS's file lists the out-of-domain pictures only: compare CIDEr_out-domain")
        var knowledge = answer("Question: {question} Short Answer:", variant: "lavis")
        knowledge.remarks = [noLemmas]
        var all = fromPaper
        all["coco-captions"] = caption
        all["nocaps"] = noCaps
        all["flickr30k-captions"] = caption
        all["ok-vqa"] = knowledge
        return all
    }()

    /// By task: the paper's appendix alone.
    static let fromPaper: [String: ProtocolPreset.Entry] = {
        let caption = ProtocolPreset.Entry(
            prompt: .template("A short image description: "), beams: 5, maxTokens: 80, minTokens: 10,
            remarks: [
                fromAppendix, "lengths from 10 to 80 tokens and no repetition penalty: the appendix names none of them",
            ])
        let truth = ranked("Based on the image, is this statement true or false? \"{question}\" Answer:")
        return [
            "nocaps": caption, "flickr30k-captions": caption,
            "vqav2": answer("Question: {question} Short answer:", variant: "lavis"),
            "gqa": answer("Question: {question} Short answer:", variant: "lavis"),
            "vizwiz": answer("Question: {question} Short answer:"),
            "textvqa": answer("⟦OCR tokens: {ocr}. ⟧Question: {question} Short answer:"),
            "scienceqa": ranked("⟦Context: {hint} ⟧Question: {question} Options: {bracketed}. Answer:"),
            "a-okvqa-mc": ranked("Question: {question} Options: {bracketed}. Short answer:"),
            "nlvr2": statement(truth), "nlvr": statement(truth),
        ]
    }()

    private static func answer(_ prompt: String, variant: String? = nil) -> ProtocolPreset.Entry {
        ProtocolPreset.Entry(
            prompt: .template(prompt), beams: 5, maxTokens: 10, minTokens: 1, lengthPenalty: -1, variant: variant,
            remarks: [fromAppendix])
    }

    private static func ranked(_ prompt: String) -> ProtocolPreset.Entry {
        ProtocolPreset.Entry(
            prompt: .template(prompt), ranks: true, maxTokens: 30, minTokens: 1, remarks: [fromAppendix])
    }

    private static func statement(_ entry: ProtocolPreset.Entry) -> ProtocolPreset.Entry {
        var entry = entry
        entry.remarks.append("the paper has no NLVR: its prompt for statements about pictures (VSR)")
        return entry
    }
}
