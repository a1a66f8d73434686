import TensorEngine

/// The members of a tar archive (POSIX ustar with pax extensions, GNU long names), found without reading their bytes.
struct TarArchive {
    /// A plain file in the archive.
    struct Member: Equatable {
        /// Its path.
        var name: String
        /// Where its bytes begin in the archive's file.
        var offset: Int
        /// How many they are.
        var count: Int
    }

    /// The plain files, in the order of the archive.
    let members: [Member]

    private static let block = 512
    /// Extended headers and long names are read whole; none is longer than this.
    private static let extensionLimit = 1 << 20

    /// Goes through the headers of an archive.
    init(_ map: MappedFile) throws(PairDataError) {
        var members: [Member] = []
        var position = 0
        var extensions = Extensions()
        while true {
            guard let header = try Self.header(map, at: position) else { break }
            let (size, type) = try Self.sizeAndType(header, in: map, at: position)
            let count = extensions.size ?? size
            let content = position + Self.block
            guard count <= map.byteCount - content else { throw Self.damage(map, position, .endsEarly) }
            switch type {
            case UInt8(ascii: "x"):
                extensions.read(pax: try Self.small(map, content, count))
                if extensions.isMalformed { throw Self.damage(map, position, .badExtension) }
            case UInt8(ascii: "L"):
                extensions.name = Self.text(try Self.small(map, content, count)[...])
            case UInt8(ascii: "g"), UInt8(ascii: "K"): break
            default:
                // 0 (and NUL, in old archives) is a plain file, 7 one that should lie in one piece.
                if [0, UInt8(ascii: "0"), UInt8(ascii: "7")].contains(type) {
                    let name = extensions.name ?? Self.name(header)
                    if !name.hasSuffix("/") { members.append(Member(name: name, offset: content, count: count)) }
                }
                extensions = Extensions()
            }
            position = content + (count + Self.block - 1) / Self.block * Self.block
        }
        self.members = members
    }

    /// What an extended header says about the member after it.
    private struct Extensions {
        var name: String?
        var size: Int?
        var isMalformed = false

        /// Lines of `length key=value\n`, the length counting itself.
        mutating func read(pax bytes: [UInt8]) {
            var rest = bytes[...]
            while let first = rest.first, first != 0 {
                guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                    let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length <= rest.count,
                    length > space - rest.startIndex + 1, rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
                else {
                    isMalformed = true
                    return
                }
                let line = rest[(space + 1)..<(rest.startIndex + length - 1)]
                rest = rest[(rest.startIndex + length)...]
                guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                    isMalformed = true
                    return
                }
                let value = String(decoding: line[(equals + 1)...], as: UTF8.self)
                switch String(decoding: line[..<equals], as: UTF8.self) {
                case "path": name = value
                case "size":
                    size = Int(value)
                    if (size ?? -1) < 0 { isMalformed = true }
                default: break
                }
            }
        }
    }

    /// The header at a position; nil where the archive ends.
    private static func header(_ map: MappedFile, at position: Int) throws(PairDataError) -> [UInt8]? {
        guard position + block <= map.byteCount else { throw damage(map, position, .endsEarly) }
        let header = map.bytes(in: position..<position + block)
        return header.allSatisfy { $0 == 0 } ? nil : header
    }

    private static func sizeAndType(
        _ header: [UInt8], in map: MappedFile, at position: Int
    ) throws(PairDataError) -> (size: Int, type: UInt8) {
        // The sum counts its own field as blanks.
        let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard number(header[148..<156]) == sum else { throw damage(map, position, .badSum) }
        guard let size = number(header[124..<136]) else { throw damage(map, position, .badNumber) }
        return (size, header[156])
    }

    private static func small(_ map: MappedFile, _ offset: Int, _ count: Int) throws(PairDataError) -> [UInt8] {
        guard count <= extensionLimit else { throw damage(map, offset - block, .badExtension) }
        return map.bytes(in: offset..<offset + count)
    }

    private static func damage(_ map: MappedFile, _ offset: Int, _ problem: TarProblem) -> PairDataError {
        .damagedArchive(file: map.path, offset: offset, problem)
    }

    /// Octal digits between blanks or NULs, or GNU's big-endian number after a first byte 0x80; nil where it is neither.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if field.first == 0x80 {
            var value = 0
            for byte in field.dropFirst() {
                guard value < Int.max >> 9 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }

    /// The name field, after the prefix where the header is POSIX's.
    private static func name(_ header: [UInt8]) -> String {
        let name = text(header[0..<100])
        let isPOSIX = header[257..<263].elementsEqual(Array("ustar\0".utf8))
        let prefix = isPOSIX ? text(header[345..<500]) : ""
        return prefix.isEmpty ? name : prefix + "/" + name
    }

    /// A field's text up to its first NUL.
    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }
}
