/// The splitting rule of GPT-2, written out by hand because most byte-level vocabularies use it:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
enum GPT2Splitter {
    /// Where the word that starts at `start` ends; every text divides into such words.
    static func end(_ text: [UInt8], from start: Int, limit: Int) -> Int {
        let first = text[start]
        if first == UInt8(ascii: "'"), let end = contractionEnd(text, start, limit) { return end }
        var position = start
        if first == UInt8(ascii: " ") {
            // The space joins the run behind it, unless that is white space too.
            guard start + 1 < limit else { return limit }
            position = start + 1
        }
        var (bits, length) = classBits(text, position, limit)
        if bits == ScalarClasses.space { return spaceEnd(text, start, limit) }
        let run = bits
        repeat {
            position += length
            guard position < limit else { return limit }
            (bits, length) = classBits(text, position, limit)
        } while bits == run
        return position
    }

    @inline(__always)
    private static func classBits(_ text: [UInt8], _ position: Int, _ limit: Int) -> (bits: UInt8, length: Int) {
        let byte = text[position]
        if byte < 0x80 { return (ScalarClasses.ascii[Int(byte)], 1) }
        let (scalar, length) = UTF8Text.scalar(text, position)
        return (ScalarClasses.bits(scalar), length)
    }

    /// White space up to the last one before other text; all of it at the text's end; one where there is but one.
    private static func spaceEnd(_ text: [UInt8], _ start: Int, _ limit: Int) -> Int {
        var position = start
        var last = start
        while position < limit {
            let (bits, length) = classBits(text, position, limit)
            if bits != ScalarClasses.space { return last > start ? last : position }
            last = position
            position += length
        }
        return limit
    }

    private static func contractionEnd(_ text: [UInt8], _ start: Int, _ limit: Int) -> Int? {
        guard start + 1 < limit else { return nil }
        let second = text[start + 1]
        switch second {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        default: break
        }
        guard start + 2 < limit else { return nil }
        switch (second, text[start + 2]) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }
}
