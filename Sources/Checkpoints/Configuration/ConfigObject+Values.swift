import JSONText

extension ConfigObject {
    /// The size under `key`: an integer from `minimum` up to a sane limit.
    package func integer(_ key: String, default fallback: Int, minimum: Int = 1) throws(ConfigError) -> Int {
        guard let found = try optionalInteger(key) else { return fallback }
        guard found >= minimum, found <= Self.sizeLimit else {
            throw error(key, .outOfRange(expected: "from \(minimum) to \(Self.sizeLimit)", found: "\(found)"))
        }
        return found
    }

    /// The integer under `key`; nil where it is absent.
    package func optionalInteger(_ key: String) throws(ConfigError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let integer = value.integer else { throw wrongKind(key, "an integer", value) }
        return integer
    }

    /// The integers under `key`, one of them or an array; nil where it is absent.
    package func optionalIntegers(_ key: String) throws(ConfigError) -> [Int]? {
        guard let value = value(key) else { return nil }
        if let single = value.integer { return [single] }
        guard let elements = value.array else { throw wrongKind(key, "an integer or an array of integers", value) }
        let integers = elements.compactMap(\.integer)
        guard integers.count == elements.count else { throw wrongKind(key, "an array of integers", value) }
        return integers
    }

    /// The number under `key`; nil where it is absent.
    package func optionalNumber(_ key: String) throws(ConfigError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.double, number.isFinite else { throw wrongKind(key, "a number", value) }
        return number
    }

    /// The number under `key`.
    package func number(_ key: String, default fallback: Double) throws(ConfigError) -> Double {
        try optionalNumber(key) ?? fallback
    }

    /// The number under `key`, which must be there.
    package func number(_ key: String) throws(ConfigError) -> Double {
        guard let number = try optionalNumber(key) else { throw error(key, .missing(expected: "a number")) }
        return number
    }

    /// The truth value under `key`.
    package func bool(_ key: String, default fallback: Bool) throws(ConfigError) -> Bool {
        guard let value = value(key) else { return fallback }
        guard let bool = value.bool else { throw wrongKind(key, "true or false", value) }
        return bool
    }

    /// The text under `key`; nil where it is absent.
    package func optionalString(_ key: String) throws(ConfigError) -> String? {
        guard let value = value(key) else { return nil }
        guard let string = value.string else { throw wrongKind(key, "a text", value) }
        return string
    }

    /// The text under `key`.
    package func string(_ key: String, default fallback: String) throws(ConfigError) -> String {
        try optionalString(key) ?? fallback
    }

    /// The text under `key`, which must be there.
    package func string(_ key: String) throws(ConfigError) -> String {
        guard let string = try optionalString(key) else { throw error(key, .missing(expected: "a text")) }
        return string
    }
}
