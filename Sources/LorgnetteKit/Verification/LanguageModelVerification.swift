import Checkpoints
import Foundation
import JSONText
import NeuralLayers
import TensorEngine
import TextGeneration
import VisionLanguage

/// Compares a language model, alone or behind a bridge, with what transformers computed: logits at every position, what each
/// layer gets, routers and their choices, ids that were written greedily, in padded batches and by beam search.
struct LanguageModelVerification {
    typealias Check = StageVerification.Check

    let model: LanguageModel
    let options: GenerationOptions
    let imageTokenID: Int?
    let reference: ReferenceFile

    /// Choices of the reference that lie nearer than this may be made either way.
    private static let tie: Float = 1e-3

    /// The comparisons of a language model alone.
    var steps: [() throws -> [Check]] { [whole, layers, written] }

    // MARK: - Every position at once

    private func whole() throws -> [Check] {
        guard let ids = try reference.rows("input_ids"), let expected = try reference.tensor("logits") else {
            return []
        }
        let answers = try reference.rows("decoder_input_ids") ?? []
        guard !ids.isEmpty, isReadable(ids), isReadable(answers), model.isEncoderDecoder != answers.isEmpty else {
            return [Check("logits", "input_ids", difference: nil)]
        }
        let found = model.logits(embedded(ids), answers: answers, recordsRouting: true)
        var checks = [Check.of("logits", "logits", found.logits, expected)]
        for (layer, logits) in found.routerLogits.enumerated() {
            let name = "router_logits_\(layer)"
            guard let wanted = try reference.tensor(name) else { continue }
            checks.append(.of("router", name, logits, wanted))
        }
        return checks
    }

    private func embedded(_ ids: [[Int]]) -> Tensor {
        model.embeddings(of: ids.flatMap(\.self)).reshaped([ids.count, ids[0].count, model.embeddingWidth])
    }

    private func isReadable(_ rows: [[Int]]) -> Bool {
        rows.allSatisfy { $0.allSatisfy((0..<model.vocabularySize).contains) }
            && rows.allSatisfy { $0.count <= model.contextLength ?? .max }
    }

    /// What each layer gets, and which experts it chooses.
    private func layers() throws -> [Check] {
        guard let ids = try reference.rows("input_ids"), !ids.isEmpty, isReadable(ids) else { return [] }
        switch model {
        case .decoder(let decoder):
            var pass = DecoderPass.whole(batch: ids.count, sequence: ids[0].count)
            (pass.hiddenStates, pass.expertChoices) = ([], [])
            _ = decoder.hiddenStates(embedded(ids), pass: &pass)
            return try states(pass.hiddenStates ?? [], "hidden") + choices(pass.expertChoices ?? [])
        case .encoderDecoder(let model):
            guard let answers = try reference.rows("decoder_input_ids"), answers.count == ids.count,
                isReadable(answers)
            else { return [] }
            var reading = DecoderPass(tokens: 0, after: [])
            reading.hiddenStates = []
            let context = model.context(of: model.encoded(embedded(ids), pass: &reading))
            var pass = DecoderPass.whole(batch: answers.count, sequence: answers[0].count)
            pass.hiddenStates = []
            _ = model.hiddenStates(embedded(answers), contexts: [context], pass: &pass)
            return try states(reading.hiddenStates ?? [], "encoder_hidden") + states(pass.hiddenStates ?? [], "hidden")
        }
    }

    private func states(_ found: [Tensor], _ name: String) throws -> [Check] {
        try found.enumerated().compactMap { layer, state in
            try reference.tensor("\(name)_\(layer)").map { Check.of("hidden", "\(name)_\(layer)", state, $0) }
        }
    }

    /// The experts of every token are those that the reference recorded, or those of its greatest router logits, in any order.
    private func choices(_ found: [[Int]]) throws -> [Check] {
        try found.enumerated().compactMap { layer, choices -> Check? in
            if let recorded = try reference.rows("choices_\(layer)"), !recorded.isEmpty,
                choices.count % recorded.count == 0
            {
                let count = choices.count / recorded.count
                // −1 stands for a token that no expert took.
                let isEqual = recorded.enumerated().allSatisfy { token, wanted in
                    wanted == [-1] || Set(wanted) == Set(choices[token * count..<(token + 1) * count])
                }
                return Check("choices", "choices_\(layer)", difference: isEqual ? 0 : nil)
            }
            guard let logits = try reference.tensor("router_logits_\(layer)"), logits.shape.count == 2,
                logits.shape[0] > 0, choices.count % logits.shape[0] == 0
            else { return nil }
            let count = choices.count / logits.shape[0]
            var isEqual = true
            var isTie = false
            for token in 0..<logits.shape[0] {
                let row = logits.element(token).array
                let order = row.indices.sorted { row[$0] > row[$1] }
                guard Set(order.prefix(count)) != Set(choices[token * count..<(token + 1) * count]) else { continue }
                isEqual = false
                isTie = count < row.count && row[order[count - 1]] - row[order[count]] < 1e-4
            }
            return Check("choices", "router_logits_\(layer)", difference: isEqual ? 0 : nil, isNearTie: isTie)
        }
    }

    // MARK: - What is written

    /// Greedy ids of a language model alone, those of a padded batch, and those of three beams.
    private func written() throws -> [Check] { try greedy([]) + batch([]) + beams([]) }

    /// Greedy ids after one picture, or none.
    func greedy(_ images: [Tensor]) throws -> [Check] {
        guard let ids = try reference.rows("input_ids")?.first, let said = try reference.rows("generated_ids")?.first
        else { return [] }
        return [try compared("greedy", "generated_ids", ids, nil, said, images, logits: "generated_logits", row: 0)]
    }

    /// Greedy ids of each row of a batch that the reference computed padded; `images` of `[queries, width]` a row, or none.
    func batch(_ images: [Tensor]) throws -> [Check] {
        guard let inputs = try reference.rows("batch_input_ids"),
            let visible = try reference.rows("batch_attention_mask"),
            let said = try reference.rows("batch_generated_ids"), inputs.count == said.count,
            visible.count == inputs.count,
            images.isEmpty || images.count == inputs.count
        else { return [] }
        return try inputs.indices.map { row in
            try compared(
                "batch", "batch_generated_ids", inputs[row], visible[row], said[row],
                images.isEmpty ? [] : [images[row]], logits: "batch_generated_logits", row: row)
        }
    }

    /// Ids of three beams.
    func beams(_ images: [Tensor]) throws -> [Check] {
        guard let ids = try reference.rows("input_ids")?.first, let said = try reference.rows("beam3_ids")?.first else {
            return []
        }
        // A reference ends with its longest sequence; the search was allowed more.
        let room = min(8, reference.facts["dims"]?["new_tokens"]?.integer ?? 8)
        let expected = ended(said.starts(with: start(ids)) ? Array(said.dropFirst(start(ids).count)) : said)
        let made = generated(ids, images, beams: 3, tokens: room)
        let isTie = made != expected && abs(mean(made, ids, images) - mean(expected, ids, images)) < Self.tie
        return [.equal("beams", "beam3_ids", made, expected, isNearTie: isTie)]
    }

    private func compared(
        _ stage: String, _ name: String, _ ids: [Int], _ mask: [Int]?, _ said: [Int], _ images: [Tensor],
        logits: String, row: Int
    ) throws -> Check {
        let start = model.isEncoderDecoder ? model.textModel.penalised(context: [], prompt: []) : ids
        let new = said.starts(with: start) ? Array(said.dropFirst(start.count)) : said
        let expected = ended(new)
        let seen = mask.map { zip(ids, $0).filter { $1 == 1 }.map(\.0) } ?? ids
        let made = generated(seen, images, beams: 1, tokens: new.count)
        let same = zip(made, expected).prefix { $0 == $1 }.count
        var isTie = false
        if made != expected, let all = try reference.tensor(logits), all.shape.count == 3, row < all.shape[0],
            same < all.shape[1]
        {
            let order = all.element(row).element(same).array.sorted(by: >)
            isTie = order[0] - order[1] < Self.tie
        }
        return .equal(stage, name, made, expected, isNearTie: isTie)
    }

    /// What a reference's ids begin with.
    private func start(_ ids: [Int]) -> [Int] { model.textModel.penalised(context: [], prompt: ids) }

    /// Ids up to and with the first end token; a row of a batch is padded behind it.
    private func ended(_ ids: [Int]) -> [Int] {
        ids.firstIndex(where: options.endTokens.contains).map { Array(ids[...$0]) } ?? ids
    }

    /// - Parameter ids: image tokens and prompt.
    private func generated(_ ids: [Int], _ images: [Tensor], beams: Int, tokens: Int) -> [Int] {
        var options = options
        (options.maxTokens, options.beams) = (tokens, beams)
        let prompt = ids.filter { $0 != imageTokenID }
        guard isReadable([prompt]), !prompt.isEmpty || !images.isEmpty else { return [] }
        var generator = SeededGenerator(seed: 0)
        return TextGenerator(model: model.textModel, options: options).generate(
            after: model.textModel.prefix(of: images), prompt: prompt, context: ids.filter { $0 == imageTokenID },
            using: &generator)[0].ids
    }

    /// The mean log-probability of an answer's tokens.
    private func mean(_ answer: [Int], _ ids: [Int], _ images: [Tensor]) -> Float {
        guard !answer.isEmpty, isReadable([answer]) else { return -.infinity }
        let rows = model.textModel.logits(
            after: model.textModel.prefix(of: images), prompt: ids.filter { $0 != imageTokenID }, continuation: answer)
        let sum = answer.indices.reduce(Float(0)) { $0 + rows.element($1).logSoftmax().array[answer[$1]] }
        return sum / Float(answer.count)
    }
}
