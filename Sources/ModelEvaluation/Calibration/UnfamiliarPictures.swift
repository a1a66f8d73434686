import Imaging
import TensorEngine

/// Pictures that no model learned from, made of such as it knows: what a calibration is shown as unfamiliar, so that nothing
/// from elsewhere is needed to fit it.
package struct UnfamiliarPictures: Sendable {
    /// How one is made.
    package enum Kind: String, Sendable, CaseIterable {
        /// Sixteen tiles of a picture in another order.
        case scrambled
        /// Parts of four pictures side by side: many things at once.
        case collage
        /// Two pictures, one shining through the other.
        case blend
        /// Smooth coloured noise, coarse to fine.
        case noise
    }

    /// The side of what is made, in pixels: the model's own pre-processing follows.
    private static let side = 128
    private static let tiles = 4

    /// Squares of `side`.
    private var known: [(bitmap: Bitmap, set: String)] = []
    private let seed: UInt64

    /// Pictures out of those that are added.
    package init(seed: UInt64) { self.seed = seed }

    /// How many pictures there are to make others of.
    package var count: Int { known.count }

    /// Adds a picture of a set; those of several sets are mixed across them.
    package mutating func add(_ bitmap: Bitmap, set: String) throws(ResizingError) {
        known.append((try bitmap.resized(width: Self.side, height: Self.side, filter: .bilinear), set))
    }

    /// Picture `index`, the kinds in turn; the same for the same seed, whatever else was made.
    ///
    /// - Precondition: something was added.
    package func picture(_ index: Int) throws(ResizingError) -> Bitmap {
        precondition(!known.isEmpty, "unfamiliar pictures are made of known ones")
        var generator = SeededGenerator(seed: seed, stream: "unfamiliar \(index)")
        switch Kind.allCases[index % Kind.allCases.count] {
        case .scrambled: return scrambled(using: &generator)
        case .collage: return collage(using: &generator)
        case .blend: return blend(using: &generator)
        case .noise: return try Self.noise(using: &generator)
        }
    }

    private func scrambled(using generator: inout SeededGenerator) -> Bitmap {
        let picture = known[generator.integer(below: known.count)].bitmap
        var order = Array(0..<Self.tiles * Self.tiles)
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, generator.integer(below: last + 1))
        }
        let tile = Self.side / Self.tiles
        return Self.made { x, y in
            let from = order[y / tile * Self.tiles + x / tile]
            return picture[x: from % Self.tiles * tile + x % tile, y: from / Self.tiles * tile + y % tile]
        }
    }

    private func collage(using generator: inout SeededGenerator) -> Bitmap {
        let first = generator.integer(below: known.count)
        var chosen = [first]
        while chosen.count < 4 { chosen.append(other(than: known[first].set, using: &generator)) }
        let pictures = chosen.map { known[$0].bitmap }
        // Each quarter shows a part of its picture in full size.
        let half = Self.side / 2
        let corners = (0..<4).map { _ in (x: generator.integer(below: half), y: generator.integer(below: half)) }
        return Self.made { x, y in
            let quarter = (y / half) * 2 + x / half
            return pictures[quarter][x: corners[quarter].x + x % half, y: corners[quarter].y + y % half]
        }
    }

    private func blend(using generator: inout SeededGenerator) -> Bitmap {
        let first = generator.integer(below: known.count)
        let second = other(than: known[first].set, using: &generator)
        let (below, above) = (known[first].bitmap, known[second].bitmap)
        return Self.made { x, y in
            let (a, b) = (below[x: x, y: y], above[x: x, y: y])
            func mean(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Int(a) + Int(b) + 1) / 2) }
            return RGBColor(red: mean(a.red, b.red), green: mean(a.green, b.green), blue: mean(a.blue, b.blue))
        }
    }

    private static func noise(using generator: inout SeededGenerator) throws(ResizingError) -> Bitmap {
        let cells = 2 + generator.integer(below: 23)
        let pixels = (0..<cells * cells * 3).map { _ in UInt8(generator.integer(below: 256)) }
        return try Bitmap(width: cells, height: cells, pixels: pixels).resized(
            width: side, height: side, filter: .bicubic)
    }

    /// A picture of another set, where there are several; any other else.
    private func other(than set: String, using generator: inout SeededGenerator) -> Int {
        // Sets of few pictures are rarely hit, those of many soon: a few draws are enough.
        var drawn = generator.integer(below: known.count)
        for _ in 0..<8 where known[drawn].set == set { drawn = generator.integer(below: known.count) }
        return drawn
    }

    private static func made(_ color: (Int, Int) -> RGBColor) -> Bitmap {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(side * side * 3)
        for y in 0..<side {
            for x in 0..<side {
                let pixel = color(x, y)
                pixels += [pixel.red, pixel.green, pixel.blue]
            }
        }
        return Bitmap(width: side, height: side, pixels: pixels)
    }
}
