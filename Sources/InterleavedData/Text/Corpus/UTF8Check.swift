/// Whether bytes are UTF-8.
enum UTF8Check {
    /// The place of the first byte that does not belong to a well-formed scalar; nothing where all do.
    static func firstBadByte(_ bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var position = 0
        while position < bytes.count {
            let length = (1...4).first { length in
                position + length <= bytes.count
                    && String(validating: bytes[position..<position + length], as: UTF8.self) != nil
            }
            guard let length else { return position }
            position += length
        }
        return nil
    }
}
