/// The bytes of a tar archive, made member by member.
struct TarBytes {
    private(set) var bytes: [UInt8] = []

    /// Adds a plain file (or a member of another type).
    mutating func add(_ name: String, _ content: [UInt8], type: Character = "0", prefix: String = "") {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(String(name.prefix(100)), at: 0)
        put("0000644\0", at: 100)
        put(Self.octal(content.count, digits: 11) + "\0", at: 124)
        put("00000000000\0", at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put("ustar\u{0}00", at: 257)
        put(prefix, at: 345)
        put(Self.octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
        bytes += header + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// Adds a plain file whose name stands in a pax header before it.
    mutating func add(longName name: String, _ content: [UInt8]) {
        let body = " path=\(name)\n"
        var length = body.utf8.count + 2
        if String(length).utf8.count + body.utf8.count != length {
            length = String(length).utf8.count + body.utf8.count
        }
        if String(length).utf8.count + body.utf8.count != length { length += 1 }
        add("PaxHeader", Array("\(length)\(body)".utf8), type: "x")
        add("shortened", content)
    }

    /// The archive with the two zero blocks that end it.
    var closed: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
