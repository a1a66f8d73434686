import InterleavedData
import NeuralLayers
import TextTokens
import VisionLanguage

/// How interleaved documents become tokens, in the layout in which inference reads solved examples and questions.
///
///     [slots]Question: What is it? Answer: a coin\n[slots]<s>Question: What is it? Answer: a hat</s>
///
/// A solved example is prompt, answer and a line end, tokenised by itself without special tokens; the last question has the
/// prompt's special tokens, and its answer ends with the end token. Running text is tokenised as it stands; a document that ends
/// with none asked has the start token before its first words and the end token after its last ones.
///
/// Loss is on answers, captions and running text, on no prompt, image token or line end. A prefix language model reads all that
/// stands before an answer both ways, so there only the last one bears loss.
package struct DocumentTexts: DocumentRendering {
    private let folder: ModelFolder
    private let texts: RowTexts
    private let settings: FinetuneRecipe.InterleavedSettings
    private let endID: Int
    /// Whether text that has seen no picture teaches something.
    package let keepsText: Bool
    private let startIDs: [Int]
    /// Tokens of a document at most.
    package let limit: Int

    /// The documents for the model of `folder`.
    ///
    /// - Throws: where the model names no end token, or is an encoder with a decoder.
    package init(
        _ folder: ModelFolder, _ text: FinetuneRecipe.TextSettings, _ settings: FinetuneRecipe.InterleavedSettings
    ) throws(TrainingError) {
        guard !folder.configuration.text.isEncoderDecoder else { throw .noDocuments(folder: folder.path) }
        guard let end = folder.configuration.endIDs.min() else { throw .noEndToken(folder: folder.path) }
        self.folder = folder
        self.settings = settings
        texts = try RowTexts(folder, text)
        endID = end
        let adapters = folder.configuration.design.adapters
        keepsText = adapters.isOn && adapters.everywhere
        do { startIDs = try folder.promptIDs(nil) } catch { throw .model(error) }
        limit = min(settings.length, folder.room(after: 0) ?? .max)
    }

    /// The id that fills up rows.
    var padding: Int { endID }

    package var textLimit: Int { max(1, limit - startIDs.count - 1) }

    /// Tokens of a part of a document.
    private struct Piece {
        var ids: [Int]
        var weights: [Float]
        /// Whether these are image tokens.
        var isPicture = false
        var picture: InterleavedDocument.Picture?
        var instruction: [Int]?
        /// Whether an example or a question ends with it.
        var endsExample = false
        /// Whether it may be cut anywhere.
        var isRunningText = false
    }

    package func tokens(of document: InterleavedDocument, source: Int) throws(DocumentProblem) -> RenderedDocument {
        var parts = document.parts
        // Pictures that nothing is said after bear no loss.
        while let last = parts.last, last.isPicture { parts.removeLast() }
        if !keepsText { parts.removeFirst(parts.firstIndex(where: \.isPicture) ?? parts.count) }
        guard !parts.isEmpty else { throw .teachesNothing }
        let isAsked = InterleavedDocument(id: "", parts: parts).endsAsked
        var pieces: [Piece]
        do { pieces = try self.pieces(parts, isAsked: isAsked) } catch { throw .unreadable(error.description) }
        try shorten(&pieces, isAsked: isAsked)
        return try rendered(pieces, id: document.id, source: source, isAsked: isAsked)
    }

    package func tokens(of draw: PairDraw, source: Int) throws(DocumentProblem) -> TokenDocument {
        let row: TokenRow
        do { row = try texts.tokens(draw.text, question: draw.kind.question, row: draw.record.id) } catch {
            throw .unreadable(error.description)
        }
        let queries = folder.model.queries
        let ids = slots + row.prompt + row.text
        guard ids.count <= limit else { throw .tooLong(tokens: ids.count, limit: limit) }
        let read = queries + row.prompt.count
        return TokenDocument(
            id: draw.record.id, source: source, ids: ids,
            weights: [Float](repeating: 0, count: read) + [Float](repeating: 1, count: row.text.count),
            prefix: readsBothWays ? read : 0, pictures: [0..<queries],
            instructions: row.instruction.map { [$0] } ?? [])
    }

    package func tokens(of ids: [Int], isEnd: Bool, id: String, source: Int) -> TokenDocument {
        let said = ids + (isEnd ? [endID] : [])
        var weights = [Float](repeating: 0, count: startIDs.count) + [Float](repeating: 1, count: said.count)
        if startIDs.isEmpty, !weights.isEmpty { weights[0] = 0 }
        return TokenDocument(
            id: id, source: source, ids: startIDs + said, weights: weights, prefix: readsBothWays ? startIDs.count : 0)
    }

    private var readsBothWays: Bool { folder.model.decoder.readsPrefixBothWays }
    private var slots: [Int] { [Int](repeating: folder.model.imageID, count: folder.model.queries) }

    // MARK: - Parts

    private func pieces(_ parts: [InterleavedDocument.Part], isAsked: Bool) throws(TrainingError) -> [Piece] {
        var pieces: [Piece] = []
        var hasStart = isAsked
        for (index, part) in parts.enumerated() {
            if !part.isPicture, !hasStart {
                pieces.append(Piece(ids: startIDs, weights: [Float](repeating: 0, count: startIDs.count)))
                hasStart = true
            }
            switch part {
            case .picture(let picture):
                let said = prompt(of: parts[index...].first { !$0.isPicture })
                do {
                    pieces.append(
                        Piece(
                            ids: slots, weights: [Float](repeating: 0, count: folder.model.queries), isPicture: true,
                            picture: picture, instruction: try folder.instruction(said)?.ids[0]))
                } catch { throw .model(error) }
            case .text(let words):
                // As it stands: no `</s>` in a text that nobody has looked over may end it.
                let ids = folder.tokenizer.encodeOrdinary(Array(words.utf8)).map { Int($0) }
                pieces.append(
                    Piece(ids: ids, weights: [Float](repeating: 1, count: ids.count), isRunningText: true))
            case .caption(let words):
                pieces.append(try example(words, question: nil, isLast: isAsked && index == parts.count - 1))
            case .question(let asked):
                pieces.append(
                    try example(asked.answer, question: asked.question, isLast: isAsked && index == parts.count - 1))
            }
        }
        if !isAsked { pieces.append(Piece(ids: [endID], weights: [1], isRunningText: true)) }
        return pieces
    }

    /// What is said before a caption or an answer, and what a bridge that reads text reads beside the pictures of running text.
    private func prompt(of part: InterleavedDocument.Part?) -> String? {
        if case .question(let asked) = part { texts.askPrompt(asked.question) } else { texts.captionPrompt }
    }

    /// An example; the last one is to be answered as inference asks.
    private func example(_ answer: String, question: String?, isLast: Bool) throws(TrainingError) -> Piece {
        if isLast {
            let row = try texts.tokens(answer, question: question, row: "")
            return Piece(
                ids: row.prompt + row.text,
                weights: [Float](repeating: 0, count: row.prompt.count) + [Float](repeating: 1, count: row.text.count),
                endsExample: true)
        }
        let said = question.map(texts.askPrompt) ?? texts.captionPrompt ?? ""
        let prompt = said.isEmpty ? "" : said + " "
        let text = prompt + texts.text(answer, question: question)
        let asked = said.utf8.count
        let end = text.utf8.count
        var piece = Piece(ids: [], weights: [], endsExample: true)
        for (id, range) in folder.tokenizer.encodeWithRanges(text + "\n") {
            piece.ids.append(id)
            let isAnswer = range.upperBound > asked && range.lowerBound < end && range.upperBound <= end
            piece.weights.append(isAnswer ? 1 : 0)
        }
        return piece
    }

    // MARK: - Length

    /// Takes away the first examples, or the end of running text, until the pieces fit.
    private func shorten(_ pieces: inout [Piece], isAsked: Bool) throws(DocumentProblem) {
        func count() -> Int { pieces.reduce(0) { $0 + $1.ids.count } }
        func pictures() -> Int { pieces.count(where: \.isPicture) }
        if isAsked {
            while count() > limit || pictures() > settings.documentPictures {
                let end = pieces.firstIndex { !$0.isPicture } ?? pieces.count
                guard end + 1 < pieces.count else { break }
                pieces.removeFirst(end + 1)
            }
        } else {
            var (used, shown) = (0, 0)
            var kept: [Piece] = []
            for var piece in pieces {
                if piece.isPicture { shown += 1 }
                let room = limit - used
                guard room > 0, shown <= settings.documentPictures else { break }
                if piece.ids.count > room {
                    guard piece.isRunningText else { break }
                    piece.ids.removeLast(piece.ids.count - room)
                    piece.weights.removeLast(piece.weights.count - room)
                }
                used += piece.ids.count
                kept.append(piece)
            }
            while let last = kept.last, last.isPicture { kept.removeLast() }
            pieces = kept
        }
        guard !pieces.isEmpty, count() <= limit else { throw .tooLong(tokens: count(), limit: limit) }
    }

    private func rendered(
        _ pieces: [Piece], id: String, source: Int, isAsked: Bool
    ) throws(DocumentProblem) -> RenderedDocument {
        var document = TokenDocument(id: id, source: source, ids: [], weights: [])
        for piece in pieces {
            if piece.isPicture {
                document.pictures.append(document.ids.count..<document.ids.count + piece.ids.count)
                if let instruction = piece.instruction { document.instructions.append(instruction) }
            } else if piece.ids.contains(folder.model.imageID) {
                throw .imageToken
            }
            document.ids += piece.ids
            document.weights += piece.weights
        }
        if !document.weights.isEmpty { document.weights[0] = 0 }
        guard keepsText || !document.pictures.isEmpty, document.lossTokens > 0 else { throw .teachesNothing }
        if readsBothWays {
            // An answer that is read both ways would be seen by what predicts it.
            let last = isAsked ? pieces.last?.weights.firstIndex { $0 > 0 } : nil
            let asked = last.map { document.ids.count - (pieces.last?.ids.count ?? 0) + $0 }
            let prefix = asked ?? document.weights.firstIndex { $0 > 0 } ?? 0
            for index in 0..<prefix { document.weights[index] = 0 }
            document.prefix = prefix
        }
        return RenderedDocument(document, pictures: pieces.compactMap(\.picture))
    }
}

extension InterleavedDocument.Part {
    /// Whether it is a picture.
    var isPicture: Bool { if case .picture = self { true } else { false } }
}
