/// A pattern of tensor names: text, `{i}` for a decimal number (under any name in braces), at most one `*` for any text.
///
///     let pattern: NamePattern = "*.layers.{i}.gamma"
///     pattern.match("encoder.layers.12.gamma")                        // ["*": "encoder", "i": "12"]
///     NamePattern("*.layer.{i}.weight").filled(["*": "a", "i": "3"])   // "a.layer.3.weight"
///
/// Patterns are written in source, not read from files: a malformed one is a programmer's mistake.
package struct NamePattern: Sendable, Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// What the parts that vary stood for: a number under its name in braces, the text under `*`.
    package typealias Captures = [String: String]

    private enum Part: Sendable, Equatable {
        case text([UInt8])
        case number(String)
        case anything
    }

    /// The pattern as it was written.
    package let description: String
    private let parts: [Part]
    /// The text every name that matches begins with, and the one it ends with: most names are told apart by these.
    private let prefix: [UInt8]
    private let suffix: [UInt8]

    /// The pattern written as `description`.
    /// - Precondition: braces are closed, and there is at most one `*`.
    package init(_ description: String) {
        self.description = description
        parts = Self.parts(of: description)
        precondition(parts.count(where: { $0 == .anything }) <= 1, "more than one * in \(description)")
        prefix = Self.text(of: parts.first)
        suffix = Self.text(of: parts.last)
    }

    package init(stringLiteral value: String) { self.init(value) }

    private static func text(of part: Part?) -> [UInt8] {
        if case .text(let text)? = part { text } else { [] }
    }

    private static func parts(of description: String) -> [Part] {
        var parts: [Part] = []
        var text: [UInt8] = []
        var rest = Substring(description)
        func flush() {
            if !text.isEmpty { parts.append(.text(text)) }
            text = []
        }
        while let character = rest.popFirst() {
            if character == "*" {
                flush()
                parts.append(.anything)
            } else if character == "{" {
                flush()
                let name = rest.prefix { $0 != "}" }
                precondition(name.endIndex < rest.endIndex && !name.isEmpty, "malformed braces in \(description)")
                rest = rest[name.endIndex...].dropFirst()
                parts.append(.number(String(name)))
            } else {
                text += character.utf8
            }
        }
        flush()
        return parts
    }

    /// The names of the parts that vary.
    package var variables: Set<String> {
        Set(
            parts.compactMap { part in
                switch part {
                case .text: nil
                case .number(let name): name
                case .anything: "*"
                }
            })
    }

    /// What the parts that vary stand for in `name`; nil where it does not match. The same `{i}` twice must be the same
    /// number twice.
    /// - Complexity: O(name) for patterns without `*`, at worst O(name²) with one.
    package func match(_ name: String) -> Captures? {
        guard name.utf8.starts(with: prefix), name.utf8.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        var captures: Captures = [:]
        let bytes = Array(name.utf8)
        return matches(bytes[...], parts[...], &captures) ? captures : nil
    }

    private func matches(_ bytes: ArraySlice<UInt8>, _ parts: ArraySlice<Part>, _ captures: inout Captures) -> Bool {
        guard let part = parts.first else { return bytes.isEmpty }
        let later = parts.dropFirst()
        switch part {
        case .text(let text):
            return bytes.starts(with: text) && matches(bytes.dropFirst(text.count), later, &captures)
        case .number(let name):
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            let number = String(decoding: digits, as: UTF8.self)
            guard !digits.isEmpty, captures[name] == nil || captures[name] == number else { return false }
            let before = captures
            captures[name] = number
            if matches(bytes[digits.endIndex...], later, &captures) { return true }
            captures = before
            return false
        case .anything:
            // The shortest text first. A text that ends in a digit before `{i}` would cut a number in two.
            for end in bytes.startIndex...bytes.endIndex {
                let text = bytes[..<end]
                if case .number? = later.first, let last = text.last, (0x30...0x39).contains(last) { continue }
                if matches(bytes[end...], later, &captures) {
                    captures["*"] = String(decoding: text, as: UTF8.self)
                    return true
                }
            }
            return false
        }
    }

    /// The name in which the parts that vary stand for what `captures` says.
    /// - Precondition: `captures` has every variable of the pattern.
    package func filled(_ captures: Captures) -> String {
        var name = ""
        for part in parts {
            switch part {
            case .text(let text): name += String(decoding: text, as: UTF8.self)
            case .number(let variable): name += value(of: variable, captures)
            case .anything: name += value(of: "*", captures)
            }
        }
        return name
    }

    private func value(of variable: String, _ captures: Captures) -> String {
        guard let value = captures[variable] else {
            preconditionFailure("\(description) needs \(variable), which the pattern before it does not have")
        }
        return value
    }
}
