import InterleavedData
import TensorEngine
import TestFixtures
import Testing
import TextTokens

@Suite struct TextSamplerTests {
    private let scratch: ScratchFolder
    private let store: TokenStore

    init() throws {
        scratch = try ScratchFolder()
        var documents = TextWorkshop.documents(120, words: 12, seed: 1)
        documents += TextWorkshop.documents(12, words: 300, seed: 2)
        store = try TextWorkshop.store(documents, in: scratch)
    }

    private func sampler(
        _ mixture: DenoiserMixture, rows: Int = 4, length: Int = 96, seed: UInt64 = 5, store: TokenStore? = nil
    ) throws -> TextSampler {
        try TextSampler(
            parts: [TextSampler.Part((store ?? self.store).training, mixture)],
            tokenizer: TextWorkshop.tokenizer().tokenizer, rows: rows, length: length, seed: seed)
    }

    /// A store of short documents with prompts.
    private func prompts() throws -> TokenStore {
        let rows = (0..<80).map { #"{"caption": "a thing \#($0)", "qa": [["Which is it?", "it is \#($0)"]]}"# }
        let file = try scratch.write(rows.joined(separator: "\n"), "pairs.jsonl")
        var corpus = TextCorpus([TextSource(file, .pairs(PairTemplate(), split: nil))])
        corpus.heldOutShare = 0
        return try TokenStore.prepare(corpus, tokenizer: TextWorkshop.tokenizer(), at: scratch.file("prompts"))
    }

    @Test(arguments: ["causal", "ul2", "ul2-small", "ul2-uniform"])
    func `a batch is a function of seed, step and row`(name: String) throws {
        let mixture = try #require(DenoiserMixture(name: name))
        let (one, two) = (try sampler(mixture), try sampler(mixture))

        let third = try one.batch(step: 3)
        for step in 0..<3 { _ = try two.batch(step: step) }

        #expect(try two.batch(step: 3) == third)
        #expect(try one.batch(rows: 12..<16) == third)
        #expect(try one.batch(rows: 13..<15) == third.rows(1..<3))
        #expect(try one.batch(step: 4) != third)
        #expect(try sampler(mixture, seed: 6).batch(step: 3) != third)
    }

    @Test(arguments: ["causal", "ul2", "ul2-small", "prompts"])
    func `rows are packed whole, masks keep examples apart, losses are on targets alone`(name: String) throws {
        let mixture = try #require(DenoiserMixture(name: name))
        let sampler = try sampler(mixture, rows: 8, store: name == "prompts" ? prompts() : nil)
        let padding = try #require(try TextWorkshop.tokenizer().tokenizer.padding)
        var segments = 0
        for step in 0..<10 {
            let batch = try sampler.batch(step: step)
            #expect(batch.rows == 8 && batch.length == 96 && batch.mask.queries == 96)
            for list in [batch.ids, batch.labels, batch.positions] { #expect(list.count == 8 * 96) }
            var covered = [Bool](repeating: false, count: 8 * 96)
            for segment in batch.segments {
                segments += 1
                let denoiser = mixture.denoisers[segment.denoiser]
                #expect(segment.prefix >= 1 && segment.prefix < segment.columns.count)
                for column in segment.columns {
                    let cell = segment.row * 96 + column
                    let index = column - segment.columns.lowerBound
                    #expect(!covered[cell])
                    covered[cell] = true
                    #expect(batch.positions[cell] == index)
                    #expect(batch.mask.first[cell] == Int32(segment.columns.lowerBound))
                    let sees = denoiser.seesWholePrefix && index < segment.prefix ? segment.prefix : index + 1
                    #expect(batch.mask.end[cell] == Int32(segment.columns.lowerBound + sees))
                    let isTarget = index + 1 >= segment.prefix && column + 1 < segment.columns.upperBound
                    #expect(batch.labels[cell] == (isTarget ? batch.ids[cell + 1] : TextBatch.ignored))
                    #expect(batch.weights[cell] == (isTarget ? denoiser.lossWeight : 0))
                }
            }
            for cell in covered.indices where !covered[cell] {
                #expect(batch.ids[cell] == padding && batch.labels[cell] == TextBatch.ignored)
                #expect(batch.weights[cell] == 0 && batch.mask.first[cell] == batch.mask.end[cell])
            }
            #expect(batch.usedPositions == covered.count { $0 } && batch.lossTokens == batch.weights.count { $0 > 0 })
            #expect(Double(batch.usedPositions) / Double(covered.count) > (name == "prompts" ? 0.7 : 0.95))
        }
        #expect(segments > 80)
    }

    /// Keys that decide what a query sees: the query's interval does not change when another example does.
    @Test func `changing one example changes no other's interval, and targets never show in the prefix`() throws {
        let batch = try sampler(.ul2).batch(step: 1)
        for segment in batch.segments {
            let inside = segment.columns
            let prefixEnd = inside.lowerBound + segment.prefix
            for column in 0..<96 {
                let cell = segment.row * 96 + column
                let seen = Int(batch.mask.first[cell])..<Int(batch.mask.end[cell])
                if inside.contains(column) {
                    #expect(seen.lowerBound >= inside.lowerBound && seen.upperBound <= inside.upperBound)
                    // An input sees the last input, and no target.
                    if column < prefixEnd { #expect(seen == inside.lowerBound..<prefixEnd) }
                    if column >= prefixEnd { #expect(seen == inside.lowerBound..<column + 1) }
                } else {
                    #expect(!seen.overlaps(inside))
                }
            }
        }
    }

    @Test func `an epoch of causal rows shows every token once`() throws {
        let sampler = try sampler(.causal, rows: 1)
        let tokenizer = try TextWorkshop.tokenizer().tokenizer
        let special = Set(ReservedTokens.leading.compactMap { tokenizer.id(of: $0) })
        var counts: [Int: Int] = [:]
        for row in 0..<sampler.rowsPerEpoch(part: 0) {
            for id in try sampler.batch(step: row).ids where !special.contains(id) { counts[id, default: 0] += 1 }
        }
        var expected: [Int: Int] = [:]
        for id in try store.training.ids(in: 0..<store.training.tokenCount) where !special.contains(id) {
            expected[id, default: 0] += 1
        }

        let (shown, there) = (counts.values.reduce(0, +), expected.values.reduce(0, +))
        // `<s>` before each document takes some room of the window's last piece.
        #expect(shown <= there && Double(shown) > 0.9 * Double(there))
        #expect(counts.allSatisfy { $0.value <= expected[$0.key] ?? 0 })
        #expect(try sampler.batch(step: 0) != sampler.batch(step: sampler.rowsPerEpoch(part: 0)))
    }

    @Test func `denoised examples hold a piece of the text that can be put together again`() throws {
        let tokenizer = try TextWorkshop.tokenizer().tokenizer
        let sentinels = (0..<128).compactMap { tokenizer.id(of: ReservedTokens.sentinel($0)) }
        let stream = store.training
        let end = try #require(tokenizer.endOfSentence)
        let sampler = try sampler(.ul2, rows: 16)
        var kinds: Set<String> = []
        for step in 0..<4 {
            let batch = try sampler.batch(step: step)
            for segment in batch.segments {
                let denoiser = DenoiserMixture.ul2.denoisers[segment.denoiser]
                kinds.insert(denoiser.name)
                let cells =
                    segment.columns.lowerBound + segment.row * 96..<segment.columns.upperBound + segment.row * 96
                let ids = Array(batch.ids[cells])
                #expect(ids.first == tokenizer.id(of: denoiser.leadingTokens[0]))
                var text: [Int]
                if case .spans = denoiser.task {
                    #expect(ids.last == end)
                    let cut = SpanCorruption.Result(
                        inputs: Array(ids[1..<segment.prefix]), targets: Array(ids[segment.prefix...].dropLast()))
                    text = try #require(SpanCorruption.reconstruct(cut, sentinels: sentinels))
                } else {
                    text = Array(ids.dropFirst())
                    if text.last == end { text.removeLast() }
                }
                let document = try stream.ids(in: stream.document(segment.document).range)
                #expect(
                    (0...document.count - text.count).contains { Array(document[$0..<$0 + text.count]) == text })
            }
        }
        #expect(kinds.count == 7)
    }

    @Test func `denoisers are drawn for each example at their rates`() throws {
        let sampler = try sampler(.ul2, rows: 64)
        var counts = [Int](repeating: 0, count: 7)
        for step in 0..<40 { for segment in try sampler.batch(step: step).segments { counts[segment.denoiser] += 1 } }
        let total = Double(counts.reduce(0, +))

        #expect(total > 5000)
        for (count, rate) in zip(counts, DenoiserMixture.ul2.rates) {
            // Five standard deviations.
            #expect(abs(Double(count) / total - rate) < 5 * (rate * (1 - rate) / total).squareRoot() + 0.005)
        }
        let one = try self.sampler(DenoiserMixture.ul2.only(3), rows: 8).batch(step: 0)
        #expect(one.denoisers == ["X(8,0.5)"] && one.segments.allSatisfy { $0.denoiser == 0 })
    }

    @Test func `prompt rows have their prompt as the prefix, whole documents, <s> in front`() throws {
        let tokenizer = try TextWorkshop.tokenizer().tokenizer
        let batch = try sampler(.prompts, rows: 4, store: prompts()).batch(step: 2)

        #expect(batch.segments.count > 12)
        for segment in batch.segments {
            let start = segment.row * 96 + segment.columns.lowerBound
            let ids = Array(batch.ids[start..<start + segment.columns.count])
            let prompt = tokenizer.decode(Array(ids[1..<segment.prefix]))
            #expect(ids[0] == tokenizer.beginningOfSentence && ids.last == tokenizer.endOfSentence)
            #expect(prompt == "a picture of" || prompt == "Question: Which is it? Answer:")
            let answer = tokenizer.decode(Array(ids[segment.prefix...].dropLast()))
            #expect(answer.hasPrefix(" a thing") && answer.hasSuffix(".") || answer.hasPrefix(" it is"))
        }
    }

    @Test func `a prompt longer than any row loses its front, its answer nothing`() throws {
        let context = TextWorkshop.documents(40, words: 200, seed: 9)
        let rows = context.map { #"{"caption": "\#($0)", "qa": [["What?", "yes"]]}"# }
        let file = try scratch.write(rows.joined(separator: "\n"), "pairs.jsonl")
        var template = PairTemplate()
        template.contextShare = 1
        var corpus = TextCorpus([TextSource(file, .pairs(template, split: nil), removesDuplicates: false)])
        corpus.heldOutShare = 0
        let store = try TokenStore.prepare(corpus, tokenizer: TextWorkshop.tokenizer(), at: scratch.file("long"))
        let tokenizer = try TextWorkshop.tokenizer().tokenizer
        let sampler = try sampler(.prompts, rows: 32, store: store)

        var answers: [String] = []
        for step in 0..<20 {
            let batch = try sampler.batch(step: step)
            for segment in batch.segments where segment.columns.count == 96 {
                let start = segment.row * 96
                #expect(batch.ids[start] == tokenizer.beginningOfSentence)
                answers.append(tokenizer.decode(Array(batch.ids[start + segment.prefix..<start + 95])))
            }
        }

        #expect(!answers.isEmpty && answers.allSatisfy { $0 == " yes" })
    }

    @Test func `parts get their shares, each its own order`() throws {
        let parts = [
            TextSampler.Part(store.training, .ul2Small, share: 3), TextSampler.Part(try prompts().training, .prompts),
        ]
        let sampler = try TextSampler(
            parts: parts, tokenizer: TextWorkshop.tokenizer().tokenizer, rows: 32, length: 96, seed: 1)
        var rows = [0, 0]
        for step in 0..<16 {
            let batch = try sampler.batch(step: step)
            for row in 0..<32 {
                let own = Set(batch.segments.filter { $0.row == row }.map(\.part))
                #expect(own.count == 1)
                rows[own.first ?? 0] += 1
            }
        }

        #expect(rows == [384, 128])
        let batch = try sampler.batch(step: 1)
        let shares = batch.shares
        #expect(shares.reduce(0) { $0 + $1.examples } == batch.segments.count)
        #expect(shares.reduce(0) { $0 + $1.positions } == batch.usedPositions)
        #expect(shares.reduce(0) { $0 + $1.lossTokens } == batch.lossTokens)
        #expect(shares.last?.denoiser == "prompt" && shares.last?.part == 1)
        let balanced = batch.weights(balancedBy: [0.5, 0.5])
        let places = batch.denoiserOfPosition
        let prompts: Float = balanced.indices.reduce(0) { places[$1] == 3 ? $0 + balanced[$1] : $0 }
        let total: Float = balanced.reduce(0, +)
        #expect(abs(prompts / total - 0.5) < 1e-4)
        #expect(sampler.denoisers == ["R(3,0.15)", "X(8,0.5)", "S", "prompt"])
    }

    @Test func `a schedule numbers each part's rows without gap`() {
        let schedule = RowSchedule(shares: [0.5, 0.3, 0.2], seed: 4)
        var next = [0, 0, 0]
        for row in 0..<1000 {
            let place = schedule.place(ofRow: row)
            #expect(place.index == next[place.part])
            next[place.part] += 1
        }
        #expect(schedule.counts == [128, 77, 51])
    }

    @Test(arguments: [1, 2, 3, 5, 64, 100, 1000, 4097])
    func `a keyed permutation meets every number once`(count: Int) {
        let (one, two) = (KeyedPermutation(count: count, key: 1), KeyedPermutation(count: count, key: 2))

        #expect(Set((0..<count).map { one[$0] }) == Set(0..<count))
        if count >= 64 { #expect((0..<count).map { one[$0] } != (0..<count).map { two[$0] }) }
    }

    @Test func `weights of one denoiser alone`() throws {
        let batch = try sampler(.ul2Small, rows: 16).batch(step: 0)
        let parts = batch.denoisers.indices.map { batch.weights(ofDenoiser: $0) }

        for cell in batch.weights.indices { #expect(parts.reduce(0) { $0 + $1[cell] } == batch.weights[cell]) }
        #expect(parts.allSatisfy { $0.contains { $0 > 0 } })
    }

    @Test func `prefixes may be causal, for positions that need it`() throws {
        let batch = try sampler(DenoiserMixture.ul2.withCausalPrefixes).batch(step: 0)

        for segment in batch.segments {
            for column in segment.columns {
                #expect(batch.mask.end[segment.row * 96 + column] == Int32(column + 1))
            }
        }
    }

    @Test func `a share of the text can be the rest that is said`() throws {
        let denoiser = Denoiser("suffix", .prefix(targetShare: 0.25), leadingTokens: ["[S2S]"])
        let batch = try sampler(DenoiserMixture(denoiser)).batch(step: 0)

        for segment in batch.segments {
            let text = segment.columns.count - 1
            let isEnd = batch.ids[segment.row * 96 + segment.columns.upperBound - 1] == 2
            let targets = segment.columns.count - segment.prefix - (isEnd ? 1 : 0)
            let expected = (Double(text - (isEnd ? 1 : 0)) * 0.25).rounded(.toNearestOrEven)
            #expect(targets == max(1, Int(expected)))
        }
    }

    @Test func `what cannot be sampled is refused with the reason`() throws {
        func refused(_ mixture: DenoiserMixture, rows: Int = 4, length: Int = 96) -> TextDataError? {
            do { _ = try sampler(mixture, rows: rows, length: length) } catch { return error as? TextDataError }
            return nil
        }
        let spans = { (mean: Double, density: Double) in
            DenoiserMixture(Denoiser("d", .spans(meanLength: mean, density: density), leadingTokens: ["[NLU]"]))
        }
        #expect(refused(spans(1, 0.5), length: 2000) == .tooFewSentinels(denoiser: "d", needed: 500, found: 128))
        #expect(
            refused(DenoiserMixture(Denoiser("d", .causal, leadingTokens: ["[X]"])))
                == .missingToken(token: "[X]", purpose: "before the examples of d"))
        for mixture in [
            spans(0, 0.5), spans(3, 0), spans(3, 1), DenoiserMixture([]),
            DenoiserMixture([(Denoiser("a", .causal), -1)]), DenoiserMixture([(Denoiser("a", .causal), 0)]),
            DenoiserMixture([(Denoiser("a", .causal), 1), (Denoiser("a", .prompt), 1)]),
            DenoiserMixture(Denoiser("a", .prefix(targetShare: 1))),
            DenoiserMixture(Denoiser("a", .causal, lossWeight: -1)),
        ] {
            guard case .badOption = refused(mixture) else {
                Issue.record("\(mixture) was taken")
                continue
            }
        }
        for (rows, length) in [(0, 96), (4, 4)] {
            guard case .badOption = refused(.causal, rows: rows, length: length) else {
                Issue.record("\(rows) rows of \(length) were taken")
                continue
            }
        }
        let tokenizer = try TextWorkshop.tokenizer().tokenizer
        #expect(throws: TextDataError.emptySplit(split: "sampled", documents: 0)) {
            try TextSampler(
                parts: [TextSampler.Part(store.heldOut, .causal)], tokenizer: tokenizer, rows: 1, length: 96, seed: 0)
        }
        #expect(throws: TextDataError.self) {
            try TextSampler(parts: [], tokenizer: tokenizer, rows: 1, length: 96, seed: 0)
        }
        #expect(DenoiserMixture(name: "other") == nil)
    }
}
