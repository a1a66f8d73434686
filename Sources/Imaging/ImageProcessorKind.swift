/// The image processors of transformers that we know, with what each does where the file is silent.
public enum ImageProcessorKind: String, Sendable, CaseIterable {
    case blip = "BlipImageProcessor"
    case clip = "CLIPImageProcessor"
    case siglip = "SiglipImageProcessor"
    case vit = "ViTImageProcessor"
    /// DINOv2's.
    case bit = "BitImageProcessor"

    /// The kind that `image_processor_type` (or, in older files, `feature_extractor_type`) names; `Fast` and `Pil` at
    /// the end tell transformers' implementation, not the arithmetic.
    public init?(typeName: String) {
        var name = typeName
        for suffix in ["Fast", "Pil"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
        if name.hasSuffix("FeatureExtractor") { name = name.dropLast("FeatureExtractor".count) + "ImageProcessor" }
        self.init(rawValue: name)
    }

    /// What the class of that name does by itself (transformers 5, `image_processing_pil_*.py`).
    public var defaults: ImageProcessorConfiguration {
        switch self {
        case .blip: ImageProcessorConfiguration(size: .exact(height: 384, width: 384))
        case .clip, .bit:
            ImageProcessorConfiguration(size: .shortestEdge(224, longest: nil), crop: .init(height: 224, width: 224))
        case .siglip:
            ImageProcessorConfiguration(
                size: .exact(height: 224, width: 224), mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
        case .vit:
            ImageProcessorConfiguration(
                size: .exact(height: 224, width: 224), filter: .bilinear, mean: [0.5, 0.5, 0.5],
                deviation: [0.5, 0.5, 0.5])
        }
    }

    /// Whether `"size": 224` means a square; else it is the shortest edge.
    var readsNumberAsSquare: Bool {
        switch self {
        case .blip, .vit: true
        case .clip, .siglip, .bit: false
        }
    }
}
