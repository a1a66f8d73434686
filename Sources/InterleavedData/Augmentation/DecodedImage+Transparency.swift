import Imaging

extension DecodedImage {
    /// The picture resized, proportions kept, where its shorter side is longer than `side`; bicubic, antialiased, colours
    /// weighed by their opacity as Pillow does it for RGBA.
    package func reduced(toShorterSide side: Int) throws(ResizingError) -> DecodedImage {
        let shorter = min(bitmap.width, bitmap.height)
        guard shorter > side else { return self }
        func scaled(_ length: Int) -> Int { max(1, (length * side + shorter / 2) / shorter) }
        let (width, height) = (scaled(bitmap.width), scaled(bitmap.height))
        guard let alpha, alpha.contains(where: { $0 < 255 }) else {
            return DecodedImage(bitmap: try bitmap.resized(width: width, height: height, filter: .bicubic))
        }
        let colors = try Bitmap(width: bitmap.width, height: bitmap.height, pixels: weighedColors(alpha))
            .resized(width: width, height: height, filter: .bicubic)
        // Pictures have three channels: opacity goes through as a grey one.
        var grey: [UInt8] = []
        grey.reserveCapacity(alpha.count * 3)
        for opacity in alpha { for _ in 0..<3 { grey.append(opacity) } }
        let opacities = try Bitmap(width: bitmap.width, height: bitmap.height, pixels: grey)
            .resized(width: width, height: height, filter: .bicubic)
        return DecodedImage(
            weighed: colors, alpha: stride(from: 0, to: opacities.pixels.count, by: 3).map { opacities.pixels[$0] })
    }

    /// Colours times opacity, `[height, width, 3]`.
    func weighedColors(_ alpha: [UInt8]) -> [UInt8] {
        var colors = bitmap.pixels
        for (pixel, opacity) in alpha.enumerated() where opacity < 255 {
            for sample in pixel * 3..<pixel * 3 + 3 {
                colors[sample] = UInt8((Int(colors[sample]) * Int(opacity) + 127) / 255)
            }
        }
        return colors
    }

    /// A picture of colours that are weighed by opacity: they are divided by it again.
    init(weighed: Bitmap, alpha: [UInt8]) {
        var colors = weighed.pixels
        for (pixel, opacity) in alpha.enumerated() where opacity < 255 {
            for sample in pixel * 3..<pixel * 3 + 3 {
                let opacity = Int(opacity)
                colors[sample] =
                    opacity == 0 ? 0 : UInt8(clamping: (Int(colors[sample]) * 255 + opacity / 2) / opacity)
            }
        }
        self.init(bitmap: Bitmap(width: weighed.width, height: weighed.height, pixels: colors), alpha: alpha)
    }
}
