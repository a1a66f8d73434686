/// The breakdown of a task by one of its categories.
package struct CategoryScores: Sendable, Equatable {
    /// One value of the category.
    package struct Group: Sendable, Equatable {
        package let value: String
        package let count: Int
        /// Mean of its examples' scores.
        package let score: Double
        /// The same of blind answers; nil where not all its examples have one.
        package let blind: Double?
    }

    /// The category's name.
    package let name: String
    /// Its values, in the order in which they first occur.
    package let groups: [Group]

    /// Categories with more values than this are left out of the breakdown.
    package static let valueLimit = 100
    /// So are categories with fewer examples than this for each value.
    package static let leastMeanCount = 4

    /// The breakdowns by all categories of the examples that have more than one value.
    ///
    /// - Parameter blind: scores of blind answers, by the example's position.
    static func all(
        of examples: [EvaluationExample], scores: [Double], blind: [Int: Double] = [:]
    ) -> [CategoryScores] {
        var names: [String] = []
        for example in examples {
            for category in example.categories where !names.contains(category.name) { names.append(category.name) }
        }
        return names.compactMap { name in
            var order: [String] = []
            var members: [String: [Int]] = [:]
            for (place, example) in examples.enumerated() {
                guard let value = example.category(name) else { continue }
                if members[value] == nil { order.append(value) }
                members[value, default: []].append(place)
            }
            guard (2...valueLimit).contains(order.count), examples.count >= leastMeanCount * order.count else {
                return nil
            }
            let groups = order.map { value in
                let places = members[value] ?? []
                let unseeing = places.compactMap { blind[$0] }
                return Group(
                    value: value, count: places.count, score: mean(places.map { scores[$0] }),
                    blind: unseeing.count == places.count ? mean(unseeing) : nil)
            }
            return CategoryScores(name: name, groups: groups)
        }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
}
