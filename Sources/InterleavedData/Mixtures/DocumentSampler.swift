import TensorEngine

/// Says which documents a training step sees: pairs, interleaved documents and texts, so many of each that positions come in the
/// shares that are asked for. A pure function of seed and step.
package struct DocumentSampler: Sendable {
    /// Where documents come from.
    package enum Content: Sendable {
        /// Rows of pairs, each a document of one picture.
        case pairs(PairSampler)
        /// Interleaved documents.
        case documents([InterleavedDocument])
        /// Texts.
        case text(TokenStream)
    }

    /// A source of documents.
    package struct Source: Sendable {
        /// What reports call it.
        package var name: String
        package var content: Content
        /// The share of positions, beside those of the other sources.
        package var share: Double
        /// What its loss counts beside those of the others.
        package var weight: Double
        /// How pictures of interleaved documents are varied; pairs have their own.
        package var augmentation: Augmentation
        /// Variations of each of these pictures; 0 for a new one at every draw.
        package var views: Int

        /// A source.
        package init(
            name: String, content: Content, share: Double, weight: Double = 1, augmentation: Augmentation = .init(),
            views: Int = 0
        ) {
            self.name = name
            self.content = content
            self.share = share
            self.weight = weight
            self.augmentation = augmentation
            self.views = views
        }

        /// How many rows there are to draw from.
        package var count: Int {
            switch content {
            case .pairs(let sampler): sampler.mixture.count
            case .documents(let documents): documents.count
            case .text(let stream): stream.documentCount
            }
        }
    }

    /// Slots of a step that a sampler of pairs must have, at least.
    package static let pairSlots = 1 << 24

    /// The sources, all of positive share and not empty.
    package let sources: [Source]
    /// The seed of all draws.
    package let seed: UInt64
    /// Positions of a step.
    package let positions: Int
    private let renderer: any DocumentRendering

    /// A sampler.
    package init(_ sources: [Source], seed: UInt64, positions: Int, renderer: any DocumentRendering) {
        precondition(
            !sources.isEmpty && positions > 0 && sources.allSatisfy { $0.share > 0 && $0.count > 0 },
            "a source of no share, or without rows")
        self.sources = sources
        self.seed = seed
        self.positions = positions
        self.renderer = renderer
    }

    /// The documents of a step, at least one.
    ///
    /// Each source fills its share of the positions. A document that would reach beyond it is taken with the chance that the rest
    /// is of its length, so that shares are met on average, however long documents are.
    package func draws(step: Int) throws(PairLoadingError) -> [DocumentDraw] {
        precondition(step >= 0, "step \(step)")
        let total = sources.reduce(0) { $0 + $1.share }
        var draws: [DocumentDraw] = []
        for (index, source) in sources.enumerated() {
            var left = source.share / total * Double(positions)
            var slot = 0
            var generator = SeededGenerator(seed: seed, stream: "last \(source.name) \(step)")
            while left > 0 {
                guard let draw = try draw(source: index, step: step, slot: slot, attempt: 0) else { break }
                slot += 1
                let length = Double(draw.document.ids.count)
                if length > left, generator.unit() >= left / length { break }
                draws.append(draw)
                left -= length
            }
        }
        if draws.isEmpty, let draw = try draw(source: 0, step: step, slot: 0, attempt: 0) { draws.append(draw) }
        guard !draws.isEmpty else { throw .nothingDrawn(step: step) }
        return draws
    }

    /// What a slot of a source holds.
    ///
    /// - Parameter attempt: 0; above that, what takes the place of a document that cannot be used. nil where there is no other.
    package func draw(source index: Int, step: Int, slot: Int, attempt: Int) throws(PairLoadingError) -> DocumentDraw? {
        let source = sources[index]
        let stream = "\(source.name) \(step) \(slot) \(attempt)"
        switch source.content {
        case .pairs(let sampler):
            return try pair(sampler, source: index, step: step, slot: slot, attempt: attempt)
        case .documents(let documents):
            guard attempt <= documents.count else { return nil }
            var generator = SeededGenerator(seed: seed, stream: "document " + stream)
            let document = documents[generator.integer(below: documents.count)]
            let rendered: RenderedDocument
            do { rendered = try renderer.tokens(of: document, source: index) } catch {
                throw .unusableRow(row: document.id, reason: error.description)
            }
            let pictures = rendered.pictures.enumerated().map { place, picture in
                self.picture(picture, of: source, draw: "\(stream) \(place)")
            }
            return DocumentDraw(source: index, slot: slot, document: rendered.document, pictures: pictures)
        case .text(let stream):
            return try text(stream, source: index, step: step, slot: slot)
        }
    }

    /// A row of pairs, or the first one in its place that the model can be trained on; rows that it cannot come with it.
    private func pair(
        _ sampler: PairSampler, source index: Int, step: Int, slot: Int, attempt: Int
    ) throws(PairLoadingError) -> DocumentDraw? {
        var skipped: [SkippedRow] = []
        var next = attempt
        while let pair = sampler.draw(step: step, slot: slot, attempt: next) {
            do {
                let document = try renderer.tokens(of: pair, source: index)
                let picture = DocumentDraw.Picture(
                    id: pair.record.id, location: pair.record.picture,
                    augmentation: sampler.mixture.parts[pair.part].augmentation, view: pair.view,
                    generator: pair.generator)
                return DocumentDraw(
                    source: index, slot: slot, document: document, pictures: [picture], skipped: skipped)
            } catch {
                skipped.append(SkippedRow(recordID: pair.record.id, part: index, problem: .text(error.description)))
            }
            next += 1
        }
        guard let first = skipped.first else { return nil }
        throw .noUsableRow(part: sources[index].name, rows: sampler.mixture.count, first: first.problem)
    }

    /// A picture of an interleaved document as the draw of that name shows it.
    private func picture(
        _ picture: InterleavedDocument.Picture, of source: Source, draw: String
    ) -> DocumentDraw.Picture {
        var (view, stream) = (PictureView.plain, "vary " + draw)
        if source.augmentation != Augmentation() {
            view = .fresh
            if source.views > 0 {
                var generator = SeededGenerator(seed: seed, stream: "view " + draw)
                stream = "view \(generator.integer(below: source.views)) of \(picture.id)"
                view = .numbered(seed: seed, stream: stream)
            }
        }
        return DocumentDraw.Picture(
            id: picture.id, location: picture.location, augmentation: source.augmentation, view: view,
            generator: SeededGenerator(seed: seed, stream: stream))
    }

    /// A piece of a text: the whole of a short one, else as much as fits from a token drawn.
    private func text(
        _ stream: TokenStream, source index: Int, step: Int, slot: Int
    ) throws(PairLoadingError) -> DocumentDraw {
        let name = sources[index].name
        var generator = SeededGenerator(seed: seed, stream: "text \(name) \(step) \(slot)")
        let number = generator.integer(below: stream.documentCount)
        do throws(TextDataError) {
            let stored = try stream.document(number)
            // The end of text is the model's own to say.
            let end = stored.range.upperBound - (stored.endsText ? 1 : 0)
            let whole = stored.range.lowerBound..<max(stored.range.lowerBound, end)
            var range = whole
            if whole.count > renderer.textLimit {
                let start = whole.lowerBound + generator.integer(below: whole.count - renderer.textLimit + 1)
                range = start..<start + renderer.textLimit
            }
            let isEnd = stored.endsText && range.upperBound == end
            let document = renderer.tokens(
                of: try stream.ids(in: range), isEnd: isEnd, id: "\(name) \(number + 1)", source: index)
            return DocumentDraw(source: index, slot: slot, document: document, pictures: [])
        } catch { throw .unusableRow(row: "\(name) \(number + 1)", reason: error.description) }
    }
}

/// A document of a step, and how its pictures are varied.
package struct DocumentDraw: Sendable {
    /// A picture and its variation.
    package struct Picture: Sendable {
        package let id: String
        package let location: PictureLocation
        package let augmentation: Augmentation
        package let view: PictureView
        package let generator: SeededGenerator
    }

    /// Which source it is from, and which of its documents in the step it is.
    package let source: Int
    package let slot: Int
    /// Its tokens.
    package let document: TokenDocument
    /// Its pictures, in order.
    package let pictures: [Picture]
    /// Rows that were drawn before it and cannot be used.
    package var skipped: [SkippedRow] = []
}
