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
    private let slots: any StepSlots
    /// The number of steps, past which nothing is loaded ahead; nil for no end.
    package let steps: Int?
    private let options: PairLoadingOptions
    private let pictures: PictureLoading
    private let pool: DecodingPool?
    private let state = Mutex<State>(State())

    private struct State {
        var requests: [Int: StepRequest] = [:]
        /// The first step that met each row that cannot be used.
        var reported: [Reported: Int] = [:]
        var isCancelled = false
    }

    private struct Reported: Hashable {
        let part: Int
        let recordID: String
    }

    /// A loader of rows of pairs.
    ///
    /// - Parameters:
    ///   - features: where features of pictures may be found; those that are come without pixels.
    ///   - refusal: why the model cannot be trained on the text of a draw; nil where it can.
    package convenience init(
        sampler: PairSampler, processor: ImageProcessor, steps: Int? = nil, options: PairLoadingOptions = .init(),
        features: FeatureLookup? = nil, refusal: @escaping @Sendable (PairDraw) -> String? = { _ in nil }
    ) {
        self.init(PairSlots(sampler: sampler, refusal: refusal), processor, steps, options, features)
    }

    /// A loader of documents.
    ///
    /// - Parameter features: where features of pictures may be found; those that are come without pixels.
    package convenience init(
        documents: DocumentSampler, processor: ImageProcessor, steps: Int? = nil,
        options: PairLoadingOptions = .init(), features: FeatureLookup? = nil
    ) {
        self.init(DocumentSlots(sampler: documents), processor, steps, options, features)
    }

    private init(
        _ slots: any StepSlots, _ processor: ImageProcessor, _ steps: Int?, _ options: PairLoadingOptions,
        _ features: FeatureLookup?
    ) {
        self.slots = slots
        self.steps = steps
        self.options = options
        let variation = PictureVariation(
            processor: processor,
            workingSize: max(1, options.workingSize ?? processor.shorterSide.map { $0 * 2 } ?? 448),
            decoding: options.decoding, cache: PictureCache(budget: options.cacheBytes))
        pictures = PictureLoading(variation: variation, features: features)
        pool = options.threads > 0 && options.prefetch > 0 ? DecodingPool(threads: options.threads) : nil
    }

    deinit { cancel() }

    /// The examples of a step; waits for them where they are not ready.
    /// - Throws: `PairLoadingError`.
    package func examples(ofStep step: Int) throws(PairLoadingError) -> LoadedStep {
        precondition(step >= 0, "step \(step)")
        let outcomes: [SlotOutcome]
        if let pool {
            let request = try request(step, in: pool)
            defer { state.withLock { $0.requests[step] = nil } }
            outcomes = try request.outcomes()
        } else {
            if state.withLock({ $0.isCancelled }) { throw .cancelled }
            outcomes = try slots.jobs(ofStep: step, pictures).map { $0() }
        }
        return try deliver(outcomes, step: step)
    }

    /// How many different rows were met so far that cannot be used.
    package var unusableRows: Int { state.withLock { $0.reported.count } }

    /// How many bytes of decoded pictures are held.
    package var cachedBytes: Int { pictures.variation.cache.byteCount }

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
        // What a step draws is made outside of the lock; one reader alone asks for steps.
        let known = state.withLock { Set($0.requests.keys) }
        var jobs: [Int: [@Sendable () -> SlotOutcome]] = [:]
        for number in wanted where !known.contains(number) { jobs[number] = try slots.jobs(ofStep: number, pictures) }
        let (mine, begun, dropped) = state.withLock { state -> (StepRequest?, [StepRequest], [StepRequest]) in
            guard !state.isCancelled else { return (nil, [], []) }
            let dropped = state.requests.filter { !wanted.contains($0.key) }
            for stale in dropped.keys { state.requests[stale] = nil }
            var begun: [StepRequest] = []
            for number in wanted where state.requests[number] == nil {
                guard let own = jobs[number] else { continue }
                let request = StepRequest(step: number, slots: own.count)
                state.requests[number] = request
                begun.append(request)
            }
            return (state.requests[step], begun, Array(dropped.values))
        }
        guard let mine else { throw .cancelled }
        for request in dropped { request.cancel() }
        for request in begun { add(jobs[request.step] ?? [], of: request, to: pool) }
        return mine
    }

    private func add(_ jobs: [@Sendable () -> SlotOutcome], of request: StepRequest, to pool: DecodingPool) {
        // Jobs must not hold the loader, which ends them when it goes.
        for (slot, job) in jobs.enumerated() {
            pool.add {
                guard !request.isCancelled else { return }
                request.finish(slot, job())
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
        for slot in slots where !slot.isLoaded {
            let part = self.slots.part(slot.part)
            guard let first = slot.failures.first?.problem else { throw .cancelled }
            throw .noUsableRow(part: part.name, rows: part.rows, first: first)
        }
        return LoadedStep(
            step: step, examples: slots.flatMap(\.examples), documents: slots.compactMap(\.document), skipped: skipped,
            replacements: failures.count)
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
