/// How much of each pixel in a rectangle an outline covers: 0…1, exact area for the outline's straight edges.
///
/// Each edge adds to the pixels it crosses the signed area to its right, as a difference along the row; a running sum
/// then gives the coverage (the method of R. Levien's font-rs). Where contours overlap the sum is held to 0…1.
package struct CoverageMask: Sendable {
    /// The column of the first value.
    package let left: Int
    /// The row of the first value.
    package let top: Int
    package let width: Int
    package let height: Int
    /// `[height, width]`.
    package private(set) var values: [Float]

    /// The coverage of an outline given in pixels; its box may reach beyond the picture.
    package init(_ outline: Outline) {
        guard let bounds = outline.bounds else {
            (left, top, width, height, values) = (0, 0, 0, 0, [])
            return
        }
        left = Int(bounds.low.x.rounded(.down))
        top = Int(bounds.low.y.rounded(.down))
        width = Int(bounds.high.x.rounded(.up)) - left + 1
        height = Int(bounds.high.y.rounded(.up)) - top + 1
        var sums = EdgeSums(width: width, height: height)
        let origin = Point(Double(left), Double(top))
        for contour in outline.contours {
            guard var from = contour.last else { continue }
            for point in contour {
                sums.add(from - origin, point - origin)
                from = point
            }
        }
        values = sums.coverage()
    }

    /// The coverage of the pixel in that column and row of the picture.
    package subscript(x x: Int, y y: Int) -> Float {
        guard x >= left, x < left + width, y >= top, y < top + height else { return 0 }
        return values[(y - top) * width + x - left]
    }

    /// The covered area in pixels, also of what lies outside the picture.
    package var area: Float { values.reduce(0, +) }

    /// This mask moved by whole pixels and blurred by a box of `2 · radius + 1` pixels in both directions.
    package func shadow(movedBy shift: (x: Int, y: Int), radius: Int) -> CoverageMask {
        let box = 2 * radius + 1
        let (wide, high) = (width + 2 * radius, height + 2 * radius)
        var rows = [Float](repeating: 0, count: wide * height)
        for y in 0..<height {
            var sum: Float = 0
            for x in 0..<wide {
                if x < width { sum += values[y * width + x] }
                if x >= box { sum -= values[y * width + x - box] }
                rows[y * wide + x] = sum
            }
        }
        var blurred = [Float](repeating: 0, count: wide * high)
        for x in 0..<wide {
            var sum: Float = 0
            for y in 0..<high {
                if y < height { sum += rows[y * wide + x] }
                if y >= box { sum -= rows[(y - box) * wide + x] }
                blurred[y * wide + x] = max(0, sum / Float(box * box))
            }
        }
        return CoverageMask(
            left: left - radius + shift.x, top: top - radius + shift.y, width: wide, height: high, values: blurred)
    }

    private init(left: Int, top: Int, width: Int, height: Int, values: [Float]) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
        self.values = values
    }
}

/// The differences along rows that edges leave.
private struct EdgeSums {
    let width: Int
    let height: Int
    /// One value more than pixels, for an edge on the right border of the last row.
    var differences: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        differences = [Float](repeating: 0, count: width * height + 2)
    }

    /// The running sums, held to 0…1; adding and cutting contours have opposite signs.
    func coverage() -> [Float] {
        var result = [Float](repeating: 0, count: width * height)
        for y in 0..<height {
            var sum: Float = 0
            for x in 0..<width {
                sum += differences[y * width + x]
                result[y * width + x] = min(max(sum, 0), 1)
            }
        }
        return result
    }

    mutating func add(_ from: Point, _ to: Point) {
        guard from.y != to.y else { return }
        let direction = from.y < to.y ? -1.0 : 1.0
        let (upper, lower) = from.y < to.y ? (from, to) : (to, from)
        let slope = (lower.x - upper.x) / (lower.y - upper.y)
        var x = upper.x
        for row in Int(upper.y)..<min(height, Int(lower.y.rounded(.up))) {
            let span = min(Double(row + 1), lower.y) - max(Double(row), upper.y)
            let next = x + slope * span
            addPiece(row: row, signed: direction * span, from: min(x, next), to: max(x, next))
            x = next
        }
    }

    /// An edge's piece within one row: `signed` is its height with its sign, from column `low` to `high`.
    private mutating func addPiece(row: Int, signed: Double, from low: Double, to high: Double) {
        let first = Int(low)
        let last = Int(high.rounded(.up))
        let at = row * width + first
        if last <= first + 1 {
            let middle = (low + high) / 2 - Double(first)
            differences[at] += Float(signed * (1 - middle))
            differences[at + 1] += Float(signed * middle)
            return
        }
        // The piece crosses several columns; in each, what lies right of the piece: all that came down in columns
        // before, and a trapezoid of what comes down in this one.
        let perColumn = signed / (high - low)
        var before = 0.0
        var former = 0.0
        for column in first..<last {
            let (enter, leave) = (max(low, Double(column)), min(high, Double(column + 1)))
            let part = perColumn * (leave - enter)
            let covered = before + part * (Double(column + 1) - (enter + leave) / 2)
            differences[row * width + column] += Float(covered - former)
            before += part
            former = covered
        }
        differences[row * width + last] += Float(signed - former)
    }
}
