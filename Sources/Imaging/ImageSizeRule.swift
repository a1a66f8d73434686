/// To what size a picture is resized: the forms of `size` in `preprocessor_config.json`.
public enum ImageSizeRule: Sendable, Equatable {
    /// Exactly that, whatever the picture's proportions.
    case exact(height: Int, width: Int)
    /// The shorter side gets that length, the longer one keeps the proportions; where `longest` is given and the longer
    /// side would pass it, the longer side gets `longest` instead.
    case shortestEdge(Int, longest: Int?)
    /// As large as fits into that box, proportions kept.
    case within(height: Int, width: Int)

    /// The size of the resized picture, rounded as transformers rounds (`get_resize_output_image_size`,
    /// `get_size_with_aspect_ratio`, `get_image_size_for_max_height_width`).
    public func size(forHeight height: Int, width: Int) -> (height: Int, width: Int) {
        switch self {
        case .exact(let newHeight, let newWidth): return (newHeight, newWidth)
        case .shortestEdge(let edge, longest: nil):
            let long = Int(Double(edge * max(width, height)) / Double(min(width, height)))
            return width <= height ? (long, edge) : (edge, long)
        case .shortestEdge(let edge, longest: .some(let longest)):
            return Self.bounded(edge: edge, longest: longest, height: height, width: width)
        case .within(let maximumHeight, let maximumWidth):
            let scale = min(Double(maximumHeight) / Double(height), Double(maximumWidth) / Double(width))
            return (Int(Double(height) * scale), Int(Double(width) * scale))
        }
    }

    private static func bounded(edge: Int, longest: Int, height: Int, width: Int) -> (height: Int, width: Int) {
        let short = Double(min(height, width))
        let long = Double(max(height, width))
        var edge = edge
        var exactEdge = Double(edge)
        if long / short * Double(edge) > Double(longest) {
            exactEdge = Double(longest) * short / long
            edge = Int(exactEdge.rounded(.toNearestOrEven))
        }
        if (height <= width && height == edge) || (width <= height && width == edge) { return (height, width) }
        return width < height
            ? (Int(exactEdge * Double(height) / Double(width)), edge)
            : (edge, Int(exactEdge * Double(width) / Double(height)))
    }
}
