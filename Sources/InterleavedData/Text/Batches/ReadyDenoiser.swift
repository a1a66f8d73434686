import TensorEngine

/// A denoiser with its ids looked up.
struct ReadyDenoiser: Sendable {
    let denoiser: Denoiser
    let leading: [Int]
    let vocabulary: DenoisingVocabulary

    init(_ denoiser: Denoiser, vocabulary: DenoisingVocabulary, rowLength: Int) throws(TextDataError) {
        try vocabulary.requireSentinels(for: denoiser, rowLength: rowLength)
        self.denoiser = denoiser
        self.vocabulary = vocabulary
        leading = try vocabulary.leading(denoiser)
        guard leading.count + 4 <= rowLength else {
            throw .badOption(name: denoiser.name, reason: "\(leading.count) leading tokens in rows of \(rowLength)")
        }
    }

    /// The example that the denoiser makes of the beginning of `piece` in at most `room` tokens; nothing where there is
    /// too little room or text.
    ///
    /// The end of text follows a continuation where the text ends, and the list of spans always.
    /// - Parameter isEmptyRow: whether the row holds nothing yet. A prompt that does not fit waits for such a row, and is
    ///   shortened at its front where it is too long even for that.
    func example(
        of piece: TextPiece, room: Int, isEmptyRow: Bool, using generator: inout SeededGenerator
    ) -> TextExample? {
        let lead = denoiser.leadsBeginningsOnly && !piece.beginsDocument ? [] : leading
        let free = room - lead.count
        guard free >= 2, !piece.ids.isEmpty else { return nil }
        switch denoiser.task {
        case .causal:
            let (ids, taken) = continuation(piece, lead, free)
            return ids.count < 2 ? nil : TextExample(ids: ids, prefix: 1, textTokens: taken)
        case .prefix(let share):
            let (ids, taken) = continuation(piece, lead, free)
            guard taken >= 2 else { return nil }
            let targets = share.map { min(max(SpanLengths.rounded(Double(taken) * $0), 1), taken - 1) }
            let inputs = targets.map { taken - $0 } ?? 1 + generator.integer(below: taken - 1)
            return TextExample(ids: ids, prefix: lead.count + inputs, textTokens: taken)
        case .spans(let mean, let density):
            let lengths = SpanLengths.fitting(
                room: free - 1, available: piece.ids.count, density: density, meanLength: mean)
            guard let lengths else { return nil }
            let mask = SpanCorruption.mask(lengths, using: &generator)
            let cut = SpanCorruption.apply(mask, to: piece.ids[..<lengths.tokens], sentinels: vocabulary.sentinels)
            return TextExample(
                ids: lead + cut.inputs + cut.targets + [vocabulary.end], prefix: lead.count + cut.inputs.count,
                textTokens: lengths.tokens)
        case .prompt:
            return answer(piece, lead, free, isEmptyRow: isEmptyRow)
        }
    }

    /// Leading tokens, as much of the piece as fits, and the end of text where it is reached.
    private func continuation(_ piece: TextPiece, _ lead: [Int], _ free: Int) -> (ids: [Int], taken: Int) {
        let taken = min(piece.ids.count, free)
        let isEnd = piece.endsText && taken == piece.ids.count && taken < free
        return (lead + piece.ids[..<taken] + (isEnd ? [vocabulary.end] : []), taken)
    }

    /// A whole document, its own prompt as the inputs.
    private func answer(_ piece: TextPiece, _ lead: [Int], _ free: Int, isEmptyRow: Bool) -> TextExample? {
        let end = piece.endsText ? [vocabulary.end] : []
        let excess = max(0, piece.ids.count + end.count - free)
        // The prompt loses its front, the answer nothing.
        guard excess == 0 || isEmptyRow && excess < piece.prefixTokens else { return nil }
        let ids = lead + piece.ids[excess...] + end
        let prefix = max(1, lead.count + piece.prefixTokens - excess)
        return prefix < ids.count ? TextExample(ids: ids, prefix: prefix, textTokens: piece.ids.count - excess) : nil
    }
}
