/// Why a checkpoint's image processor cannot be read, or a picture not be processed.
public enum ImageProcessorError: Error, Equatable, CustomStringConvertible {
    /// The folder has neither of the files that tell how pictures are prepared.
    case missingFile(folder: String)
    /// The file exists but cannot be read.
    case unreadableFile(file: String, reason: String)
    /// The file is not JSON, or not an object.
    case notJSON(file: String, reason: String)
    /// The file does not say which processor it describes.
    case missingType(file: String)
    /// A processor that we do not have.
    case unknownType(file: String, name: String)
    /// A field does not hold what it should.
    case badField(file: String, key: String, expected: String)
    /// A picture cannot be resized as the configuration says.
    case resizing(ResizingError)
    /// Pictures of one batch come out at different sizes (the configuration keeps proportions and does not crop).
    case sizesDiffer(first: [Int], other: [Int])
    /// A batch of no pictures.
    case emptyBatch

    /// One sentence: what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .missingFile(let folder):
            "\(folder): neither preprocessor_config.json nor an image_processor in processor_config.json; "
                + "copy the one that belongs to the checkpoint"
        case .unreadableFile(let file, let reason): "\(file): cannot be read: \(reason)"
        case .notJSON(let file, let reason): "\(file): \(reason)"
        case .missingType(let file):
            "\(file): no image_processor_type; add one of \(Self.knownTypes)"
        case .unknownType(let file, let name):
            "\(file): image_processor_type \"\(name)\" is not supported; known are \(Self.knownTypes)"
        case .badField(let file, let key, let expected): "\(file): \(key) must be \(expected)"
        case .resizing(let error): error.description
        case .sizesDiffer(let first, let other):
            "pictures of \(first[0])×\(first[1]) and \(other[0])×\(other[1]) pixels (height × width) in one batch: "
                + "this processor keeps proportions; process them one by one"
        case .emptyBatch: "a batch of no pictures"
        }
    }

    private static var knownTypes: String { ImageProcessorKind.allCases.map(\.rawValue).joined(separator: ", ") }
}
