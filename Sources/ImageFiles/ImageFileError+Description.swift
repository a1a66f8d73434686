extension ImageFileError: CustomStringConvertible {
    /// One sentence: which file, what is wrong with it, what to do.
    public var description: String {
        switch self {
        case .noSuchInput(let name): "\(name): no such file or folder"
        case .noImages(let folder): "\(folder): no PNG or JPEG file in this folder (-r looks into its folders too)"
        case .unreadable(let name, let reason): "\(name): cannot be read: \(reason)"
        case .isFolder(let name): "\(name): is a folder, not a picture"
        case .tooManyBytes(let name, let limit): "\(name): more than \(limit) bytes"
        case .empty(let name): "\(name): the file is empty"
        case .notAnImage(let name, let firstBytes):
            "\(name): not a PNG or JPEG picture (it starts with \(Self.hexadecimal(firstBytes)))"
        case .unsupportedFormat(let name, let format):
            "\(name): this is \(format.rawValue), which is not supported; convert it to PNG or JPEG"
        case .unsupportedVariant(let name, let format, let reason):
            "\(name): a kind of \(format.rawValue) that is not supported (\(reason)); convert it to plain PNG or JPEG"
        case .truncated(let name, let format, let reason):
            "\(name): the \(format.rawValue) file is cut off (\(reason)); copy or download it again"
        case .damaged(let name, let format, let reason): "\(name): the \(format.rawValue) file is damaged (\(reason))"
        case .tooManyPixels(let name, let width, let height, let limit):
            "\(name): \(width)×\(height) pixels are more than the limit of \(limit); raise it with --max-pixels"
        case .outOfMemory(let name): "\(name): not enough memory for this picture"
        case .notEncodable(let format, let reason): "the picture cannot be written as \(format.rawValue): \(reason)"
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
