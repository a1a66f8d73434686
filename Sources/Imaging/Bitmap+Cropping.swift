extension Bitmap {
    /// The middle of the picture, with black around it where the picture is smaller: transformers' `center_crop`, which
    /// rounds what a larger picture loses on the left and top down, and the black that a smaller one gets there up.
    public func centerCropped(height cropHeight: Int, width cropWidth: Int) -> Bitmap {
        precondition(cropHeight > 0 && cropWidth > 0, "a crop of \(cropWidth)×\(cropHeight) pixels")
        if cropHeight == height, cropWidth == width { return self }
        let top = Self.offset(of: cropHeight, in: height)
        let left = Self.offset(of: cropWidth, in: width)
        var cropped = [UInt8](repeating: 0, count: cropHeight * cropWidth * 3)
        let columns = max(left, 0)..<min(left + cropWidth, width)
        for row in max(top, 0)..<min(top + cropHeight, height) {
            let from = (row * width + columns.lowerBound) * 3
            let to = ((row - top) * cropWidth + columns.lowerBound - left) * 3
            cropped.replaceSubrange(to..<to + columns.count * 3, with: pixels[from..<from + columns.count * 3])
        }
        return Bitmap(width: cropWidth, height: cropHeight, pixels: cropped)
    }

    /// Where the crop starts, in source positions: ⌊(side − crop) / 2⌋, negative where black comes first.
    private static func offset(of crop: Int, in side: Int) -> Int { (side - crop) >> 1 }
}
