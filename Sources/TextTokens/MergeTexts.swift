import JSONText

/// The merge rules of a file, before the vocabulary that gives their tokens ids is known.
struct MergeTexts {
    /// Left and right tokens, one after the other.
    private var bytes: [UInt8] = []
    /// Where the left token of each rule ends, and where the right one does; -1 twice for what is no rule.
    private var ends: [(left: Int, right: Int)] = []
    /// Whether the file has rules at all, be they none.
    private(set) var isPresent = false

    /// Adds a rule written as one string, `"a b"`. Lines that start with `#version` are none.
    mutating func appendLine(_ reader: inout JSONReader) throws(JSONError) {
        isPresent = true
        let start = bytes.count
        try reader.string(appendingTo: &bytes)
        finishLine(from: start)
    }

    /// Adds a line of `merges.txt`.
    mutating func appendLine(_ line: ArraySlice<UInt8>) {
        isPresent = true
        let start = bytes.count
        bytes.append(contentsOf: line)
        finishLine(from: start)
    }

    /// Adds a rule written as an array of two strings.
    mutating func appendPair(_ reader: inout JSONReader) throws(JSONError) {
        isPresent = true
        var lengths: [Int] = []
        let start = bytes.count
        try reader.enterArray()
        while try reader.nextElement() {
            if try reader.kind() == .string {
                try reader.string(appendingTo: &bytes)
                lengths.append(bytes.count)
            } else {
                try reader.skipValue()
                lengths.append(-1)
            }
        }
        if lengths.count == 2, !lengths.contains(-1) {
            ends.append((lengths[0], lengths[1]))
        } else {
            bytes.removeSubrange(start...)
            appendMalformed()
        }
    }

    /// Notes that something stood here that is no rule.
    mutating func appendMalformed() {
        isPresent = true
        ends.append((-1, -1))
    }

    /// Marks the rules as present, though there may be none.
    mutating func markPresent() { isPresent = true }

    private mutating func finishLine(from start: Int) {
        if bytes[start...].starts(with: "#version".utf8) {
            bytes.removeSubrange(start...)
            return
        }
        guard let space = bytes[start...].firstIndex(of: 0x20), !bytes[(space + 1)...].contains(0x20) else {
            bytes.removeSubrange(start...)
            appendMalformed()
            return
        }
        bytes.remove(at: space)
        ends.append((space, bytes.count))
    }

    /// The rules as ids.
    ///
    /// - Parameter prefixLength: how many bytes of the right token are left out of the merged one.
    func table(
        _ vocabulary: Vocabulary, prefixLength: Int, file: String, key: String
    ) throws(TokenizerError) -> MergeTable {
        var table = MergeTable(minimumCapacity: ends.count)
        var start = 0
        var merged: [UInt8] = []
        for (rank, end) in ends.enumerated() {
            guard end.left >= 0 else { throw .malformedMerge(file: file, key: key, index: rank) }
            func identifier(_ text: [UInt8], _ range: Range<Int>) throws(TokenizerError) -> Int32 {
                if let identifier = vocabulary.identifier(text, range) { return identifier }
                throw .mergeOutsideVocabulary(
                    file: file, key: key, index: rank, token: String(decoding: text[range], as: UTF8.self))
            }
            let left = try identifier(bytes, start..<end.left)
            let right = try identifier(bytes, end.left..<end.right)
            let product: Int32
            if prefixLength == 0 {
                product = try identifier(bytes, start..<end.right)
            } else {
                guard end.right - end.left >= prefixLength else {
                    throw .malformedMerge(file: file, key: key, index: rank)
                }
                merged.removeAll(keepingCapacity: true)
                merged.append(contentsOf: bytes[start..<end.left])
                merged.append(contentsOf: bytes[(end.left + prefixLength)..<end.right])
                product = try identifier(merged, 0..<merged.count)
            }
            table.add(left: left, right: right, rank: rank, merged: product)
            start = end.right
        }
        return table
    }
}
