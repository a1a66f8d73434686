import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

extension FolderModel {
    /// A context as the language model reads it.
    struct Reading: Sendable {
        let prefix: ContextPrefix
        let ids: [Int]
        /// What penalties count as seen besides the prompt.
        let seen: [Int]
        /// New tokens that fit; nil for no limit.
        let room: Int?
        /// How the pictures stand to those that the model learned from, where it says.
        let standings: [PictureStanding]
        /// Whether the prompt is that of captions.
        let isCaption: Bool
    }

    /// Pictures and texts as one prefix, the prompt as ids.
    func reading(of context: PromptContext<Sight>) throws(ModelUseError) -> Reading {
        var parts: [ContextPart] = []
        var seen: [Int] = []
        var standings: [PictureStanding] = []
        for part in context.parts {
            switch part {
            case .picture(let sight, let prompt):
                var seenAs = sight.embeddings
                if let features = sight.features { seenAs = try self.embeddings(of: features, prompt: prompt) }
                parts.append(.picture(seenAs))
                if let standing = sight.standing { standings.append(standing) }
                seen += Array(repeating: folder.model.imageTokenID ?? -1, count: sight.embeddings.shape[0])
            case .text(let text):
                let ids = try ids(of: text)
                guard !ids.isEmpty else { continue }
                parts.append(.text(folder.model.decoder.embeddings(of: ids)))
                seen += ids
            }
        }
        let ids: [Int]
        do { ids = try folder.promptIDs(context.prompt) } catch { throw .folder(error) }
        guard !ids.isEmpty || !parts.isEmpty else { throw .nothingToRead }
        let room = folder.room(after: seen.count + ids.count)
        if let room, room < 1 {
            throw .folder(.promptTooLong(tokens: seen.count + ids.count, limit: seen.count + ids.count + room))
        }
        return Reading(
            prefix: folder.model.textModel.prefix(reading: parts), ids: ids, seen: seen, room: room,
            standings: standings, isCaption: context.prompt == folder.prompts.caption)
    }

    package func answers(
        after contexts: [PromptContext<Sight>], options: GenerationOptions, seed: UInt64
    ) -> [Result<ModelAnswer, ModelUseError>] {
        let readings = contexts.map { context in
            Result { () throws(ModelUseError) in try reading(of: context) }
        }
        if options.beams == 1, !options.samples {
            let written = GreedyBatch(model: folder.model.textModel, options: options).sequences(after: readings)
            return zip(readings, written).map { reading, sequence in
                reading.flatMap { reading in sequence.map { answer(of: $0, after: reading) } }
            }
        }
        return readings.map { result in
            result.map { reading in
                var options = options
                options.maxTokens = min(options.maxTokens, reading.room ?? options.maxTokens)
                options.sequences = 1
                var generator = SeededGenerator(seed: seed)
                let sequences = TextGenerator(model: folder.model.textModel, options: options).generate(
                    after: reading.prefix, prompt: reading.ids, context: reading.seen, using: &generator)
                return answer(
                    of: GreedyBatch.Written(
                        ids: sequences.first?.ids ?? [], logProbabilities: sequences.first?.logProbabilities ?? []),
                    after: reading)
            }
        }
    }

    private func answer(of sequence: GreedyBatch.Written, after reading: Reading) -> ModelAnswer {
        let logProbabilities = sequence.logProbabilities.map(Double.init)
        return ModelAnswer(
            text: PythonText.stripped(folder.tokenizer.decode(sequence.ids, skippingSpecialTokens: true)),
            tokenIDs: sequence.ids, pieces: pieces(of: sequence.ids), tokenLogProbabilities: logProbabilities,
            confidence: folder.confidence?.confidence(
                logProbabilities: logProbabilities, isCaption: reading.isCaption, standings: reading.standings))
    }

    private func pieces(of ids: [Int]) -> [String] { ids.map { folder.tokenizer.decode([$0]) } }

    package func scores(
        of texts: [String], after context: PromptContext<Sight>
    ) throws(ModelUseError) -> [ModelAnswer] {
        let reading = try reading(of: context)
        var answers: [ModelAnswer] = []
        for text in texts {
            let ids: [Int]
            do { ids = try folder.continuationIDs(text) } catch { throw .folder(error) }
            guard !ids.isEmpty else {
                answers.append(ModelAnswer(text: text, tokenIDs: [], tokenLogProbabilities: []))
                continue
            }
            if let room = reading.room, ids.count > room + 1 {
                let used = reading.seen.count + reading.ids.count
                throw .folder(.promptTooLong(tokens: used + ids.count, limit: used + room))
            }
            let logits = folder.model.textModel.logits(after: reading.prefix, prompt: reading.ids, continuation: ids)
            answers.append(
                ModelAnswer(
                    text: text, tokenIDs: ids, pieces: pieces(of: ids),
                    tokenLogProbabilities: Self.logProbabilities(of: ids, logits: logits)))
        }
        return answers
    }
}
