import JSONText
import TextGeneration
import VisionLanguage

/// Everything that decides an answer and its score besides the model and the data: what must be equal for two results
/// to be compared.
package struct TaskProtocol: Sendable, Equatable {
    /// How an answer is found.
    package enum Answering: Sendable, Equatable {
        /// The model writes it.
        case generate
        /// The likeliest of the choices, compared like that.
        case rank(ChoiceRanking.Normalisation)
    }

    /// What becomes of a question before it enters the prompt.
    package enum QuestionForm: String, Sendable {
        /// As the file has it.
        case asIs = "as-is"
        /// LAVIS's `blip_question`: lower case, `.!"()*#:;~` removed, blanks at the end removed, 50 words at most.
        case blip
        /// First letter upper case, the rest lower case (Python's `capitalize`).
        case capitalised
        /// Without MME's " Please answer yes or no."
        case withoutYesNoRequest = "without yes-no request"
    }

    /// What a confidence is made of.
    package enum Confidence: String, Sendable, CaseIterable {
        /// What the model's own calibration says; where it carries none, exp(Σ log p).
        case calibrated
        /// exp(Σ log p): the probability of this answer.
        case sum
        /// exp of the mean log p: the geometric mean over its tokens.
        case mean
    }

    /// The preset's name; a name alone is not a protocol, all settings are recorded.
    package var preset = "default"
    /// What is put before an answer.
    package var prompt: PromptForm
    /// The prompt of examples without a question, where it is not what `prompt` says.
    package var captionPrompt: String?
    /// How the question is cleaned up.
    package var questionForm = QuestionForm.asIs
    /// Write or rank.
    package var answering = Answering.generate
    /// How an answer is written.
    package var decoding: GenerationOptions
    /// A written answer ends before the first of these.
    package var stops: [String] = []
    /// The variant of the metric.
    package var variant: String
    /// Demonstrations before the question.
    package var shots = FewShot()
    /// What `confidence` in the rows is.
    package var confidence = Confidence.calibrated
    /// Seed of drawing, of derangements and of demonstrations.
    package var seed: UInt64 = 0
    /// How transparency is laid over, and the pixel limit: words for the fingerprint.
    package var imageReading = "alpha over white"
    /// What differs from the published protocol, in words.
    package var remarks: [String] = []

    /// A protocol that asks like that.
    package init(prompt: PromptForm, decoding: GenerationOptions, variant: String) {
        self.prompt = prompt
        self.decoding = decoding
        self.variant = variant
    }

    /// The question as it enters the prompt.
    package func question(of example: EvaluationExample) -> String? {
        guard let question = example.question else { return nil }
        switch questionForm {
        case .asIs: return question
        case .blip: return QuestionText.blip(question)
        case .withoutYesNoRequest:
            return PythonText.stripped(PythonText.replacing(" Please answer yes or no.", with: "", in: question))
        case .capitalised: return QuestionText.capitalised(question)
        }
    }

    /// The prompt of an example.
    package func prompt(of example: EvaluationExample, prompts: PromptTemplates) -> String? {
        if example.question == nil, let captionPrompt { return captionPrompt }
        return prompt.prompt(for: example, question: question(of: example), model: prompts)
    }

    /// The settings as JSON, with the prompts of this model filled in, and what it scores choices by.
    package func json(prompts: PromptTemplates, scoring: String) -> JSONValue {
        let answering: JSONValue =
            switch self.answering {
            case .generate: .string("generate")
            case .rank(let normalisation): .string("rank by \(scoring), \(normalisation.rawValue)")
            }
        return .object([
            ("preset", .string(preset)), ("prompt", .string(prompt.text(model: prompts))),
            ("caption_prompt", .string(captionText(prompts: prompts))),
            ("question_form", .string(questionForm.rawValue)), ("answers", answering), ("decoding", decoding.json),
            ("stops", .array(stops.map { .string($0) })), ("metric_variant", .string(variant)),
            ("few_shot", shots.json), ("confidence", .string(confidenceText)), ("seed", .integer(Int(clamping: seed))),
            ("image_reading", .string(imageReading)), ("remarks", .array(remarks.map { .string($0) })),
        ])
    }

    /// What stands before an answer where there is no question.
    private func captionText(prompts: PromptTemplates) -> String {
        if let captionPrompt { return captionPrompt }
        if case .template(let template) = prompt { return template }
        return prompts.caption ?? ""
    }

    private var confidenceText: String {
        switch (answering, confidence) {
        case (.rank, _): "share of the choice in a softmax over the scores of all choices"
        case (_, .calibrated):
            "the model's calibration where it carries one, else exp(sum of token log-probabilities, end token included)"
        case (_, .sum): "exp(sum of token log-probabilities, end token included)"
        case (_, .mean): "exp(mean of token log-probabilities, end token included)"
        }
    }
}

extension GenerationOptions {
    /// The options for the fingerprint, under the names of `generation_config.json`.
    package var json: JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("max_new_tokens", .integer(maxTokens)), ("min_new_tokens", .integer(minTokens)),
            ("num_beams", .integer(beams)), ("length_penalty", .double(Double(lengthPenalty))),
            ("repetition_penalty", .double(Double(repetitionPenalty))),
            ("no_repeat_ngram_size", .integer(noRepeatNgram)), ("do_sample", .bool(samples)),
            ("eos_token_id", .array(endTokens.sorted().map { .integer($0) })),
        ]
        if samples {
            members += [
                ("temperature", .double(Double(temperature))), ("top_k", .integer(topK)),
                ("top_p", .double(Double(topP))), ("min_p", .double(Double(minP))),
            ]
        }
        return .object(members)
    }
}
