/// What packed rows are made of: text-heavy is a matter of positions and of the tokens that bear loss.
package struct DocumentShares: Sendable, Equatable {
    /// What one source has in them.
    package struct Source: Sendable, Equatable {
        package var documents = 0
        /// Tokens, image tokens with them.
        package var positions = 0
        /// Image tokens.
        package var slots = 0
        package var pictures = 0
        /// Tokens whose prediction counts.
        package var lossTokens = 0
        /// Positions and loss tokens of documents without a picture.
        package var textOnlyPositions = 0
        package var textOnlyLossTokens = 0
    }

    /// Rows.
    package private(set) var rows = 0
    /// Positions of rows, padding with them.
    package private(set) var cells = 0
    /// One a source.
    package private(set) var sources: [Source]

    /// Nothing yet, of so many sources.
    package init(sources: Int) { self.sources = Array(repeating: Source(), count: sources) }

    /// Takes in packed rows of these documents.
    package mutating func add(_ documents: [TokenDocument], in packed: PackedDocuments) {
        rows += packed.ids.count
        cells += packed.ids.count * packed.length
        for document in packed.order.joined().map({ documents[$0] }) {
            let lossTokens = document.lossTokens
            sources[document.source].documents += 1
            sources[document.source].positions += document.ids.count
            sources[document.source].slots += document.slots
            sources[document.source].pictures += document.pictures.count
            sources[document.source].lossTokens += lossTokens
            guard document.pictures.isEmpty else { continue }
            sources[document.source].textOnlyPositions += document.ids.count
            sources[document.source].textOnlyLossTokens += lossTokens
        }
    }

    /// All sources together.
    package var total: Source {
        sources.reduce(into: Source()) { sum, source in
            sum.documents += source.documents
            sum.positions += source.positions
            sum.slots += source.slots
            sum.pictures += source.pictures
            sum.lossTokens += source.lossTokens
            sum.textOnlyPositions += source.textOnlyPositions
            sum.textOnlyLossTokens += source.textOnlyLossTokens
        }
    }

    /// The numbers by their names in a log.
    ///
    /// Shares of positions are of those that are no padding: `image_slot_share`; `text_share`, words in any document;
    /// `text_only_share`, documents without a picture, and of the loss tokens `text_only_loss_share`. For each source
    /// `NAME_documents`, `NAME_positions`, `NAME_loss_tokens` and, where it has some, `NAME_image_slots`.
    ///
    /// - Parameter names: of the sources.
    package func facts(_ names: [String]) -> [(key: String, value: Double)] {
        let all = total
        func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
        var facts: [(key: String, value: Double)] = [
            ("rows", Double(rows)), ("positions", Double(all.positions)),
            ("padding_share", share(cells - all.positions, of: cells)), ("loss_tokens", Double(all.lossTokens)),
            ("image_slots", Double(all.slots)), ("image_slot_share", share(all.slots, of: all.positions)),
            ("text_share", share(all.positions - all.slots, of: all.positions)),
            ("text_only_share", share(all.textOnlyPositions, of: all.positions)),
            ("text_only_loss_share", share(all.textOnlyLossTokens, of: all.lossTokens)),
        ]
        for (name, source) in zip(names, sources) {
            facts.append(("\(name)_documents", Double(source.documents)))
            facts.append(("\(name)_positions", Double(source.positions)))
            facts.append(("\(name)_loss_tokens", Double(source.lossTokens)))
            if source.slots > 0 { facts.append(("\(name)_image_slots", Double(source.slots))) }
        }
        return facts
    }
}
