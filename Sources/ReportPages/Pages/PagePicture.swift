import Foundation

/// A picture that a page carries within itself: the bytes of a PNG or JPEG file.
///
/// Other bytes make no page fail: a box that says so stands in their place.
package struct PagePicture: Sendable, Equatable {
    /// The file's bytes.
    package let bytes: [UInt8]
    /// What a person who cannot see it is told.
    package let alternative: String

    /// A picture.
    package init(bytes: [UInt8], alternative: String) {
        self.bytes = bytes
        self.alternative = alternative
    }

    /// `image/png` or `image/jpeg`, by the first bytes.
    var mediaType: String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        return nil
    }

    /// Width and height in pixels, as far as the header tells.
    var size: (width: Int, height: Int)? {
        switch mediaType {
        case "image/png" where bytes.count >= 24:
            let (width, height) = (big(16) << 16 | big(18), big(20) << 16 | big(22))
            return width > 0 && height > 0 ? (width, height) : nil
        case "image/jpeg": return jpegSize
        default: return nil
        }
    }

    /// The size in the frame header (ITU T.81, B.2.2), found by going from segment to segment.
    private var jpegSize: (width: Int, height: Int)? {
        var position = 2
        while position + 9 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            if marker == 0xFF {
                position += 1
                continue
            }
            let isFrame = (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
            if isFrame {
                let (height, width) = (big(position + 5), big(position + 7))
                return width > 0 && height > 0 ? (width, height) : nil
            }
            position += 2 + max(big(position + 2), 2)
        }
        return nil
    }

    private func big(_ position: Int) -> Int { Int(bytes[position]) << 8 | Int(bytes[position + 1]) }

    /// The picture as an element. Small ones are shown with square pixels, not blurred.
    var element: String {
        guard let mediaType else {
            let text = "\(alternative): no picture (\(PanelText.count(bytes.count, "byte")), neither PNG nor JPEG)"
            return "<div class=\"no-picture\">\(MarkupText.escaped(text))</div>"
        }
        var tag = "<img alt=\"\(MarkupText.escaped(alternative))\""
        if let size {
            tag += " width=\"\(size.width)\" height=\"\(size.height)\""
            if max(size.width, size.height) <= 128 { tag += " class=\"pixels\"" }
        }
        return tag + " src=\"data:\(mediaType);base64,\(Data(bytes).base64EncodedString())\"/>"
    }
}
