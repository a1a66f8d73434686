import ImageFiles
import Imaging

/// What a run keeps between batches.
struct RunState<Model: EvaluatedModel> {
    typealias Bitmaps = [(key: String, bitmap: Result<Bitmap, PictureFailure>)]

    let run: TaskRun<Model>
    private let derangement: PictureDerangement
    private var sights: SightCache<Model>
    /// Blind answers by what decides them.
    private var blind: [BlindKey: Answer] = [:]
    private var selector: DemonstrationSelector

    /// Blind answers are equal where prompt, choices and demonstrations are.
    private struct BlindKey: Hashable {
        let prompt: String?
        let choices: [String]
        let demonstrations: [String]
    }

    /// A model's answer to one context, or why there is none.
    typealias Answer = Result<AnswerFinder<Model>.Found, PictureFailure>

    init(run: TaskRun<Model>, all: [EvaluationExample]) {
        self.run = run
        derangement = PictureDerangement(
            of: run.baselines.contains(.shuffled) ? all : [], seed: run.settings.seed)
        sights = SightCache(budget: run.sightBudget)
        selector = DemonstrationSelector(
            pool: run.demonstrations, shots: run.settings.shots, seed: run.settings.seed)
    }

    mutating func endBatch() { sights.endBatch() }

    /// Starts reading the pictures that a batch needs and that were not looked at yet.
    func decoding(of examples: [EvaluationExample], except coming: Bitmaps = []) -> Task<Bitmaps, Never> {
        decoding(of: examples.flatMap(pictures), except: Set(coming.map(\.key)))
    }

    /// The example's own pictures, those that are shown in their place, and those of its demonstrations, where these do
    /// not depend on the picture.
    private func pictures(of example: EvaluationExample) -> [PictureReference] {
        example.pictures + (derangement.pictures(for: example) ?? [])
            + selector.demonstrations(for: example).flatMap(\.pictures)
    }

    /// Looks at what a batch needs and is still, or again, missing: pictures that came with the batch before and did not
    /// fit into the cache, and those of the nearest demonstrations, which are known only now.
    mutating func completeSights(of examples: [EvaluationExample]) async {
        look(at: await decoding(of: examples.flatMap(pictures), except: []).value)
        guard selector.comparesPictures else { return }
        let shown = examples.flatMap { selector.demonstrations(for: $0, vector: vector(of: $0)) }
        look(at: await decoding(of: shown.flatMap(\.pictures), except: []).value)
    }

    private func decoding(of pictures: [PictureReference], except coming: Set<String>) -> Task<Bitmaps, Never> {
        var wanted: [PictureReference] = []
        var seen = coming
        for picture in pictures where sights.entry(picture.key) == nil && seen.insert(picture.key).inserted {
            wanted.append(picture)
        }
        let options = run.decoding
        return Task.detached { [wanted] in
            wanted.map { picture in
                do throws(ImageFileError) {
                    return (picture.key, .success(try picture.bitmap(options: options)))
                } catch { return (picture.key, .failure(PictureFailure(code: error.code, message: "\(error)"))) }
            }
        }
    }

    /// Looks at pictures and keeps what the model saw.
    mutating func look(at bitmaps: Bitmaps) {
        for (key, bitmap) in bitmaps {
            let entry = bitmap.flatMap { bitmap in
                Result { () throws(ModelUseError) in try run.model.look(at: bitmap) }
                    .mapError { PictureFailure(code: $0.code, message: $0.description) }
            }
            sights.store(entry, for: key, model: run.model)
        }
    }

    /// Sights of the pictures of demonstrations, which a nearest selection compares.
    mutating func prepareDemonstrations() async {
        guard selector.comparesPictures else { return }
        for start in stride(from: 0, to: selector.pool.count, by: run.batch) {
            let part = selector.pool[start..<min(selector.pool.count, start + run.batch)]
            look(at: await decoding(of: part.flatMap(\.pictures), except: []).value)
            for example in part { selector.note(vector(of: example), of: example) }
            endBatch()
        }
    }

    private func vector(of example: EvaluationExample) -> [Float]? {
        guard let picture = example.pictures.first, case .success(let sight)? = sights.entry(picture.key) else {
            return nil
        }
        return run.model.vector(of: sight)
    }

    /// The rows of a batch whose pictures were looked at.
    mutating func rows(of examples: [EvaluationExample]) -> [SampleRow] {
        let asked = examples.map { example in
            let shown = selector.demonstrations(for: example, vector: vector(of: example))
            return Asked(example: example, demonstrations: shown, settings: run.settings, prompts: run.model.prompts)
        }
        let finder = AnswerFinder(model: run.model, settings: run.settings)
        let own = finder.answers(asked.map { ($0, context(of: $0, pictures: $0.example.pictures)) })
        var rows = zip(asked, own).map { SampleRow($0, $1, run: run) }
        if run.baselines.contains(.shuffled) { addShuffled(to: &rows, asked, finder) }
        if run.baselines.contains(.blind) { addBlind(to: &rows, asked, finder) }
        return rows
    }

    private func addShuffled(to rows: inout [SampleRow], _ asked: [Asked], _ finder: AnswerFinder<Model>) {
        let others = asked.map { derangement.pictures(for: $0.example) }
        let places = asked.indices.filter { others[$0] != nil }
        let answers = finder.answers(places.map { (asked[$0], context(of: asked[$0], pictures: others[$0] ?? [])) })
        for (place, answer) in zip(places, answers) {
            var baseline = SampleRow.Baseline(.shuffled, answer)
            baseline.image = others[place]?.map(\.name).joined(separator: " + ")
            rows[place].baselines.append(baseline)
        }
    }

    private mutating func addBlind(to rows: inout [SampleRow], _ asked: [Asked], _ finder: AnswerFinder<Model>) {
        let places = asked.indices.filter { !asked[$0].example.pictures.isEmpty }
        var new: [BlindKey: Int] = [:]
        for place in places where blind[Self.key(asked[place])] == nil { new[Self.key(asked[place])] = place }
        let order = new.values.sorted()
        let answers = finder.answers(order.map { (asked[$0], context(of: asked[$0], pictures: nil)) })
        for (place, answer) in zip(order, answers) { blind[Self.key(asked[place])] = answer }
        for place in places {
            guard let answer = blind[Self.key(asked[place])] else { continue }
            rows[place].baselines.append(SampleRow.Baseline(.blind, answer))
        }
    }

    private static func key(_ asked: Asked) -> BlindKey {
        BlindKey(
            prompt: asked.prompt, choices: asked.example.choices, demonstrations: asked.demonstrations.map(\.example.id)
        )
    }

    /// What stands before the answer: demonstrations, pictures, prompt; nil pictures for a blind model.
    private func context(
        of asked: Asked, pictures: [PictureReference]?
    ) -> Result<PromptContext<Model.Sight>, PictureFailure> {
        var parts: [PromptContext<Model.Sight>.Part] = []
        for shown in asked.demonstrations {
            // A demonstration whose picture cannot be read is shown as text.
            for picture in pictures == nil ? [] : shown.example.pictures {
                if case .success(let sight)? = sights.entry(picture.key) {
                    parts.append(.picture(sight, prompt: shown.prompt))
                }
            }
            parts.append(.text(shown.text))
        }
        for picture in pictures ?? [] {
            switch sights.entry(picture.key) {
            case .success(let sight)?: parts.append(.picture(sight, prompt: asked.prompt))
            case .failure(let failure)?: return .failure(failure)
            case nil: return .failure(PictureFailure(code: "internal", message: "\(picture.name): not looked at"))
            }
        }
        return .success(PromptContext(parts, prompt: asked.prompt))
    }
}
