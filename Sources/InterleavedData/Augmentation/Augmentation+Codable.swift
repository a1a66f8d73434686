import Imaging

/// A colour as a setting, `#rrggbb` or `white`.
package struct FillColor: Sendable, Equatable, Codable {
    /// The colour.
    package var color: RGBColor

    /// White.
    package static let white = FillColor(.white)

    /// That colour.
    package init(_ color: RGBColor) { self.color = color }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let color = text == "white" ? .white : RGBColor(hexadecimal: text) else {
            throw AugmentationError(
                key: decoder.codingPath.map(\.stringValue).joined(separator: "."), expected: "#rrggbb")
        }
        self.color = color
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(color.description)
    }
}

/// Settings as recipes write them:
///
///     crop: {scale: [0.5, 1], ratio: [0.75, 1.33]}
///     rotation: {degrees: 10, fill: "#ffffff"}
///     background: {white: 1, uniform: 1, gradient: 1, noise: 1}
///     jitter: 8
///     flip: 0.5
///     color: {brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05}
///
/// What is left out is not done; a name that does not exist, or a senseless number, throws `AugmentationError`.
extension Augmentation: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case crop, rotation, background, jitter, flip, color }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: Keys.allCases.map(\.stringValue))
        let values = try decoder.container(keyedBy: Keys.self)
        self.init(
            crop: try values.decodeIfPresent(Crop.self, forKey: .crop),
            rotation: try values.decodeIfPresent(Rotation.self, forKey: .rotation),
            background: try values.decodeIfPresent(Background.self, forKey: .background),
            jitter: try values.decodeIfPresent(Int.self, forKey: .jitter) ?? 0,
            flip: try values.decodeIfPresent(Double.self, forKey: .flip) ?? 0,
            color: try values.decodeIfPresent(ColorJitter.self, forKey: .color))
        try validate()
    }
}

extension Augmentation.Crop: Codable {
    private enum Keys: String, CodingKey, CaseIterable { case scale, ratio }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: Keys.allCases.map(\.stringValue))
        let values = try decoder.container(keyedBy: Keys.self)
        func range(_ key: Keys) throws -> ClosedRange<Double>? {
            guard let ends = try values.decodeIfPresent([Double].self, forKey: key) else { return nil }
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw AugmentationError(key: "crop.\(key.stringValue)", expected: "[least, greatest]")
            }
            return ends[0]...ends[1]
        }
        self.init(scale: try range(.scale) ?? 0.08...1, ratio: try range(.ratio) ?? 0.75...4.0 / 3)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode([scale.lowerBound, scale.upperBound], forKey: .scale)
        try values.encode([ratio.lowerBound, ratio.upperBound], forKey: .ratio)
    }
}

extension Augmentation.Rotation: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case degrees, fill }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: Keys.allCases.map(\.stringValue))
        let values = try decoder.container(keyedBy: Keys.self)
        self.init(
            degrees: try values.decode(Double.self, forKey: .degrees),
            fill: try values.decodeIfPresent(FillColor.self, forKey: .fill) ?? .white)
    }
}

extension Augmentation.ColorJitter: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case brightness, contrast, saturation, hue }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: Keys.allCases.map(\.stringValue))
        let values = try decoder.container(keyedBy: Keys.self)
        func amount(_ key: Keys) throws -> Double { try values.decodeIfPresent(Double.self, forKey: key) ?? 0 }
        self.init(
            brightness: try amount(.brightness), contrast: try amount(.contrast), saturation: try amount(.saturation),
            hue: try amount(.hue))
    }
}

extension Augmentation.Background: Decodable {
    private enum Keys: String, CodingKey, CaseIterable { case white, uniform, gradient, noise }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: Keys.allCases.map(\.stringValue))
        let values = try decoder.container(keyedBy: Keys.self)
        func frequency(_ key: Keys) throws -> Double { try values.decodeIfPresent(Double.self, forKey: key) ?? 0 }
        self.init(
            white: try frequency(.white), uniform: try frequency(.uniform), gradient: try frequency(.gradient),
            noise: try frequency(.noise))
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Throws where the object has a key that nobody reads: a typing error would else be silent.
    fileprivate func refuseKeys(otherThan known: [String]) throws {
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            let path = (codingPath.map(\.stringValue) + [key.stringValue]).joined(separator: ".")
            throw AugmentationError(key: path, expected: "one of \(known.joined(separator: ", "))")
        }
    }
}
