/// What is trained on: parts with their rows, how often each is drawn, and how its pictures are varied.
package struct TrainingMixture: Sendable {
    /// Rows that are drawn and varied alike: a dataset, or a set within one.
    package struct Part: Sendable {
        /// What reports call it.
        package var name: String
        /// Its rows; those without any text to learn are left out when the mixture is made.
        package var records: [PairRecord]
        /// The share of examples that come from this part, relative to the other parts' weights; nil in a mixture
        /// without weights.
        package var weight: Double?
        /// How its pictures are varied.
        package var augmentation: Augmentation
        /// Variations of each picture, of which every draw shows one; 0 for a new one at every draw.
        package var views: Int

        /// A part of those rows.
        package init(
            name: String, records: [PairRecord], weight: Double? = nil, augmentation: Augmentation = Augmentation(),
            views: Int = 0
        ) {
            self.name = name
            self.records = records
            self.weight = weight
            self.augmentation = augmentation
            self.views = views
        }
    }

    /// What the number beside a set's name means.
    package enum WeightMeaning: String, Sendable, Codable {
        /// The share of the whole set, however many rows it has.
        case share
        /// How often each of its rows is drawn relative to a row of another set: the share is weight × rows.
        case row
    }

    /// The parts, in their order.
    package let parts: [Part]
    /// Rows that were left out since they hold no text.
    package let rowsWithoutText: Int
    /// The upper ends of the parts' shares of 0…1; nil where every row is drawn once an epoch.
    let thresholds: [Double]?

    /// A mixture of parts: with weights examples are independent draws, without any each row comes once an epoch.
    ///
    /// - Throws: `MixtureError` where some parts have weights and others none, a weight is senseless, or nothing is
    ///   left to draw.
    package init(_ parts: [Part]) throws(MixtureError) {
        var kept: [Part] = []
        var left = 0
        for part in parts {
            var usable = part
            usable.records = part.records.filter(\.hasText)
            left += part.records.count - usable.records.count
            guard !usable.records.isEmpty else { throw .noText(part: part.name) }
            do { try part.augmentation.validate() } catch { throw .augmentation(part: part.name, error) }
            kept.append(usable)
        }
        guard !kept.isEmpty else { throw .empty }
        self.parts = kept
        rowsWithoutText = left
        thresholds = try Self.thresholds(kept)
    }

    /// A mixture of one dataset, each row once an epoch.
    package init(_ dataset: PairDataset, augmentation: Augmentation = Augmentation()) throws(MixtureError) {
        try self.init([Part(name: dataset.path, records: dataset.records, augmentation: augmentation)])
    }

    /// A mixture of the sets within some rows, drawn by weight.
    ///
    /// - Parameters:
    ///   - weights: for each set that occurs a number; a row without a set belongs to the set named by the empty text.
    ///   - meaning: whether a number is the share of its set or counts for each row.
    ///   - augmentations: for sets that are not varied as `augmentation` says.
    /// - Throws: `MixtureError`, also for a set without a weight, or a weight without its set.
    package init(
        sets records: [PairRecord], weights: [String: Double], meaning: WeightMeaning = .share,
        augmentation: Augmentation = Augmentation(), augmentations: [String: Augmentation] = [:]
    ) throws(MixtureError) {
        var order: [String] = []
        var bySet: [String: [PairRecord]] = [:]
        for record in records where record.hasText {
            let set = record.set ?? ""
            if bySet[set] == nil { order.append(set) }
            bySet[set, default: []].append(record)
        }
        for name in Set(weights.keys).union(augmentations.keys).sorted() where bySet[name] == nil {
            throw .noSuchSet(name: name, present: order)
        }
        var parts: [Part] = []
        for set in order {
            guard let weight = weights[set] else { throw .setWithoutWeight(name: set) }
            let rows = bySet[set] ?? []
            parts.append(
                Part(
                    name: set, records: rows, weight: meaning == .row ? weight * Double(rows.count) : weight,
                    augmentation: augmentations[set] ?? augmentation))
        }
        try self.init(parts)
    }

    /// How many rows there are in all.
    package var count: Int { parts.reduce(0) { $0 + $1.records.count } }

    private static func thresholds(_ parts: [Part]) throws(MixtureError) -> [Double]? {
        guard let weighted = parts.first(where: { $0.weight != nil }) else { return nil }
        var sum = 0.0
        var ends: [Double] = []
        for part in parts {
            guard let weight = part.weight else { throw .weightMissing(part: part.name, beside: weighted.name) }
            guard weight.isFinite, weight >= 0 else { throw .senselessWeight(part: part.name, weight: weight) }
            sum += weight
            ends.append(sum)
        }
        guard sum > 0, sum.isFinite else { throw .noWeight }
        return ends.map { $0 / sum }
    }
}

extension PairRecord {
    /// Whether there is something to learn from it.
    package var hasText: Bool {
        captions.contains { !$0.isBlank } || questions.contains { !$0.question.isBlank && !$0.answer.isBlank }
    }
}

extension String {
    /// Whether there is nothing but blanks in it.
    package var isBlank: Bool { utf8.allSatisfy { $0 <= 0x20 } || allSatisfy(\.isWhitespace) }
}

/// Why datasets cannot be mixed.
package enum MixtureError: Error, Equatable, CustomStringConvertible {
    /// No part at all.
    case empty
    /// A part of which no row holds a text.
    case noText(part: String)
    /// One part has a weight, another has none.
    case weightMissing(part: String, beside: String)
    /// A weight that is negative or not a number.
    case senselessWeight(part: String, weight: Double)
    /// All weights are 0.
    case noWeight
    /// A set that occurs has no weight.
    case setWithoutWeight(name: String)
    /// A weight or an augmentation for a set that does not occur.
    case noSuchSet(name: String, present: [String])
    /// A part's augmentation is senseless.
    case augmentation(part: String, AugmentationError)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .empty: "nothing to train on: name a dataset"
        case .noText(let part): "\(part): no row holds a caption or an answered question"
        case .weightMissing(let part, let other):
            "\(part) has no weight, \(other) has one: give every dataset a weight, or none"
        case .senselessWeight(let part, let weight): "\(part): weight \(weight); it must be a number of 0 or more"
        case .noWeight: "all weights are 0: nothing would be drawn"
        case .setWithoutWeight(let name): "the set \"\(name)\" has no weight: give every set one (0 leaves it out)"
        case .noSuchSet(let name, let present):
            "no row belongs to the set \"\(name)\"; there are \(present.joined(separator: ", "))"
        case .augmentation(let part, let error): "\(part): \(error.description)"
        }
    }
}
