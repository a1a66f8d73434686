/// Python's way to write a list of texts: `['$6', "it's", 'a\'b']`. Read, never run.
enum PythonList {
    /// The texts of the list; nil where the text is no such list.
    static func texts(_ source: String) -> [String]? {
        var scanner = Scanner(scalars: Array(source.unicodeScalars))
        return scanner.list()
    }

    private struct Scanner {
        let scalars: [Unicode.Scalar]
        var position = 0

        private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

        init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

        private mutating func skipBlanks() { while let scalar = current, PythonText.isSpace(scalar) { position += 1 } }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard current == scalar else { return false }
            position += 1
            return true
        }

        mutating func list() -> [String]? {
            guard take("[") else { return nil }
            var texts: [String] = []
            while !take("]") {
                if !texts.isEmpty {
                    guard take(",") else { return nil }
                    if take("]") { break }
                }
                guard let text = text() else { return nil }
                texts.append(text)
            }
            skipBlanks()
            return current == nil ? texts : nil
        }

        private mutating func text() -> String? {
            skipBlanks()
            guard let quote = current, quote == "'" || quote == "\"" else { return nil }
            position += 1
            var text = String.UnicodeScalarView()
            while let scalar = current {
                position += 1
                if scalar == quote { return String(text) }
                guard scalar == "\\" else {
                    text.append(scalar)
                    continue
                }
                guard let escaped = current else { return nil }
                position += 1
                switch escaped {
                case "n": text.append("\n")
                case "t": text.append("\t")
                case "r": text.append("\r")
                case "\\", "'", "\"": text.append(escaped)
                case "x": guard append(digits: 2, to: &text) else { return nil }
                case "u": guard append(digits: 4, to: &text) else { return nil }
                default: text.append(contentsOf: ["\\", escaped])
                }
            }
            return nil
        }

        private mutating func append(digits: Int, to text: inout String.UnicodeScalarView) -> Bool {
            guard position + digits <= scalars.count else { return false }
            let code = String(String.UnicodeScalarView(scalars[position..<position + digits]))
            guard let value = UInt32(code, radix: 16), let scalar = Unicode.Scalar(value) else { return false }
            position += digits
            text.append(scalar)
            return true
        }
    }
}
