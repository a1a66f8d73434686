import Imaging

extension Bitmap {
    /// Pixels of white between two pictures of a strip.
    package static let stripGap = 10

    /// Pictures side by side in one, for models that look at one picture: in their order from the left, top edges
    /// aligned, `stripGap` columns of white between them and white below the shorter ones. No picture is resized.
    ///
    /// - Precondition: there is a picture.
    package static func strip(_ pictures: [Bitmap]) -> Bitmap {
        precondition(!pictures.isEmpty, "a strip of no pictures")
        if pictures.count == 1 { return pictures[0] }
        let height = pictures.reduce(0) { max($0, $1.height) }
        let width = pictures.reduce(stripGap * (pictures.count - 1)) { $0 + $1.width }
        var pixels = [UInt8](repeating: 255, count: width * height * 3)
        var left = 0
        for picture in pictures {
            for y in 0..<picture.height {
                let source = y * picture.width * 3
                let target = (y * width + left) * 3
                pixels.replaceSubrange(
                    target..<target + picture.width * 3, with: picture.pixels[source..<source + picture.width * 3])
            }
            left += picture.width + stripGap
        }
        return Bitmap(width: width, height: height, pixels: pixels)
    }
}
