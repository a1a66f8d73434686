/// What a file is, told by its first bytes; the name does not matter.
public enum ImageFormat: String, Sendable, CaseIterable {
    case png = "PNG"
    case jpeg = "JPEG"
    // What follows is recognised so that an error can name it; it is not read.
    case gif = "GIF"
    case webp = "WebP"
    case bmp = "BMP"
    case tiff = "TIFF"
    case heic = "HEIC"
    case avif = "AVIF"
    case jpegXL = "JPEG XL"
    case jpeg2000 = "JPEG 2000"
    case pdf = "PDF"
    case psd = "Photoshop"
    case svg = "SVG"
    case icon = "ICO"
    case netpbm = "Netpbm"
    case openEXR = "OpenEXR"
    case qoi = "QOI"
    case farbfeld = "farbfeld"
    case mng = "MNG"
    case zip = "ZIP archive"
    case gzip = "gzip archive"
    case mp4 = "MP4 video"
    case html = "HTML"

    /// Whether we decode it.
    public var isReadable: Bool { self == .png || self == .jpeg }

    /// The eight bytes in front of every PNG file.
    static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The format whose mark stands at the start of those bytes; nil where none does.
    ///
    /// A PNG or JPEG file that is cut or damaged inside its mark is still taken for one, so that the error can say so.
    public init?(startOf bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(64))
        if let exact = Self.marks.first(where: { start.starts(with: $0.bytes) }) {
            self = exact.format
        } else if let boxed = Self.isoBaseMedia(start) ?? Self.riff(start) ?? Self.markup(start) {
            self = boxed
        } else if Self.isAlteredSignature(start) {
            self = .png
        } else if start == [0xFF, 0xD8] {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// Whether a PNG signature is cut off, or damaged in a way that leaves most of it.
    private static func isAlteredSignature(_ start: [UInt8]) -> Bool {
        if start.count >= 2, start.count < 8, pngSignature.starts(with: start) { return true }
        return start.starts(with: pngSignature.prefix(4)) || Swift.zip(start, pngSignature).count { $0 == $1 } >= 5
    }

    private static let marks: [(bytes: [UInt8], format: ImageFormat)] = [
        (pngSignature, .png), ([0xFF, 0xD8, 0xFF], .jpeg), (Array("GIF8".utf8), .gif), (Array("BM".utf8), .bmp),
        ([0x49, 0x49, 0x2A, 0], .tiff), ([0x4D, 0x4D, 0, 0x2A], .tiff), ([0x49, 0x49, 0x2B, 0], .tiff),
        ([0x4D, 0x4D, 0, 0x2B], .tiff), ([0xFF, 0x0A], .jpegXL), ([0xFF, 0x4F, 0xFF, 0x51], .jpeg2000),
        ([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20], .jpeg2000), ([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20], .jpegXL),
        (Array("%PDF".utf8), .pdf), (Array("8BPS".utf8), .psd), ([0, 0, 1, 0], .icon),
        ([0x76, 0x2F, 0x31, 0x01], .openEXR), (Array("qoif".utf8), .qoi), (Array("farbfeld".utf8), .farbfeld),
        ([0x8A, 0x4D, 0x4E, 0x47], .mng), ([0x50, 0x4B, 3, 4], .zip), ([0x1F, 0x8B], .gzip),
        (Array("P1\n".utf8), .netpbm), (Array("P2\n".utf8), .netpbm), (Array("P3\n".utf8), .netpbm),
        (Array("P4\n".utf8), .netpbm), (Array("P5\n".utf8), .netpbm), (Array("P6\n".utf8), .netpbm),
        (Array("P7\n".utf8), .netpbm),
    ]

    /// `....ftypBRND`: HEIC, AVIF and MP4 share one container.
    private static func isoBaseMedia(_ start: [UInt8]) -> ImageFormat? {
        guard start.count >= 12, start[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        switch String(decoding: start[8..<12], as: UTF8.self) {
        case "avif", "avis": return .avif
        case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1": return .heic
        default: return .mp4
        }
    }

    private static func riff(_ start: [UInt8]) -> ImageFormat? {
        guard start.count >= 12, start.starts(with: "RIFF".utf8), start[8..<12].elementsEqual("WEBP".utf8) else {
            return nil
        }
        return .webp
    }

    private static func markup(_ start: [UInt8]) -> ImageFormat? {
        let text = String(decoding: start.drop { $0 <= 0x20 || $0 >= 0x80 }, as: UTF8.self).lowercased()
        if text.hasPrefix("<svg") || (text.hasPrefix("<?xml") && text.contains("<svg")) { return .svg }
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") { return .html }
        return nil
    }
}
