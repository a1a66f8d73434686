import Imaging
import JSONText

extension ImageProcessorConfiguration {
    /// The settings for the fingerprint of a result.
    var json: JSONValue {
        func numbers(_ values: [Double]?) -> JSONValue { values.map { .array($0.map { .double($0) }) } ?? .null }
        return .object([
            ("size", size.map { .string(Self.text(of: $0)) } ?? .null), ("resample", .string("\(filter)")),
            ("crop", crop.map { .string("\($0.width) × \($0.height)") } ?? .null),
            ("rescale_factor", rescaleFactor.map { .double($0) } ?? .null),
            ("mean", numbers(normalization?.mean)), ("std", numbers(normalization?.deviation)),
        ])
    }

    private static func text(of rule: ImageSizeRule) -> String {
        switch rule {
        case .exact(let height, let width): "\(width) × \(height)"
        case .shortestEdge(let edge, let longest):
            "shortest edge \(edge)" + (longest.map { ", longest at most \($0)" } ?? "")
        case .within(let height, let width): "within \(width) × \(height)"
        }
    }
}
