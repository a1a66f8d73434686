import Foundation

/// Finds the base64 of pictures within a JSON file, so that they need not be held in memory until they are wanted.
struct EncodedPictures {
    private let file: String
    private let bytes: [UInt8]
    /// Where the last one ended.
    private var position = 0

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    /// Where the next text that is `base64` stands; rows must be asked about in their order.
    /// - Returns: nil where it is no base64.
    mutating func next(_ base64: String) -> PictureLocation? {
        // After the comma of a data address.
        let text = base64.hasPrefix("data:") ? base64.split(separator: ",").last.map(String.init) ?? "" : base64
        guard !text.isEmpty, text.utf8.allSatisfy(Self.isBase64) else { return nil }
        // As Python writes it, and as PHP does.
        for needle in [Array(text.utf8), Array(text.replacing("/", with: "\\/").utf8)] {
            guard let found = start(of: needle) else { continue }
            position = found + needle.count
            return .encoded(file: file, offset: found, count: needle.count)
        }
        return nil
    }

    private func start(of needle: [UInt8]) -> Int? {
        guard needle.count <= bytes.count else { return nil }
        var place = position
        let last = bytes.count - needle.count
        while place <= last {
            if bytes[place] == needle[0], bytes[place..<place + needle.count].elementsEqual(needle) { return place }
            place += 1
        }
        return nil
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    /// The bytes that base64 stands for; backslashes, with which JSON may write slashes, are left out.
    static func decoded(_ base64: [UInt8]) -> [UInt8]? {
        Data(base64Encoded: Data(base64.filter { $0 != UInt8(ascii: "\\") })).map { Array($0) }
    }
}
