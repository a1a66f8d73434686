/// Finding and replacing byte strings.
enum ByteSearch {
    /// Where `pattern` next stands at or after `start`, before `limit`.
    static func first(_ pattern: [UInt8], in text: [UInt8], from start: Int, limit: Int) -> Int? {
        guard let head = pattern.first else { return nil }
        var position = start
        while position + pattern.count <= limit {
            if text[position] == head {
                var offset = 1
                while offset < pattern.count, text[position + offset] == pattern[offset] { offset += 1 }
                if offset == pattern.count { return position }
            }
            position += 1
        }
        return nil
    }

    /// The text with every occurrence replaced, from left to right.
    static func replacing(_ pattern: [UInt8], in text: [UInt8], with replacement: [UInt8]) -> [UInt8] {
        guard var found = first(pattern, in: text, from: 0, limit: text.count) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var copied = 0
        while true {
            result.append(contentsOf: text[copied..<found])
            result.append(contentsOf: replacement)
            copied = found + pattern.count
            guard let next = first(pattern, in: text, from: copied, limit: text.count) else { break }
            found = next
        }
        result.append(contentsOf: text[copied...])
        return result
    }
}
