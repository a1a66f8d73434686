import Dispatch
import Synchronization

/// What became of a slot: its examples, and the rows that could not be used before they were found.
struct SlotOutcome: Sendable {
    var part: Int
    /// Whether something was found.
    var isLoaded = false
    /// One, or a document's pictures.
    var examples: [LoadedExample] = []
    /// The document that the pictures are of; nil for a row of pairs.
    var document: TokenDocument?
    var failures: [SkippedRow] = []
}

/// A step that is being loaded by several threads.
final class StepRequest: Sendable {
    /// Which step.
    let step: Int
    private let state: Mutex<State>
    private let done = DispatchSemaphore(value: 0)

    private struct State {
        var outcomes: [SlotOutcome?]
        var missing: Int
        var isCancelled = false
    }

    /// A request for that many slots.
    init(step: Int, slots: Int) {
        self.step = step
        state = Mutex(State(outcomes: Array(repeating: nil, count: slots), missing: slots))
    }

    /// Whether nobody waits for it any more.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Notes a slot; each is noted once.
    func finish(_ slot: Int, _ outcome: SlotOutcome) {
        let isLast = state.withLock { state in
            state.outcomes[slot] = outcome
            state.missing -= 1
            return state.missing == 0
        }
        if isLast { done.signal() }
    }

    /// Wakes who waits.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        done.signal()
    }

    /// All slots, in order; waits for the last one.
    func outcomes() throws(PairLoadingError) -> [SlotOutcome] {
        done.wait()
        done.signal()  // for whoever else waits
        let outcomes = state.withLock { $0.missing == 0 ? $0.outcomes.compactMap(\.self) : nil }
        guard let outcomes else { throw .cancelled }
        return outcomes
    }
}
