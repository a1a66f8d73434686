/// What the Penn Treebank lexer writes instead of some characters.
enum PTBReplacement {
    /// Closing apostrophes as `'`, opening ones as a backquote.
    static func straightApostrophes(in units: ArraySlice<UInt16>) -> [UInt16] {
        Array(text(units).replacing("&apos;", with: "'").utf16).map { unit in
            switch unit {
            case 0x92, 0x2019: 0x27
            case 0x91, 0x2018, 0x201B: 0x60
            default: unit
            }
        }
    }

    /// Every `&amp;` as `&`.
    static func unescapedAmpersands(in units: ArraySlice<UInt16>) -> [UInt16] {
        Array(
            PythonText.replacing("&AMP;", with: "&", in: PythonText.replacing("&amp;", with: "&", in: text(units)))
                .utf16)
    }

    /// Every blank as U+00A0, so that the token stays one token between U+0020.
    static func joinedBlanks(in units: ArraySlice<UInt16>) -> [UInt16] {
        units.map { $0 == 0x20 ? 0xA0 : $0 }
    }

    /// Round brackets as `-LRB-` and `-RRB-`.
    static func brackets(in units: [UInt16]) -> [UInt16] {
        units.flatMap { unit -> [UInt16] in
            switch unit {
            case 0x28: Array("-LRB-".utf16)
            case 0x29: Array("-RRB-".utf16)
            default: [unit]
            }
        }
    }

    /// Single and double quotes in the shapes of LaTeX.
    static func quotes(in units: ArraySlice<UInt16>) -> [UInt16] {
        let replaced = Array(text(units).replacing("&apos;", with: "'").utf16)
        return replaced.flatMap { unit -> [UInt16] in
            switch unit {
            case 0x91, 0x2018, 0x201B, 0x2039: [0x60]
            case 0x92, 0x2019, 0x203A: [0x27]
            case 0x93, 0x201C, 0xAB: [0x60, 0x60]
            case 0x94, 0x201D, 0xBB: [0x27, 0x27]
            default: [unit]
            }
        }
    }

    private static func text(_ units: ArraySlice<UInt16>) -> String { String(decoding: units, as: UTF16.self) }
}
