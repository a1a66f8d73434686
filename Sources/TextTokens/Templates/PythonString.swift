/// Python's string methods, over code points.
enum PythonString {
    /// The parts of `text` between occurrences of `separator`, at most `limit` cuts.
    static func split(_ text: String, by separator: String, limit: Int = .max) -> [String] {
        let (whole, part) = (Array(text.unicodeScalars), Array(separator.unicodeScalars))
        guard !part.isEmpty else { return [text] }
        var parts: [String] = []
        var (start, index) = (0, 0)
        while index + part.count <= whole.count, parts.count < limit {
            if whole[index..<index + part.count].elementsEqual(part) {
                parts.append(string(whole[start..<index]))
                index += part.count
                start = index
            } else {
                index += 1
            }
        }
        return parts + [string(whole[start...])]
    }

    /// The parts of `text` between blanks.
    static func words(_ text: String) -> [String] {
        text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
    }

    /// `text` without the characters of `set` (blanks where nil) at its ends.
    static func stripped(_ text: String, of set: String? = nil, left: Bool = true, right: Bool = true) -> String {
        let scalars = Array(text.unicodeScalars)
        let dropped = set.map { Set($0.unicodeScalars) }
        func goes(_ scalar: Unicode.Scalar) -> Bool {
            dropped?.contains(scalar) ?? scalar.properties.isWhitespace
        }
        var (start, end) = (0, scalars.count)
        if left { while start < end, goes(scalars[start]) { start += 1 } }
        if right { while end > start, goes(scalars[end - 1]) { end -= 1 } }
        return string(scalars[start..<end])
    }

    /// Where `part` first stands in `text`, counted in code points; −1 where it does not.
    static func position(of part: String, in text: String) -> Int {
        let cut = split(text, by: part, limit: 1)
        if part.isEmpty { return 0 }
        return cut.count == 1 ? -1 : cut[0].unicodeScalars.count
    }

    static func contains(_ text: String, _ part: String) -> Bool { part.isEmpty || position(of: part, in: text) >= 0 }

    /// The first letter large, the others small.
    static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst().lowercased() }

    /// Every word's first letter large.
    static func title(_ text: String) -> String {
        var result = ""
        var isInWord = false
        for character in text {
            result += isInWord ? character.lowercased() : character.uppercased()
            isInWord = character.isLetter
        }
        return result
    }

    /// The elements that `start:stop:step` takes of `count`, Python's way.
    static func indices(from start: Int?, to stop: Int?, by step: Int, count: Int) -> [Int] {
        func placed(_ bound: Int, _ low: Int, _ high: Int) -> Int {
            min(max(bound < 0 ? bound + count : bound, low), high)
        }
        if step > 0 {
            let (from, to) = (placed(start ?? 0, 0, count), placed(stop ?? count, 0, count))
            return Array(stride(from: from, to: max(from, to), by: step))
        }
        let from = start.map { placed($0, -1, count - 1) } ?? count - 1
        let to = stop.map { placed($0, -1, count - 1) } ?? -1
        return Array(stride(from: from, to: min(from, to), by: step))
    }

    static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
