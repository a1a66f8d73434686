import Foundation

/// SentencePiece's table of replacements: a double-array trie from byte strings to offsets in a text of replacements.
///
/// The layout is Darts-clone's: each 32-bit unit holds a label, an offset to its children, or a value.
struct PrecompiledMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// The table of a `precompiled_charsmap`: base64 of what the SentencePiece model holds.
    init(_ node: ConfigurationNode) throws(TokenizerError) {
        guard let data = Data(base64Encoded: try node.string()), let map = PrecompiledMap(Array(data)) else {
            throw node.wrong("a SentencePiece character map in base64")
        }
        self = map
    }

    /// The table as SentencePiece writes it: the trie's length, the trie, the replacements.
    init?(_ bytes: [UInt8]) {
        func word(_ position: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
        }
        guard bytes.count >= 4 else { return nil }
        let length = Int(word(0))
        guard length > 0, length % 4 == 0, 4 + length <= bytes.count else { return nil }
        let replacements = Array(bytes[(4 + length)...])
        guard String(validating: replacements, as: UTF8.self) != nil else { return nil }
        units = stride(from: 4, to: 4 + length, by: 4).map { word($0) }
        self.replacements = replacements
    }

    /// Changes the text, grapheme cluster by grapheme cluster, and scalar by scalar where a cluster has no entry.
    func apply(to text: inout NormalizedText) {
        var changes: [(scalar: UInt32, change: Int)] = []
        changes.reserveCapacity(text.bytes.count)
        var isChanged = false
        var start = 0
        for end in Self.clusters(text.bytes) {
            isChanged = apply(text.bytes, start..<end, &changes) || isChanged
            start = end
        }
        guard isChanged else { return }
        text.rewrite { rewriter in
            for (scalar, change) in changes {
                if change > 0 { rewriter.insert(scalar) } else { rewriter.replace(scalar, removed: -change) }
            }
        }
    }

    /// Notes what becomes of a cluster.
    /// - Returns: whether it changes.
    private func apply(
        _ bytes: [UInt8], _ cluster: Range<Int>, _ changes: inout [(scalar: UInt32, change: Int)]
    ) -> Bool {
        if cluster.count < 6, let found = replacement(bytes, cluster) {
            put(found, for: UTF8Text.scalars(bytes[cluster]).count, &changes)
            return true
        }
        var isChanged = false
        var position = cluster.lowerBound
        while position < cluster.upperBound {
            let (scalar, length) = UTF8Text.scalar(bytes, position)
            if let found = replacement(bytes, position..<position + length) {
                put(found, for: 1, &changes)
                isChanged = true
            } else {
                changes.append((scalar, 0))
            }
            position += length
        }
        return isChanged
    }

    /// Notes a replacement: its first scalars take the places of the old ones, further ones are new, and the last
    /// one noted stands for old ones that are left over (at the text's start for none: so the library has it).
    private func put(_ found: Range<Int>, for count: Int, _ changes: inout [(scalar: UInt32, change: Int)]) {
        let scalars = UTF8Text.scalars(replacements[found])
        for (index, scalar) in scalars.enumerated() { changes.append((scalar, index < count ? 0 : 1)) }
        if scalars.count < count, !changes.isEmpty { changes[changes.count - 1].change += scalars.count - count }
    }

    /// The replacement for the shortest entry that those bytes begin with: so the library has it.
    private func replacement(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        guard let start = shortestPrefix(bytes, range) else { return nil }
        guard start < replacements.count else { return nil }
        let end = replacements[start...].firstIndex(of: 0) ?? replacements.count
        return start..<end
    }

    private func shortestPrefix(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var node = Self.offset(units[0])
        for position in range {
            let label = UInt32(bytes[position])
            if label == 0 { return nil }
            node ^= Int(label)
            guard node < units.count else { return nil }
            let unit = units[node]
            guard unit & (1 << 31 | 0xFF) == label else { return nil }
            node ^= Self.offset(unit)
            if unit >> 8 & 1 == 1 {
                guard node < units.count else { return nil }
                return Int(units[node] & 0x7FFF_FFFF)
            }
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & (1 << 9)) >> 6) }

    /// Where each grapheme cluster ends (Unicode Standard Annex 29).
    private static func clusters(_ bytes: [UInt8]) -> [Int] {
        var ends: [Int] = []
        ends.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            // ASCII before ASCII is a cluster of its own, but for a line end of two characters.
            if bytes[position] < 0x80, position + 1 == bytes.count || bytes[position + 1] < 0x80,
                bytes[position] != 0x0D
            {
                position += 1
                ends.append(position)
                continue
            }
            var end = position + 1
            while end < bytes.count, !endsCluster(bytes, end) { end += 1 }
            end = min(end + 1, bytes.count)
            for character in String(decoding: bytes[position..<end], as: UTF8.self) {
                position += character.utf8.count
                ends.append(position)
            }
        }
        return ends
    }

    /// Whether a cluster ends with the ASCII byte that stands there: ASCII follows, and it is no line end of two.
    private static func endsCluster(_ bytes: [UInt8], _ position: Int) -> Bool {
        bytes[position] < 0x80 && position + 1 < bytes.count && bytes[position + 1] < 0x80 && bytes[position] != 0x0D
    }
}
