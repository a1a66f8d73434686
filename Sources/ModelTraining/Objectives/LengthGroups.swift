/// Rows of like length, which go through a transformer together: what padding would cost else.
package enum LengthGroups {
    /// What one more pass costs beside its positions, in positions.
    private static let passCost = 64
    /// More groups than these are not looked for.
    private static let most = 4

    /// The rows in groups, the shortest first, so that positions (rows × the longest of the group) and passes together cost least.
    ///
    /// - Parameter lengths: of each row.
    package static func of(_ lengths: [Int]) -> [[Int]] {
        let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        // cost[g][n]: of the n shortest rows in g groups; start[g][n]: where the last of these groups starts.
        let count = order.count
        var cost = [[Int]](repeating: [Int](repeating: .max, count: count + 1), count: most + 1)
        var start = [[Int]](repeating: [Int](repeating: 0, count: count + 1), count: most + 1)
        cost[0][0] = 0
        for groups in 1...most {
            for end in stride(from: 1, through: count, by: 1) {
                let longest = lengths[order[end - 1]]
                for first in 0..<end where cost[groups - 1][first] < .max {
                    let sum = cost[groups - 1][first] + (end - first) * longest + passCost
                    guard sum < cost[groups][end] else { continue }
                    cost[groups][end] = sum
                    start[groups][end] = first
                }
            }
        }
        let best = (1...most).min { cost[$0][count] < cost[$1][count] } ?? 1
        var found: [[Int]] = []
        var end = count
        for groups in stride(from: best, to: 0, by: -1) where end > 0 {
            let first = start[groups][end]
            found.append(Array(order[first..<end]))
            end = first
        }
        return found.reversed()
    }
}
