import ImageFiles
import Imaging
import InterleavedData
import SceneDrawing

/// Pictures of datasets in a grid, each with a text below it.
struct ContactSheet {
    private let chosen: [PairRecord]

    private static let most = 100
    private static let columns = 10
    private static let side = 112
    private static let gap = 8
    private static let letter = 8.0
    private static let lines = 3

    /// A sheet of at most a hundred rows, as many from each set as there are, evenly from the first to the last.
    init(records: [PairRecord]) {
        var sets: [String] = []
        var bySet: [String: [PairRecord]] = [:]
        for record in records {
            let set = record.set ?? ""
            if bySet[set] == nil { sets.append(set) }
            bySet[set, default: []].append(record)
        }
        // The smallest sets first: what they leave free the others share.
        var room = min(Self.most, records.count)
        var shares: [String: Int] = [:]
        let rising = sets.sorted { (bySet[$0]?.count ?? 0) < (bySet[$1]?.count ?? 0) }
        for (index, set) in rising.enumerated() {
            let share = min(bySet[set]?.count ?? 0, room / (rising.count - index))
            shares[set] = share
            room -= share
        }
        chosen = sets.flatMap { set in
            let (rows, share) = (bySet[set] ?? [], shares[set] ?? 0)
            return (0..<share).map { rows[$0 * rows.count / share] }
        }
    }

    /// The sheet.
    func bitmap() throws -> Bitmap {
        let cellHeight = Self.side + Int(Self.letter * 1.5) * Self.lines + Self.gap
        let columns = max(1, min(Self.columns, chosen.count))
        let rows = max(1, (chosen.count + columns - 1) / columns)
        var canvas = Canvas(
            width: columns * (Self.side + Self.gap) + Self.gap, height: rows * cellHeight + Self.gap, Ink(0xE4E4E4))
        for (index, record) in chosen.enumerated() {
            let left = Self.gap + index % columns * (Self.side + Self.gap)
            let top = Self.gap + index / columns * cellHeight
            draw(record, on: &canvas, left: left, top: top)
        }
        return canvas.bitmap()
    }

    private func draw(_ record: PairRecord, on canvas: inout Canvas, left: Int, top: Int) {
        if let bitmap = thumbnail(of: record) {
            let (x0, y0) = (left + (Self.side - bitmap.width) / 2, top + (Self.side - bitmap.height) / 2)
            for y in 0..<bitmap.height {
                for x in 0..<bitmap.width {
                    let color = bitmap[x: x, y: y]
                    canvas[x0 + x, y0 + y] = Ink(
                        Float(color.red) / 255, Float(color.green) / 255, Float(color.blue) / 255)
                }
            }
        } else {
            let (low, high) = (Double(0), Double(Self.side))
            for line in [[Point(low, low), Point(high, high)], [Point(low, high), Point(high, low)]] {
                canvas.fill(
                    Outline.stroke(line, width: 6).moved(Double(left), Double(top)), Ink(0xC02020))
            }
        }
        write(Self.text(of: record), on: &canvas, left: left, top: top + Self.side + 4)
    }

    /// The picture, made to fit a cell; nil where it cannot be read.
    private func thumbnail(of record: PairRecord) -> Bitmap? {
        guard let bitmap = try? record.picture.image().flattened() else { return nil }
        let longer = max(bitmap.width, bitmap.height)
        return try? bitmap.resized(
            width: max(1, bitmap.width * Self.side / longer), height: max(1, bitmap.height * Self.side / longer),
            filter: .bicubic)
    }

    /// What is below the picture: its caption, else its first question and answer.
    private static func text(of record: PairRecord) -> String {
        if let caption = record.captions.first { return caption }
        return record.questions.first.map { "\($0.question) \($0.answer)" } ?? ""
    }

    /// Writes words in capitals, line by line; characters that the strokes lack are left out.
    private func write(_ text: String, on canvas: inout Canvas, left: Int, top: Int) {
        var (x, line) = (0.0, 0)
        for word in text.uppercased().split(whereSeparator: \.isWhitespace) {
            let letters = String(word.filter { StrokeFont.glyph($0) != nil })
            guard let outline = StrokeFont.outline(of: letters, weight: 0.14), let bounds = outline.bounds else {
                continue
            }
            let width = bounds.high.x * Self.letter
            if x > 0, x + width > Double(Self.side) { (x, line) = (0, line + 1) }
            guard line < Self.lines else { return }
            let place = Point(Double(left) + x, Double(top) + Double(line) * Self.letter * 1.5)
            canvas.fill(
                outline.moved(place.x / Self.letter, place.y / Self.letter).placed(
                    Placement(center: Point(0, 0), scale: Self.letter)), Ink(0x202020))
            x += width + Self.letter * 0.6
        }
    }
}
