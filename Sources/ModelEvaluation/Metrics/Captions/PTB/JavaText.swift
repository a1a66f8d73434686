/// Text operations as Java's `String` has them.
enum JavaText {
    /// `String.toLowerCase` in the root locale: full case mapping, with the final form of sigma at the end of a word.
    static func lowercased(_ units: [UInt16]) -> String {
        if units.allSatisfy({ $0 < 0x80 }) {
            return String(decoding: units.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF16.self)
        }
        let scalars = Array(String(decoding: units, as: UTF16.self).unicodeScalars)
        var lower = ""
        for (position, scalar) in scalars.enumerated() {
            if scalar == "\u{3A3}" {
                lower += isFinalSigma(scalars, position) ? "\u{3C2}" : "\u{3C3}"
            } else {
                lower += scalar.properties.lowercaseMapping
            }
        }
        return lower
    }

    /// Whether the word that the sigma stands in has a cased letter before it and none after.
    private static func isFinalSigma(_ scalars: [Unicode.Scalar], _ position: Int) -> Bool {
        let before = scalars[..<position].reversed().prefix(while: isInWord).contains(where: isCased)
        let after = scalars[(position + 1)...].prefix(while: isInWord).contains(where: isCased)
        return before && !after
    }

    /// Cased letters; the Greek iota subscript, a mark, is none of them here.
    private static func isCased(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isCased && scalar.value != 0x345
    }

    private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.properties.isIdeographic else { return false }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar.properties.isCaseIgnorable
            || scalar == "_" || scalar == "-" || scalar == "\u{2010}" || scalar == "\u{2011}"
    }
}
