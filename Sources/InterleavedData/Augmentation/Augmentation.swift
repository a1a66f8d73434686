/// How pictures are varied in training. Whatever is left out is not done; without anything the picture is what inference
/// sees, bit for bit.
///
/// In the order in which it is done: at the working size rotation, a random resized crop, a background; then, at the
/// model's size, jitter, a flip, and colour.
package struct Augmentation: Sendable, Equatable, Encodable {
    /// A crop of random size, proportion and place takes the picture's place.
    package struct Crop: Sendable, Equatable {
        /// The least and greatest share of the picture's area.
        package var scale: ClosedRange<Double>
        /// The least and greatest proportion, width to height.
        package var ratio: ClosedRange<Double>

        /// A crop of that share and proportion.
        package init(scale: ClosedRange<Double>, ratio: ClosedRange<Double> = 0.75...4.0 / 3) {
            self.scale = scale
            self.ratio = ratio
        }
    }

    /// The picture is turned by a random angle.
    package struct Rotation: Sendable, Equatable, Encodable {
        /// The greatest angle either way.
        package var degrees: Double
        /// What the corners show where there is no background.
        package var fill: FillColor

        /// A turn by up to that angle.
        package init(degrees: Double, fill: FillColor = .white) {
            self.degrees = degrees
            self.fill = fill
        }
    }

    /// Random changes of colour; each amount a of the first three draws a factor within 1 ± a.
    package struct ColorJitter: Sendable, Equatable, Encodable {
        package var brightness: Double
        package var contrast: Double
        package var saturation: Double
        /// The greatest turn of the hue either way, in shares of the circle: up to 0.5.
        package var hue: Double

        /// Changes of those amounts.
        package init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0) {
            self.brightness = brightness
            self.contrast = contrast
            self.saturation = saturation
            self.hue = hue
        }
    }

    /// What is laid under a picture with transparency in place of white; the numbers are relative frequencies.
    package struct Background: Sendable, Equatable, Encodable {
        package var white: Double
        package var uniform: Double
        package var gradient: Double
        package var noise: Double

        /// Backgrounds as frequent as that.
        package init(white: Double = 0, uniform: Double = 1, gradient: Double = 1, noise: Double = 1) {
            self.white = white
            self.uniform = uniform
            self.gradient = gradient
            self.noise = noise
        }
    }

    /// The random resized crop.
    package var crop: Crop?
    /// The rotation.
    package var rotation: Rotation?
    /// The background under transparency.
    package var background: Background?
    /// At the model's size: up to that many rows and columns are cut away, at random sides, and the rest is resized back.
    package var jitter: Int
    /// How probable a horizontal flip is.
    package var flip: Double
    /// The changes of colour.
    package var color: ColorJitter?

    /// What is told is done.
    package init(
        crop: Crop? = nil, rotation: Rotation? = nil, background: Background? = nil, jitter: Int = 0, flip: Double = 0,
        color: ColorJitter? = nil
    ) {
        self.crop = crop
        self.rotation = rotation
        self.background = background
        self.jitter = jitter
        self.flip = flip
        self.color = color
    }

    /// Whether something is done before the picture has the model's size.
    package var changesSource: Bool { crop != nil || rotation != nil || background != nil }

    /// Throws where a number is senseless.
    package func validate() throws(AugmentationError) {
        if let crop {
            try Self.require(
                crop.scale.lowerBound > 0 && crop.scale.upperBound <= 1, "crop.scale", "0 < least ≤ greatest ≤ 1")
            try Self.require(
                crop.ratio.lowerBound >= 0.01 && crop.ratio.upperBound <= 100, "crop.ratio",
                "0.01 ≤ least ≤ greatest ≤ 100")
        }
        if let rotation {
            try Self.require((0...180).contains(rotation.degrees), "rotation.degrees", "a number from 0 to 180")
        }
        if let background {
            let all = [background.white, background.uniform, background.gradient, background.noise]
            let sum = all.reduce(0, +)
            try Self.require(
                all.allSatisfy { $0 >= 0 } && sum > 0 && sum.isFinite, "background", "numbers of 0 or more, not all 0")
        }
        try Self.require((0...1024).contains(jitter), "jitter", "a whole number from 0 to 1024")
        try Self.require((0...1).contains(flip), "flip", "a number from 0 to 1")
        if let color {
            for (name, amount) in [
                ("brightness", color.brightness), ("contrast", color.contrast), ("saturation", color.saturation),
            ] {
                try Self.require((0...1).contains(amount), "color.\(name)", "a number from 0 to 1")
            }
            try Self.require((0...0.5).contains(color.hue), "color.hue", "a number from 0 to 0.5")
        }
    }

    @inline(never)
    private static func require(_ holds: Bool, _ key: String, _ expected: String) throws(AugmentationError) {
        if !holds { throw AugmentationError(key: key, expected: expected) }
    }
}

/// A setting of an augmentation that is not what it should be.
package struct AugmentationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which setting.
    package let key: String
    /// What it must be.
    package let expected: String

    /// An error of those facts.
    package init(key: String, expected: String) {
        self.key = key
        self.expected = expected
    }

    /// What is wrong and what to do.
    package var description: String { "augmentation: \(key) must be \(expected)" }
}
