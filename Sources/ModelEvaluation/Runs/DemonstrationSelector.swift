import TensorEngine

/// Chooses the solved examples before a question.
struct DemonstrationSelector: Sendable {
    let pool: [EvaluationExample]
    private let shots: FewShot
    private let seed: UInt64
    private let fixed: [Int]
    private var vectors: [String: [Float]] = [:]

    init(pool: [EvaluationExample], shots: FewShot, seed: UInt64) {
        self.pool = shots.count == 0 ? [] : pool
        self.shots = shots
        self.seed = seed
        fixed = Self.drawn(self.pool.count, of: self.pool.count, seed: seed, stream: "demonstrations")
    }

    /// Whether the pictures of the pool are compared.
    var comparesPictures: Bool { shots.selection == .nearest && !pool.isEmpty }

    /// Keeps the vector of an example's picture.
    mutating func note(_ vector: [Float]?, of example: EvaluationExample) {
        vectors[example.id] = vector.map(Self.unit)
    }

    /// The demonstrations of an example, never one of the same picture, in the order in which they are shown.
    ///
    /// - Parameter vector: of the example's picture, for the nearest ones; without it they are unknown, and none are given.
    func demonstrations(for example: EvaluationExample, vector: [Float]? = nil) -> [EvaluationExample] {
        guard !pool.isEmpty else { return [] }
        let order: [Int] =
            switch shots.selection {
            case .fixed: fixed
            case .fresh: Self.drawn(pool.count, of: pool.count, seed: seed, stream: "demonstrations of \(example.id)")
            case .nearest: vector.map { nearest(to: $0) } ?? []
            }
        // Without a picture there is nothing to give away: ids of other files may be equal by chance.
        let allowed = order.filter { example.pictures.isEmpty || pool[$0].cluster != example.cluster }
            .prefix(shots.count)
        let chosen = allowed.map { pool[$0] }
        return shots.selection == .nearest ? chosen.reversed() : chosen
    }

    /// Indices of the pool by falling cosine, the first among equals first.
    private func nearest(to vector: [Float]) -> [Int] {
        let query = Self.unit(vector)
        let scores = pool.map { example in
            vectors[example.id].map { zip($0, query).reduce(Float(0)) { $0 + $1.0 * $1.1 } } ?? -.infinity
        }
        return pool.indices.sorted { (scores[$0], -$0) > (scores[$1], -$1) }
    }

    private static func unit(_ vector: [Float]) -> [Float] {
        let norm = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        return norm > 0 ? vector.map { $0 / norm } : vector
    }

    /// The first `count` of a permutation of `0..<total`.
    private static func drawn(_ count: Int, of total: Int, seed: UInt64, stream: String) -> [Int] {
        var generator = SeededGenerator(seed: seed, stream: stream)
        var order = Array(0..<total)
        for place in 0..<min(count, total) {
            order.swapAt(place, place + generator.integer(below: total - place))
        }
        return Array(order.prefix(count))
    }
}
