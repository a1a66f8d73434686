import Foundation

/// Unicode's normalisation forms, with account of what comes from where.
///
/// The mappings of single scalars and pairs are Foundation's; ordering and composing (Unicode Standard Annex 15) are
/// done here, because Foundation does not say which part of the result comes from which part of the text.
enum NormalizationForm: Sendable {
    case composed, decomposed, compatibilityComposed, compatibilityDecomposed

    private var isCompatibility: Bool { self == .compatibilityComposed || self == .compatibilityDecomposed }
    private var composes: Bool { self == .composed || self == .compatibilityComposed }

    /// Below this no scalar changes, nor joins another.
    private var firstAffected: UInt32 { self == .composed ? 0x300 : isCompatibility ? 0xA0 : 0xC0 }

    /// Changes the text.
    func apply(to text: inout NormalizedText) {
        guard needsWork(text.bytes) else { return }
        var tables = Tables(isCompatibility: isCompatibility)
        text.rewrite { rewriter in
            while !rewriter.isAtEnd {
                let end = boundary(rewriter.old.bytes, from: rewriter.position)
                if end > rewriter.position {
                    rewriter.copy(to: end)
                } else {
                    normalizeRun(&rewriter, &tables)
                }
            }
        }
    }

    private func needsWork(_ bytes: [UInt8]) -> Bool {
        var position = 0
        while position < bytes.count {
            let (scalar, length) = UTF8Text.scalar(bytes, position)
            if scalar >= firstAffected { return true }
            position += length
        }
        return false
    }

    /// Where the next run that may change begins: the last unaffected scalar before an affected one belongs to it.
    private func boundary(_ bytes: [UInt8], from start: Int) -> Int {
        var position = start
        var last = start
        while position < bytes.count {
            let (scalar, length) = UTF8Text.scalar(bytes, position)
            if scalar >= firstAffected { return last }
            last = position
            position += length
        }
        return position
    }

    private struct Item {
        var scalar: UInt32
        /// 0 for a scalar in the place of an old one, 1 for a new one, -n for one that stands for n more.
        var change: Int
        var combiningClass: UInt8
    }

    private func normalizeRun(_ rewriter: inout TextRewriter, _ tables: inout Tables) {
        var items: [Item] = []
        var position = rewriter.position
        let bytes = rewriter.old.bytes
        var isFirst = true
        while position < bytes.count {
            let (scalar, length) = UTF8Text.scalar(bytes, position)
            // Two unaffected scalars in a row end the run; the first of them still belongs to it.
            if !isFirst, scalar < firstAffected { break }
            isFirst = false
            for (index, part) in tables.decomposition(scalar).enumerated() {
                items.append(
                    Item(scalar: part, change: index == 0 ? 0 : 1, combiningClass: Tables.combiningClass(part)))
            }
            position += length
        }
        Self.order(&items)
        if composes { Self.compose(&items, &tables) }
        for item in items {
            if item.change > 0 {
                rewriter.insert(item.scalar)
            } else {
                rewriter.replace(item.scalar, removed: -item.change)
            }
        }
        rewriter.skip(to: position)
    }

    /// Puts marks in the order of their classes, keeping the order of equal ones.
    private static func order(_ items: inout [Item]) {
        var start = 0
        while start < items.count {
            guard items[start].combiningClass != 0 else {
                start += 1
                continue
            }
            var end = start
            while end < items.count, items[end].combiningClass != 0 { end += 1 }
            let sorted = items[start..<end].enumerated()
                .sorted { ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset) }
            items.replaceSubrange(start..<end, with: sorted.map(\.element))
            start = end
        }
    }

    private static func compose(_ items: inout [Item], _ tables: inout Tables) {
        var result: [Item] = []
        var starter: Int?
        var lastClass = -1
        for item in items {
            let itemClass = Int(item.combiningClass)
            if let index = starter, lastClass < itemClass || lastClass == -1,
                let composite = tables.composition(result[index].scalar, item.scalar)
            {
                result[index].scalar = composite
                result[index].change += item.change - 1
                continue
            }
            if itemClass == 0 {
                starter = result.count
                lastClass = -1
            } else {
                lastClass = itemClass
            }
            result.append(item)
        }
        items = result
    }

    /// Mappings asked of Foundation, each once.
    private struct Tables {
        let isCompatibility: Bool
        private var decompositions: [UInt32: [UInt32]] = [:]
        private var compositions: [UInt64: UInt32] = [:]

        init(isCompatibility: Bool) { self.isCompatibility = isCompatibility }

        static func combiningClass(_ scalar: UInt32) -> UInt8 {
            guard scalar >= 0x300, LibraryUnicode.knows(scalar, major: 9) else { return 0 }
            return Unicode.Scalar(scalar)?.properties.canonicalCombiningClass.rawValue ?? 0
        }

        mutating func decomposition(_ scalar: UInt32) -> [UInt32] {
            if scalar < 0xA0 { return [scalar] }
            if let known = decompositions[scalar] { return known }
            if Self.hangul.contains(scalar) { return Self.jamo(scalar) }
            guard LibraryUnicode.knows(scalar, major: 9) else { return [scalar] }
            let text = Self.text([scalar])
            let parts =
                isCompatibility
                ? text.decomposedStringWithCompatibilityMapping : text.decomposedStringWithCanonicalMapping
            let result = parts.unicodeScalars.map(\.value)
            decompositions[scalar] = result
            return result
        }

        mutating func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
            if second < 0x300 { return nil }
            if let syllable = Self.syllable(first, second) { return syllable }
            let key = UInt64(first) << 32 | UInt64(second)
            if let known = compositions[key] { return known == 0 ? nil : known }
            // Foundation on Linux composes only what is fully decomposed, and takes U+20045 for U+0045: it is given the
            // parts, and what it composes has to fall apart into the same again.
            let parts = Self.canonical([first]) + [second]
            let scalars = Self.text(parts).precomposedStringWithCanonicalMapping.unicodeScalars
            var result = scalars.count == 1 ? scalars.first?.value : nil
            if let composite = result,
                !LibraryUnicode.knows(composite, major: 9) || Self.canonical([composite]) != parts
            {
                result = nil
            }
            compositions[key] = result ?? 0
            return result
        }

        private static func canonical(_ values: [UInt32]) -> [UInt32] {
            text(values).decomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
        }

        // MARK: - Hangul, by arithmetic (Unicode, section 3.12); Foundation leaves the third part of a syllable alone

        private static let hangul: ClosedRange<UInt32> = 0xAC00...0xD7A3

        private static func jamo(_ syllable: UInt32) -> [UInt32] {
            let index = syllable - 0xAC00
            let parts = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
            return index % 28 == 0 ? parts : parts + [0x11A7 + index % 28]
        }

        private static func syllable(_ first: UInt32, _ second: UInt32) -> UInt32? {
            if (0x1100...0x1112).contains(first), (0x1161...0x1175).contains(second) {
                return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
            }
            guard hangul.contains(first), (first - 0xAC00) % 28 == 0, (0x11A8...0x11C2).contains(second) else {
                return nil
            }
            return first + second - 0x11A7
        }

        private static func text(_ values: [UInt32]) -> String {
            var text = String.UnicodeScalarView()
            for value in values { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
            return String(text)
        }
    }
}
