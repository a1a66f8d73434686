/// What the `tokenizers` library takes scalars for.
///
/// Its parts carry tables of different ages: the regular expressions Unicode 16, the normalisation forms Unicode 9,
/// the cleaning of BERT Unicode 8. Swift's table is newer than each. What is assigned since is unassigned there, and
/// the few scalars whose class was changed later stand here by name; both were found by asking the library about
/// every scalar (`Tests/Peers/tokenizer_peer.py unicode` asks again).
enum LibraryUnicode {
    /// Whether Unicode's edition `major` knew the scalar.
    static func knows(_ scalar: UInt32, major: Int) -> Bool {
        if scalar < 0x100 { return true }
        guard let age = Unicode.Scalar(scalar)?.properties.age else { return false }
        return age.major < major || (age.major == major && age.minor == 0)
    }

    /// The category's bit in regular expressions.
    static func patternCategory(_ scalar: UInt32) -> UInt32 {
        if scalar == 0x295 { return GeneralCategories.bit(.lowercaseLetter) }
        let bit = GeneralCategories.ownBit(scalar)
        let isKnown = knows(scalar, major: 16) || bit == GeneralCategories.bit(.privateUse)
        return isKnown ? bit : GeneralCategories.bit(.unassigned)
    }

    /// Whether the scalar is punctuation to BERT's and the punctuation rule.
    static func isPunctuation(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return (0x21...0x2F).contains(scalar) || (0x3A...0x40).contains(scalar)
                || (0x5B...0x60).contains(scalar) || (0x7B...0x7E).contains(scalar)
        }
        if scalar == 0x166D || scalar == 0x111C9 { return true }
        return GeneralCategories.ownBit(scalar) & (0b111_1111 << 11) != 0 && knows(scalar, major: 8)
    }

    /// Whether the scalar is a mark to `StripAccents`.
    static func isMark(_ scalar: UInt32) -> Bool {
        if scalar < 0x300 { return false }
        if scalar == 0x1CF2 || scalar == 0x1CF3 { return true }
        guard scalar != 0x111C9 else { return false }
        return GeneralCategories.ownBit(scalar) & (0b111 << 5) != 0 && knows(scalar, major: 9)
    }

    /// Whether the scalar is a nonspacing mark to BERT's cleaning.
    static func isNonspacingMark(_ scalar: UInt32) -> Bool {
        switch scalar {
        case ..<0x300: false
        case 0x1734, 0x1171E: true
        case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
        default: GeneralCategories.ownBit(scalar) & (1 << 5) != 0 && knows(scalar, major: 8)
        }
    }

    /// Whether BERT's cleaning leaves the scalar out: control, format and private use.
    static func isControl(_ scalar: UInt32) -> Bool {
        let bit = GeneralCategories.ownBit(scalar)
        if bit == GeneralCategories.bit(.privateUse) { return true }
        return bit & (0b11 << 25) != 0 && knows(scalar, major: 8)
    }

    /// `\w` in the library's Rust regular expressions: alphabetic scalars, marks, decimal digits, connector
    /// punctuation and joiners (Unicode Technical Standard 18, Annex C).
    static func isWord(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return (0x30...0x39).contains(scalar) || (0x41...0x5A).contains(scalar)
                || (0x61...0x7A).contains(scalar) || scalar == 0x5F
        }
        if scalar == 0x200C || scalar == 0x200D { return true }
        guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
        let bits: UInt32 = 0b111 << 5 | 1 << 8 | 1 << 11
        guard properties.isAlphabetic || GeneralCategories.ownBit(scalar) & bits != 0 else { return false }
        return knows(scalar, major: 16)
    }

    /// `\w` in the patterns of tokenizer files, which Oniguruma matches: no joiners, but Latin-1's small
    /// figures, which are none within a class in brackets.
    static func isPatternWord(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x200C, 0x200D: false
        case 0xB2, 0xB3, 0xB9, 0xBC...0xBE: true
        default: isWord(scalar)
        }
    }
}
