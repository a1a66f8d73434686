/// How wide a text will be in a sans-serif face that we do not know; rather too much than too little.
enum TextWidth {
    /// The width in pixels at a font size of so many.
    static func of(_ text: String, size: Double) -> Double {
        var width = 0.0
        for character in text { width += share(of: character) }
        return width * size
    }

    /// `text`, cut with an ellipsis where it is wider than `limit` pixels.
    static func cut(_ text: String, size: Double, limit: Double) -> String {
        guard of(text, size: size) > limit else { return text }
        var kept = ""
        var width = size
        for character in text {
            width += share(of: character) * size
            if width > limit { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// In parts of the font size; the figures are those of wide faces such as DejaVu Sans and Verdana.
    private static func share(of character: Character) -> Double {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", " ", "(", ")", "[", "]", "t", "f", "r": return 0.4
        case "m", "w", "M", "W", "@", "%": return 0.96
        case "A"..."Z", "=", "+", "−", "<", ">": return 0.74
        default: return scalar.value >= 0x1100 ? 1.1 : 0.63
        }
    }
}

extension TextWidth {
    /// `text` in lines of at most `limit` pixels, broken at blanks; a longer word has a line of its own.
    static func lines(_ text: String, size: Double, limit: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if line.isEmpty || of(longer, size: size) <= limit {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
