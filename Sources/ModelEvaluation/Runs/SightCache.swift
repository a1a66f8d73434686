/// What a model saw in pictures, kept while it fits into a budget of bytes.
struct SightCache<Model: EvaluatedModel> {
    typealias Entry = Result<Model.Sight, PictureFailure>

    private let budget: Int
    private var entries: [String: Entry] = [:]
    private var byteCount = 0
    /// Entries of the batch at work, kept whatever the budget says.
    private var current: [String: Entry] = [:]

    init(budget: Int) { self.budget = budget }

    /// The entry of that picture, where there is one.
    func entry(_ key: String) -> Entry? { current[key] ?? entries[key] }

    /// Keeps an entry.
    mutating func store(_ entry: Entry, for key: String, model: Model) {
        var size = 64
        if case .success(let sight) = entry { size += model.byteCount(of: sight) }
        if byteCount + size <= budget {
            byteCount += size
            entries[key] = entry
        } else {
            current[key] = entry
        }
    }

    /// The batch is done: what did not fit is forgotten.
    mutating func endBatch() { current.removeAll(keepingCapacity: true) }
}

/// Why a picture cannot be looked at: what a row's `error` says.
struct PictureFailure: Error, Sendable {
    let code: String
    let message: String
}
