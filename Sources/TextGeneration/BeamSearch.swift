import Foundation
import TensorEngine
import VisionLanguage

/// Beam search as transformers computes it (`GenerationMixin._beam_search`): log-probabilities, changed by the rules of the
/// options, are added up along each beam; the best `(ends + 1)·beams` continuations are looked at in every step; those
/// that end join the finished ones with their score divided by `length^lengthPenalty`.
struct BeamSearch: Sendable {
    let model: any ConditionalTextModel
    let options: GenerationOptions
    /// What transformers adds to scores that must not win.
    private static let out: Float = -1e9

    /// A beam: ids and their summed score.
    private struct Beam {
        var ids: [Int] = []
        var logProbabilities: [Float] = []
        var score: Float
        var isFinished = false
        /// The running beam it continues.
        var parent = 0
    }

    /// Searches from the state after the prompt.
    ///
    /// - Parameters:
    ///   - state: after the prompt; beams share it.
    ///   - logits: of the first token, `[vocabulary]`.
    ///   - sequence: ids so far, for the penalties.
    /// - Returns: the best `options.sequences` sequences, best first.
    func search(from state: DecodingState, logits: Tensor, sequence: [Int]) -> [TextGenerator.Sequence] {
        let beams = options.beams
        var running = (0..<beams).map { Beam(score: $0 == 0 ? 0 : Self.out) }
        var states = [DecodingState](repeating: state, count: beams)
        var finished = (0..<beams).map { _ in Beam(score: Self.out) }
        var rows = [[Float]](repeating: logits.array, count: beams)
        var mayImprove = true
        var length = 0
        while length < options.maxTokens {
            let candidates = continuations(of: running, rows: rows, sequence: sequence)
            length += 1
            let ends = candidates.map { length >= options.maxTokens || options.endTokens.contains($0.ids[length - 1]) }
            finished = merged(finished, candidates, ends: ends, length: length, mayImprove: mayImprove)
            running = nextRunning(candidates, ends: ends)
            mayImprove = mayImprove && canImprove(running: running, finished: finished, length: length)
            let isFull = finished.allSatisfy(\.isFinished) && options.earlyStopping == .whenFinished
            guard mayImprove, !isFull, !ends.allSatisfy(\.self) else { break }
            states = running.map { states[$0.parent] }
            let logits = model.advance(&states, by: running.map { $0.ids[length - 1] })
            rows = (0..<beams).map { logits.element($0).array }
        }
        return finished.prefix(max(1, min(options.sequences, beams))).map {
            TextGenerator.Sequence(ids: $0.ids, logProbabilities: $0.logProbabilities)
        }
    }

    /// The best continuations over all beams, by falling score; equal scores by beam and id.
    private func continuations(of running: [Beam], rows: [[Float]], sequence: [Int]) -> [Beam] {
        let kept = max(2, 1 + options.endTokens.count) * options.beams
        let rules = LogitsRules(options: options)
        var best: [(score: Float, beam: Int, id: Int)] = []
        var raw: [[Float]] = []
        for (index, beam) in running.enumerated() {
            let plain = Tensor(rows[index], [1, rows[index].count]).logSoftmax().array
            var scores = plain
            rules.constrain(&scores, sequence: sequence + beam.ids, generated: beam.ids.count)
            raw.append(plain)
            let order = Self.greatest(kept, of: scores)
            best += order.map { (scores[$0] + beam.score, index, $0) }
        }
        best.sort { ($0.score, -$0.beam, -$0.id) > ($1.score, -$1.beam, -$1.id) }
        return best.prefix(kept).map { candidate in
            let parent = running[candidate.beam]
            return Beam(
                ids: parent.ids + [candidate.id],
                logProbabilities: parent.logProbabilities + [raw[candidate.beam][candidate.id]],
                score: candidate.score, parent: candidate.beam)
        }
    }

    /// The beams that go on: the best candidates that have not ended.
    private func nextRunning(_ candidates: [Beam], ends: [Bool]) -> [Beam] {
        let scored = zip(candidates, ends).map { candidate, hasEnded in
            var beam = candidate
            if hasEnded { beam.score += Self.out }
            return beam
        }
        return Array(Self.byScore(scored).prefix(options.beams))
    }

    /// The best finished beams, old and new. Only the first `beams` candidates may finish.
    private func merged(_ finished: [Beam], _ candidates: [Beam], ends: [Bool], length: Int, mayImprove: Bool) -> [Beam]
    {
        let isFull = finished.allSatisfy(\.isFinished) && options.earlyStopping == .whenFinished
        let new = candidates.enumerated().map { rank, candidate in
            var beam = candidate
            beam.isFinished = ends[rank] && rank < options.beams
            beam.score /= pow(Float(length), options.lengthPenalty)
            if isFull { beam.score += Self.out }
            if !mayImprove { beam.score += Self.out }
            if !beam.isFinished { beam.score += Self.out }
            return beam
        }
        return Array(Self.byScore(finished + new).prefix(options.beams))
    }

    private func canImprove(running: [Beam], finished: [Beam], length: Int) -> Bool {
        let isPatient = options.earlyStopping == .never && options.lengthPenalty > 0
        let reach = Float(isPatient ? options.maxTokens : length)
        let best = running[0].score / pow(reach, options.lengthPenalty)
        let worst = finished.map(\.score).min() ?? Self.out
        return finished.contains { best > ($0.isFinished ? worst : Self.out) }
    }

    /// By falling score, earlier ones first among equals.
    private static func byScore(_ beams: [Beam]) -> [Beam] {
        beams.enumerated().sorted { ($0.element.score, -$0.offset) > ($1.element.score, -$1.offset) }.map(\.element)
    }

    /// The indices of the greatest elements, by falling value.
    private static func greatest(_ count: Int, of values: [Float]) -> [Int] {
        guard count < values.count else { return values.indices.sorted { (values[$0], -$0) > (values[$1], -$1) } }
        // A small sorted list of the best so far: vocabularies are large, `count` is not.
        var best: [Int] = []
        for index in values.indices {
            if best.count == count, let last = best.last, values[index] <= values[last] { continue }
            let place = best.firstIndex { values[index] > values[$0] } ?? best.count
            best.insert(index, at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }
}
