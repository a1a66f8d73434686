/// A set of Unicode scalars, as a character class of a pattern describes one.
indirect enum ScalarSet: Sendable {
    case range(ClosedRange<UInt32>)
    /// One of the general categories with these bits.
    case categories(UInt32)
    case property(ScalarProperty)
    case union([ScalarSet])
    case intersection([ScalarSet])
    case inverse(ScalarSet)

    /// Whether the scalar is in the set.
    func contains(_ scalar: UInt32) -> Bool {
        switch self {
        case .range(let range): range.contains(scalar)
        case .categories(let bits): GeneralCategories.bit(scalar) & bits != 0
        case .property(let property): property.contains(scalar)
        case .union(let sets): sets.contains { $0.contains(scalar) }
        case .intersection(let sets): sets.allSatisfy { $0.contains(scalar) }
        case .inverse(let set): !set.contains(scalar)
        }
    }

    /// The set with every scalar that differs from one of its own only by case, for letters of one scalar.
    func ignoringCase() -> ScalarSet {
        switch self {
        case .range(let range) where range.count <= 4096:
            var extra: [ScalarSet] = [self]
            for scalar in range {
                for other in Self.caseVariants(scalar) where !range.contains(other) {
                    extra.append(.range(other...other))
                }
            }
            return extra.count == 1 ? self : .union(extra)
        case .range, .categories, .property: return self
        case .union(let sets): return .union(sets.map { $0.ignoringCase() })
        case .intersection(let sets): return .intersection(sets.map { $0.ignoringCase() })
        case .inverse(let set): return .inverse(set.ignoringCase())
        }
    }

    private static func caseVariants(_ scalar: UInt32) -> [UInt32] {
        // Scalars outside ASCII that fold to ASCII letters.
        if scalar == 0x73 || scalar == 0x53 { return [0x73, 0x53, 0x17F] }
        if scalar == 0x6B || scalar == 0x4B { return [0x6B, 0x4B, 0x212A] }
        guard let properties = Unicode.Scalar(scalar)?.properties else { return [] }
        return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { mapping in
            mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first?.value : nil
        }
    }
}

/// Sets of scalars that are no general category.
enum ScalarProperty: Sendable {
    case space, word, classWord, alphabetic, uppercase, lowercase, han, hiragana, katakana, hangul

    func contains(_ scalar: UInt32) -> Bool {
        switch self {
        case .space: return ScalarClasses.isSpace(scalar)
        case .word: return LibraryUnicode.isPatternWord(scalar)
        case .classWord: return scalar != 0x200C && scalar != 0x200D && LibraryUnicode.isWord(scalar)
        case .alphabetic: return Unicode.Scalar(scalar)?.properties.isAlphabetic ?? false
        case .uppercase: return Unicode.Scalar(scalar)?.properties.isUppercase ?? false
        case .lowercase: return Unicode.Scalar(scalar)?.properties.isLowercase ?? false
        case .han: return ScriptRanges.han.contains { $0.contains(scalar) }
        case .hiragana: return ScriptRanges.hiragana.contains { $0.contains(scalar) }
        case .katakana: return ScriptRanges.katakana.contains { $0.contains(scalar) }
        case .hangul: return ScriptRanges.hangul.contains { $0.contains(scalar) }
        }
    }
}

/// The general category of scalars as one bit each.
enum GeneralCategories {
    /// The bit of a category.
    static func bit(_ category: Unicode.GeneralCategory) -> UInt32 {
        let index: UInt32 =
            switch category {
            case .uppercaseLetter: 0
            case .lowercaseLetter: 1
            case .titlecaseLetter: 2
            case .modifierLetter: 3
            case .otherLetter: 4
            case .nonspacingMark: 5
            case .spacingMark: 6
            case .enclosingMark: 7
            case .decimalNumber: 8
            case .letterNumber: 9
            case .otherNumber: 10
            case .connectorPunctuation: 11
            case .dashPunctuation: 12
            case .openPunctuation: 13
            case .closePunctuation: 14
            case .initialPunctuation: 15
            case .finalPunctuation: 16
            case .otherPunctuation: 17
            case .mathSymbol: 18
            case .currencySymbol: 19
            case .modifierSymbol: 20
            case .otherSymbol: 21
            case .spaceSeparator: 22
            case .lineSeparator: 23
            case .paragraphSeparator: 24
            case .control: 25
            case .format: 26
            case .surrogate: 27
            case .privateUse: 28
            case .unassigned: 29
            @unknown default: 29
            }
        return 1 << index
    }

    private static let table: [UInt32] = (0..<0x800).map { (scalar: UInt32) in LibraryUnicode.patternCategory(scalar) }

    /// The bit of the scalar's category, as regular expressions see it.
    static func bit(_ scalar: UInt32) -> UInt32 {
        scalar < 0x800 ? table[Int(scalar)] : LibraryUnicode.patternCategory(scalar)
    }

    /// The bit of the scalar's category in Swift's own table.
    static func ownBit(_ scalar: UInt32) -> UInt32 {
        guard let properties = Unicode.Scalar(scalar)?.properties else { return bit(.surrogate) }
        return bit(properties.generalCategory)
    }

    /// The bits that a name such as `L`, `Lu` or `Letter` stands for.
    static func bits(named name: String) -> UInt32? {
        switch name {
        case "l", "letter": 0b1_1111
        case "lu", "uppercaseletter": 1 << 0
        case "ll", "lowercaseletter": 1 << 1
        case "lt", "titlecaseletter": 1 << 2
        case "lm", "modifierletter": 1 << 3
        case "lo", "otherletter": 1 << 4
        case "lc", "casedletter": 0b111
        case "m", "mark", "combiningmark": 0b111 << 5
        case "mn", "nonspacingmark": 1 << 5
        case "mc", "spacingmark": 1 << 6
        case "me", "enclosingmark": 1 << 7
        case "n", "number": 0b111 << 8
        case "nd", "decimalnumber", "digit": 1 << 8
        case "nl", "letternumber": 1 << 9
        case "no", "othernumber": 1 << 10
        case "p", "punctuation": 0b111_1111 << 11
        case "pc", "connectorpunctuation": 1 << 11
        case "pd", "dashpunctuation": 1 << 12
        case "ps", "openpunctuation": 1 << 13
        case "pe", "closepunctuation": 1 << 14
        case "pi", "initialpunctuation": 1 << 15
        case "pf", "finalpunctuation": 1 << 16
        case "po", "otherpunctuation": 1 << 17
        case "s", "symbol": 0b1111 << 18
        case "sm", "mathsymbol": 1 << 18
        case "sc", "currencysymbol": 1 << 19
        case "sk", "modifiersymbol": 1 << 20
        case "so", "othersymbol": 1 << 21
        case "z", "separator": 0b111 << 22
        case "zs", "spaceseparator": 1 << 22
        case "zl", "lineseparator": 1 << 23
        case "zp", "paragraphseparator": 1 << 24
        case "c", "other": 0b1_1111 << 25
        case "cc", "control", "cntrl": 1 << 25
        case "cf", "format": 1 << 26
        case "cs", "surrogate": 1 << 27
        case "co", "privateuse": 1 << 28
        case "cn", "unassigned": 1 << 29
        default: nil
        }
    }
}
