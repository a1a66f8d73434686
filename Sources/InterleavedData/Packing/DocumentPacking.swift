/// Puts documents into rows of at most so many tokens.
package enum DocumentPacking {
    /// The documents of each row, in the order in which they were given; no document, and so no picture, is ever split.
    ///
    /// A balanced greedy knapsack: the longest first, each into the least filled row that it fits into. There are as many rows
    /// as the tokens need at least, and one more whenever a document fits into none.
    ///
    /// - Parameters:
    ///   - lengths: tokens of each document, at most `budget`.
    ///   - pictures: of each document.
    ///   - budget: tokens of a row.
    ///   - mostPictures: of a row, unless a single document has more.
    package static func rows(lengths: [Int], pictures: [Int], budget: Int, mostPictures: Int) -> [[Int]] {
        precondition(
            lengths.count == pictures.count && lengths.allSatisfy { $0 <= budget }, "a document above \(budget)")
        guard !lengths.isEmpty else { return [] }
        let least = max(1, (lengths.reduce(0, +) + budget - 1) / budget)
        var rows = [[Int]](repeating: [], count: least)
        var used = [Int](repeating: 0, count: least)
        var shown = [Int](repeating: 0, count: least)
        for index in lengths.indices.sorted(by: { (-lengths[$0], $0) < (-lengths[$1], $1) }) {
            let fitting = rows.indices.filter { row in
                used[row] + lengths[index] <= budget
                    && (shown[row] + pictures[index] <= mostPictures || rows[row].isEmpty)
            }
            var row = rows.count
            if let found = fitting.min(by: { (used[$0], $0) < (used[$1], $1) }) {
                row = found
            } else {
                rows.append([])
                used.append(0)
                shown.append(0)
            }
            rows[row].append(index)
            used[row] += lengths[index]
            shown[row] += pictures[index]
        }
        return rows.filter { !$0.isEmpty }.map { $0.sorted() }
    }
}
