import Imaging

/// The pictures under `fixtures/pictures`: each is drawn by the code in this folder and nothing else.
package struct FixturePicture: Sendable {
    /// The file's name, its ending included.
    package let name: String
    /// What it shows, in words.
    package let shows: String
    /// Pixels across and down.
    package let width: Int
    package let height: Int
    private let paint: @Sendable (inout Sketch) -> Void

    init(
        _ name: String, _ shows: String, width: Int = 128, height: Int = 128,
        paint: @escaping @Sendable (inout Sketch) -> Void
    ) {
        self.name = name
        self.shows = shows
        self.width = width
        self.height = height
        self.paint = paint
    }

    /// The picture, drawn anew.
    package func bitmap() -> Bitmap {
        var sketch = Sketch(width: width, height: height)
        paint(&sketch)
        return sketch.canvas.bitmap()
    }

    /// All of them.
    package static let all: [FixturePicture] = [
        redCircle, smilingFace, flag, keycap, coin, trousers, shirt, hand, playingCard,
    ]
}

/// A canvas whose shorter side runs from -1 to 1, the origin in its middle.
struct Sketch {
    var canvas: Canvas
    private let placement: Placement

    init(width: Int, height: Int) {
        canvas = Canvas(width: width, height: height)
        placement = Placement(
            center: Point(Double(width) / 2, Double(height) / 2), scale: Double(min(width, height)) / 2)
    }

    /// Lays a colour over an outline.
    mutating func fill(_ outline: Outline, _ hexadecimal: UInt32, opacity: Float = 1) {
        canvas.fill(outline.placed(placement), Ink(hexadecimal), opacity: opacity)
    }

    /// Lays a colour over an outline that goes from the first to the second from top left to bottom right.
    mutating func shade(_ outline: Outline, from first: UInt32, to second: UInt32) {
        let (start, end) = (Ink(first), Ink(second))
        let diagonal = Float(canvas.width + canvas.height)
        canvas.fill(CoverageMask(outline.placed(placement))) { x, y in
            start.mixed(with: end, Float(x + y) / diagonal)
        }
    }

    /// Covers all with one colour.
    mutating func ground(_ hexadecimal: UInt32) { canvas.paint { _, _ in Ink(hexadecimal) } }

    /// A soft shadow of an outline.
    mutating func shadow(_ outline: Outline, opacity: Float = 0.35, blur: Int = 4, shift: Int = 3) {
        let mask = CoverageMask(outline.placed(placement)).shadow(movedBy: (x: shift, y: shift), radius: blur)
        canvas.fill(mask, opacity: opacity) { _, _ in .black }
    }

    /// A text, its middle at a point.
    mutating func write(
        _ text: String, at center: Point, high: Double, weight: Double = 0.16, turns: Double = 0, _ hexadecimal: UInt32,
        opacity: Float = 1
    ) {
        guard let outline = StrokeFont.outline(of: text, weight: weight), let bounds = outline.bounds else { return }
        let middle = bounds.low.toward(bounds.high, 0.5)
        fill(
            outline.moved(-middle.x, -middle.y).placed(Placement(center: center, scale: high, turns: turns)),
            hexadecimal, opacity: opacity)
    }
}
