/// Gives each picture of a document a sentence of its own, so that all together are most alike: what OpenFlamingo does with
/// MMC4's similarities (Zhu et al. 2023, §3).
enum SentenceAssignment {
    /// A picture and its sentence.
    struct Match: Sendable, Equatable {
        var picture: Int
        var sentence: Int
        var similarity: Double
    }

    /// The matches of greatest sum; where there are more pictures than sentences, some have none.
    ///
    /// The Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant 1987): rows are added one by one, each along a
    /// shortest path of alternating assignments, O(rows²·columns).
    ///
    /// - Parameter similarities: `[pictures][sentences]`
    static func matches(_ similarities: [[Double]]) -> [Match] {
        let sentences = similarities.first?.count ?? 0
        guard sentences > 0 else { return [] }
        if similarities.count > sentences {
            let turned = (0..<sentences).map { sentence in similarities.map { $0[sentence] } }
            return assigned(turned).enumerated().map {
                Match(picture: $1, sentence: $0, similarity: similarities[$1][$0])
            }.sorted { $0.picture < $1.picture }
        }
        return assigned(similarities).enumerated().map {
            Match(picture: $0, sentence: $1, similarity: similarities[$0][$1])
        }
    }

    /// For each row the column that it is given; no more rows than columns.
    private static func assigned(_ gains: [[Double]]) -> [Int] {
        let (rows, columns) = (gains.count, gains[0].count)
        // Row and column 0 stand for "not yet assigned".
        var rowPotential = [Double](repeating: 0, count: rows + 1)
        var columnPotential = [Double](repeating: 0, count: columns + 1)
        var rowOfColumn = [Int](repeating: 0, count: columns + 1)
        for row in 1...rows {
            rowOfColumn[0] = row
            var column = 0
            var cheapest = [Double](repeating: .infinity, count: columns + 1)
            var cameFrom = [Int](repeating: 0, count: columns + 1)
            var isUsed = [Bool](repeating: false, count: columns + 1)
            repeat {
                isUsed[column] = true
                let current = rowOfColumn[column]
                var (step, next) = (Double.infinity, 0)
                for other in 1...columns where !isUsed[other] {
                    let cost = -gains[current - 1][other - 1] - rowPotential[current] - columnPotential[other]
                    if cost < cheapest[other] { (cheapest[other], cameFrom[other]) = (cost, column) }
                    if cheapest[other] < step { (step, next) = (cheapest[other], other) }
                }
                for other in 0...columns {
                    if isUsed[other] {
                        rowPotential[rowOfColumn[other]] += step
                        columnPotential[other] -= step
                    } else {
                        cheapest[other] -= step
                    }
                }
                column = next
            } while rowOfColumn[column] != 0
            while column != 0 {
                let before = cameFrom[column]
                rowOfColumn[column] = rowOfColumn[before]
                column = before
            }
        }
        var columnOfRow = [Int](repeating: 0, count: rows)
        for column in 1...columns where rowOfColumn[column] > 0 { columnOfRow[rowOfColumn[column] - 1] = column - 1 }
        return columnOfRow
    }
}
