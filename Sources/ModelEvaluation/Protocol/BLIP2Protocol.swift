/// LAVIS's settings of BLIP-2 (`lavis/projects/blip2/eval/*.yaml`).
enum BLIP2Protocol {
    /// By task.
    static func entries(isEncoderDecoder: Bool) -> [String: ProtocolPreset.Entry] {
        let caption = ProtocolPreset.Entry(
            prompt: .template("a photo of"), beams: 5, maxTokens: 30, minTokens: 8, lengthPenalty: 0,
            repetitionPenalty: 1.15,
            remarks: ["length penalty 0 and repetition penalty 1.15 are LAVIS's defaults of the task, not the paper's"])
        var noCaps = caption
        noCaps.prompt = .template("")
        (noCaps.maxTokens, noCaps.minTokens, noCaps.lengthPenalty) = (80, 10, 1)
        noCaps.remarks = [
            "LAVIS's file lists the out-of-domain pictures only: compare CIDEr_out-domain",
            "repetition penalty 1.15 is LAVIS's default of the task",
        ]
        var flickr = caption
        flickr.remarks.append("LAVIS has no file for Flickr30k captions: settings as for COCO")
        let answer = ProtocolPreset.Entry(
            prompt: .template("Question: {question} Short answer:"), questionForm: .blip, beams: 5, maxTokens: 10,
            minTokens: 1, lengthPenalty: isEncoderDecoder ? -1 : 0, variant: "lavis",
            remarks: ["length penalty −1 with an encoder–decoder (FlanT5), 0 with a decoder (OPT), as in LAVIS's files"]
        )
        var knowledge = answer
        knowledge.remarks.append("answers are not lemmatised (LAVIS does with spaCy)")
        var direct = answer
        direct.variant = nil
        direct.remarks.append("questions with difficult_direct_answer are left out; LAVIS scores all that it is given")
        return [
            "coco-captions": caption, "nocaps": noCaps, "flickr30k-captions": flickr, "vqav2": answer,
            "ok-vqa": knowledge, "gqa": answer, "a-okvqa-da": direct,
        ]
    }
}
