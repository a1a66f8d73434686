/// A colour as the drawing computes with it: red, green, blue in 0…1, as stored in the file (not linear light).
package struct Ink: Sendable, Equatable {
    package var red: Float
    package var green: Float
    package var blue: Float

    package init(_ red: Float, _ green: Float, _ blue: Float) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The colour `0xrrggbb`.
    package init(_ hexadecimal: UInt32) {
        self.init(
            Float(hexadecimal >> 16 & 255) / 255, Float(hexadecimal >> 8 & 255) / 255, Float(hexadecimal & 255) / 255)
    }

    package static let white = Ink(1, 1, 1)
    package static let black = Ink(0, 0, 0)

    /// The brightness a person sees, roughly (Rec. 601 weights).
    package var luma: Float { 0.299 * red + 0.587 * green + 0.114 * blue }

    /// The colour `share` of the way to `other`.
    package func mixed(with other: Ink, _ share: Float) -> Ink {
        Ink(
            red + share * (other.red - red), green + share * (other.green - green),
            blue + share * (other.blue - blue))
    }

    /// This colour in more or less light.
    package func lit(_ factor: Float) -> Ink { Ink(red * factor, green * factor, blue * factor) }

    /// How different two colours look, 0…about 3 (the low-cost "redmean" formula).
    package func difference(from other: Ink) -> Float {
        let mean = (red + other.red) / 2
        let (r, g, b) = (red - other.red, green - other.green, blue - other.blue)
        return ((2 + mean) * r * r + 4 * g * g + (3 - mean) * b * b).squareRoot()
    }
}
