import Imaging

/// What a file says about its orientation, in the order in which Pillow's `getexif` asks: EXIF, else ImageMagick's
/// hexadecimal profile of it; where neither has the tag, XMP. What is malformed says nothing.
struct OrientationMetadata {
    /// TIFF bytes, `Exif\0\0` in front or not; empty where there are none.
    let exif: [UInt8]
    /// PNG text `Raw profile type exif`: three lines of heading, then hexadecimal digits.
    let hexadecimalProfile: [UInt8]
    /// XML.
    let xmp: [UInt8]

    /// How the picture must be turned.
    var orientation: Orientation {
        let value =
            ExifDirectory.orientation(in: exif.isEmpty ? unpackedProfile : exif[...]) ?? orientationInXMP
        return value.flatMap(Orientation.init(rawValue:)) ?? .upright
    }

    private var unpackedProfile: ArraySlice<UInt8> {
        let lines = hexadecimalProfile.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in lines.dropFirst(3).joined() where byte > 0x20 {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return [] }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return bytes[...]
    }

    /// The digit of `tiff:Orientation="6"` or `<tiff:Orientation>6`.
    private var orientationInXMP: Int? {
        let key = Array("tiff:Orientation".utf8)
        var rest = xmp[...]
        while let at = rest.firstRange(of: key) {
            rest = rest[at.upperBound...]
            for mark in ["=\"", ">"] where rest.starts(with: mark.utf8) {
                if let digit = rest.dropFirst(mark.utf8.count).first, (0x30...0x39).contains(digit) {
                    return Int(digit) - 0x30
                }
            }
        }
        return nil
    }
}
