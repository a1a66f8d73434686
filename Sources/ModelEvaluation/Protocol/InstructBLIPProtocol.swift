/// LAVIS's settings of InstructBLIP (`lavis/projects/instructblip/*.yaml`), and prompts of the paper's appendix.
enum InstructBLIPProtocol {
    private static let fromPaper = "prompt as in the paper's appendix; LAVIS has no file for this task (not verified)"

    /// By task.
    static let entries: [String: ProtocolPreset.Entry] = {
        let caption = ProtocolPreset.Entry(
            prompt: .template("A short image caption."), beams: 5, maxTokens: 80, minTokens: 10,
            repetitionPenalty: 1.15, remarks: ["repetition penalty 1.15 is LAVIS's default of the task"])
        func answer(_ prompt: String, remarks: [String] = [fromPaper]) -> ProtocolPreset.Entry {
            ProtocolPreset.Entry(
                prompt: .template(prompt), beams: 5, maxTokens: 10, minTokens: 1, lengthPenalty: -1, remarks: remarks)
        }
        func ranked(_ prompt: String) -> ProtocolPreset.Entry {
            ProtocolPreset.Entry(
                prompt: .template(prompt), ranks: true, maxTokens: 30, minTokens: 1, remarks: [fromPaper])
        }
        var knowledge = answer("Question: {question} Short Answer:", remarks: ["answers are not lemmatised"])
        knowledge.variant = "lavis"
        var visual = answer("Question: {question} Short answer:")
        visual.variant = "lavis"
        let plain = answer("Question: {question} Short answer:")
        return [
            "coco-captions": caption, "nocaps": caption, "flickr30k-captions": caption, "ok-vqa": knowledge,
            "vqav2": visual, "gqa": visual, "vizwiz": plain,
            "textvqa": answer("⟦OCR tokens: {ocr}. ⟧Question: {question} Short answer:"),
            "scienceqa": ranked("⟦Context: {hint} ⟧Question: {question} Options: {bracketed}. Answer:"),
            "a-okvqa-mc": ranked("Question: {question} Options: {bracketed}. Short answer:"),
            "nlvr2": ranked("Based on the image, is this statement true or false? \"{question}\" Answer:"),
            "nlvr": ranked("Based on the image, is this statement true or false? \"{question}\" Answer:"),
        ]
    }()
}
