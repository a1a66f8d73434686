import Synchronization

/// Keeps one model's scratch memory, with its cache of words, between calls; a call that finds it in use makes its own.
final class ScratchPool: Sendable {
    private let kept = Mutex<ModelScratch?>(nil)

    /// Takes the scratch memory, leaving none.
    func take() -> ModelScratch {
        kept.withLock { scratch in
            defer { scratch = nil }
            return scratch ?? ModelScratch()
        }
    }

    /// Gives the scratch memory back.
    func give(_ scratch: consuming ModelScratch) {
        let scratch = scratch
        kept.withLock { $0 = scratch }
    }
}
