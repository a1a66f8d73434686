import Dispatch
import ImageFiles
import Imaging
import Synchronization
import TensorEngine

/// How examples are loaded; none of it changes them, but for the working size.
package struct PairLoadingOptions: Sendable, Equatable {
    /// Where pictures are cropped, turned or laid over backgrounds, those with a longer shorter side are first resized to
    /// this; nil for twice the model's size.
    package var workingSize: Int?
    /// Most bytes of decoded pictures held in memory.
    package var cacheBytes: Int
    /// How many steps are loaded beside the one in hand.
    package var prefetch: Int
    /// Threads for that; 0 loads each step when it is asked for.
    package var threads: Int
    /// How pictures are read.
    package var decoding: ImageDecodingOptions

    /// Options; what is not told is 512 MiB, two steps ahead, two threads.
    package init(
        workingSize: Int? = nil, cacheBytes: Int = 512 << 20, prefetch: Int = 2, threads: Int = 2,
        decoding: ImageDecodingOptions = .init()
    ) {
        self.workingSize = workingSize
        self.cacheBytes = cacheBytes
        self.prefetch = prefetch
        self.threads = threads
        self.decoding = decoding
    }
}

/// Loads the examples of training steps, the next ones beside the work on the one in hand.
///
///     let sampler = PairSampler(mixture: try TrainingMixture(dataset), seed: 1, batch: 32)
///     let loader = PairLoader(sampler: sampler, processor: folder.processor, steps: 1500)
///     for step in 0..<1500 {
///         let loaded = try loader.examples(ofStep: step)   // 32 examples
///         let pixels = try loaded.pixels().tensor          // [32, 3, height, width]
///     }
///
/// The examples of a step depend on sampler, processor and working size alone: not on threads, on what was loaded before,
/// or on what is held in memory. A loader serves one reader: whoever asks for a step far from the last one ends the
/// loading of what was ahead.
package final class PairLoader: Sendable {
    /// What decides which rows a step sees.
    package let sampler: PairSampler
    /// The number of steps, past which nothing is loaded ahead; nil for no end.
    package let steps: Int?
    private let options: PairLoadingOptions
    private let variation: PictureVariation
    private let features: FeatureLookup?
    private let pool: DecodingPool?
    private let state = Mutex<State>(State())

    private struct State {
        var requests: [Int: StepRequest] = [:]
        /// The first step that met each picture that cannot be used.
        var reported: [Reported: Int] = [:]
        var isCancelled = false
    }

    private struct Reported: Hashable {
        let part: Int
        let recordID: String
    }

    /// A loader.
    ///
    /// - Parameter features: where features of pictures may be found; those that are come without pixels.
    package init(
        sampler: PairSampler, processor: ImageProcessor, steps: Int? = nil, options: PairLoadingOptions = .init(),
        features: FeatureLookup? = nil
    ) {
        self.features = features
        self.sampler = sampler
        self.steps = steps
        self.options = options
        variation = PictureVariation(
            processor: processor,
            workingSize: max(1, options.workingSize ?? processor.shorterSide.map { $0 * 2 } ?? 448),
            decoding: options.decoding, cache: PictureCache(budget: options.cacheBytes))
        pool = options.threads > 0 && options.prefetch > 0 ? DecodingPool(threads: options.threads) : nil
    }

    deinit { cancel() }

    /// The examples of a step; waits for them where they are not ready.
    /// - Throws: `PairLoadingError`.
    package func examples(ofStep step: Int) throws(PairLoadingError) -> LoadedStep {
        precondition(step >= 0, "step \(step)")
        let slots: [SlotOutcome]
        if let pool {
            let request = try request(step, in: pool)
            defer { state.withLock { $0.requests[step] = nil } }
            slots = try request.outcomes()
        } else {
            if state.withLock({ $0.isCancelled }) { throw .cancelled }
            slots = (0..<sampler.batch).map {
                Self.load(slot: $0, of: step, sampler: sampler, variation: variation, features: features)
            }
        }
        return try deliver(slots, step: step)
    }

    /// How many different rows were met so far whose pictures cannot be used.
    package var unusablePictures: Int { state.withLock { $0.reported.count } }

    /// How many bytes of decoded pictures are held.
    package var cachedBytes: Int { variation.cache.byteCount }

    /// Stops loading; whoever waits for a step gets `PairLoadingError.cancelled`. Also done when the loader goes.
    package func cancel() {
        let requests = state.withLock { state in
            defer { state.requests = [:] }
            state.isCancelled = true
            return Array(state.requests.values)
        }
        pool?.close()
        for request in requests { request.cancel() }
    }

    /// Starts the step and those after it, drops steps that nobody will ask for.
    private func request(_ step: Int, in pool: DecodingPool) throws(PairLoadingError) -> StepRequest {
        let last = min(step + min(options.prefetch, 256), max(step, (steps ?? .max) - 1))
        let wanted = step...last
        let (mine, begun, dropped) = state.withLock { state -> (StepRequest?, [StepRequest], [StepRequest]) in
            guard !state.isCancelled else { return (nil, [], []) }
            let dropped = state.requests.filter { !wanted.contains($0.key) }
            for stale in dropped.keys { state.requests[stale] = nil }
            var begun: [StepRequest] = []
            for number in wanted where state.requests[number] == nil {
                let request = StepRequest(step: number, slots: sampler.batch)
                state.requests[number] = request
                begun.append(request)
            }
            return (state.requests[step], begun, Array(dropped.values))
        }
        guard let mine else { throw .cancelled }
        for request in dropped { request.cancel() }
        for request in begun { add(request, to: pool) }
        return mine
    }

    private func add(_ request: StepRequest, to pool: DecodingPool) {
        // Jobs must not hold the loader, which ends them when it goes.
        let (sampler, variation, features) = (sampler, variation, features)
        for slot in 0..<sampler.batch {
            pool.add {
                guard !request.isCancelled else { return }
                request.finish(
                    slot,
                    Self.load(
                        slot: slot, of: request.step, sampler: sampler, variation: variation, features: features))
            }
        }
    }

    /// Puts a step together; what another step reported before is left out.
    private func deliver(_ slots: [SlotOutcome], step: Int) throws(PairLoadingError) -> LoadedStep {
        let failures = slots.flatMap(\.failures)
        let skipped = state.withLock { state in
            var told: Set<Reported> = []
            return failures.filter { failure in
                let key = Reported(part: failure.part, recordID: failure.recordID)
                if state.reported[key] == nil { state.reported[key] = step }
                return state.reported[key] == step && told.insert(key).inserted
            }
        }
        var examples: [LoadedExample] = []
        for slot in slots {
            guard let example = slot.example else {
                let part = sampler.mixture.parts[slot.part]
                guard let first = slot.failures.first?.error else { throw .cancelled }
                throw .noReadablePicture(part: part.name, rows: part.records.count, first: first)
            }
            examples.append(example)
        }
        return LoadedStep(step: step, examples: examples, skipped: skipped, replacements: failures.count)
    }

    /// The example of a slot, after as many attempts as it takes.
    private static func load(
        slot: Int, of step: Int, sampler: PairSampler, variation: PictureVariation, features: FeatureLookup?
    ) -> SlotOutcome {
        var outcome = SlotOutcome(part: 0)
        var attempt = 0
        while let draw = sampler.draw(step: step, slot: slot, attempt: attempt) {
            outcome.part = draw.part
            var generator = draw.generator
            let augmentation = sampler.mixture.parts[draw.part].augmentation
            do throws(PictureError) {
                let found = try features?.features(
                    of: draw.record.picture, view: draw.view, augmentation: augmentation,
                    workingSize: variation.workingSize)
                let pixels =
                    found?.tensor != nil
                    ? nil
                    : try variation.pixels(of: draw.record.picture, augmentation: augmentation, using: &generator)
                outcome.example = LoadedExample(
                    recordID: draw.record.id, part: draw.part, kind: draw.kind, text: draw.text, pixels: pixels,
                    features: found)
                return outcome
            } catch {
                outcome.failures.append(SkippedPicture(recordID: draw.record.id, part: draw.part, error: error))
            }
            attempt += 1
        }
        return outcome
    }
}

extension ImageProcessor {
    /// The shorter side of what comes out, where that is fixed.
    fileprivate var shorterSide: Int? {
        if let crop = configuration.crop { return min(crop.height, crop.width) }
        switch configuration.size {
        case .exact(let height, let width), .within(let height, let width): return min(height, width)
        case .shortestEdge(let edge, _): return edge
        case nil: return nil
        }
    }
}
