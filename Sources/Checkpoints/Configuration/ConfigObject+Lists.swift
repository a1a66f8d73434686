import JSONText

extension ConfigObject {
    /// Whether `key` stands in the file, be it `null`: what transformers takes for none rather than for its default.
    package func holds(_ key: String) -> Bool { object[key] != nil }

    /// The texts under `key`; nil where it is absent.
    package func optionalStrings(_ key: String) throws(ConfigError) -> [String]? {
        guard let value = value(key) else { return nil }
        let texts = value.array?.compactMap(\.string)
        guard let texts, texts.count == value.array?.count else { throw wrongKind(key, "an array of texts", value) }
        return texts
    }

    /// The `count` numbers under `key`, which must be there and greater than 0.
    package func numbers(_ key: String, count: Int) throws(ConfigError) -> [Double] {
        let expected = "\(count) numbers greater than 0"
        guard let value = value(key) else { throw error(key, .missing(expected: expected)) }
        let numbers = value.array?.compactMap(\.double) ?? []
        guard numbers.count == value.array?.count, numbers.count == count,
            numbers.allSatisfy({ $0 > 0 && $0.isFinite })
        else { throw wrongKind(key, expected, value) }
        return numbers
    }
}
