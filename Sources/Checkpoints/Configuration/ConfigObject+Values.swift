import JSONText

extension ConfigObject {
    /// The whole number under `key`, or the default.
    /// - Parameter range: what is believed; sizes unless said otherwise.
    package func integer(
        _ key: ConfigKey, default fallback: Int? = nil, in range: ClosedRange<Int> = 1...sizeLimit
    ) throws(ConfigError) -> Int {
        guard let number = try optionalInteger(key, in: range) ?? fallback else { throw missing(key) }
        return number
    }

    /// The whole number under `key`; nil where there is none.
    package func optionalInteger(
        _ key: ConfigKey, in range: ClosedRange<Int> = 1...sizeLimit
    ) throws(ConfigError) -> Int? {
        guard let value = value(key) else { return nil }
        return try integer(value, key, in: range)
    }

    /// The whole numbers of the array under `key`, or the default; at most `limit` of them.
    package func integers(
        _ key: ConfigKey, default fallback: [Int]? = nil, in range: ClosedRange<Int> = 1...sizeLimit,
        limit: Int = sizeLimit
    ) throws(ConfigError) -> [Int] {
        guard let value = value(key) else {
            guard let fallback else { throw missing(key) }
            return fallback
        }
        var integers: [Int] = []
        for element in try elements(value, key, of: "whole numbers", limit: limit) {
            integers.append(try integer(element, key, in: range))
        }
        return integers
    }

    /// The number under `key`, or the default; finite, and within `range`.
    package func number(
        _ key: ConfigKey, default fallback: Double? = nil,
        in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) throws(ConfigError) -> Double {
        guard let value = value(key) else {
            guard let fallback else { throw missing(key) }
            return fallback
        }
        return try number(value, key, in: range)
    }

    /// The numbers of the array under `key`, or the default; at most `limit` of them.
    package func numbers(
        _ key: ConfigKey, default fallback: [Double]? = nil,
        in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
        limit: Int = sizeLimit
    ) throws(ConfigError) -> [Double] {
        guard let value = value(key) else {
            guard let fallback else { throw missing(key) }
            return fallback
        }
        var numbers: [Double] = []
        for element in try elements(value, key, of: "numbers", limit: limit) {
            numbers.append(try number(element, key, in: range))
        }
        return numbers
    }

    /// The truth value under `key`, or the default.
    package func bool(_ key: ConfigKey, default fallback: Bool? = nil) throws(ConfigError) -> Bool {
        guard let value = value(key) else {
            guard let fallback else { throw missing(key) }
            return fallback
        }
        guard case .bool(let bool) = value else { throw wrongKind(key, "true or false", value) }
        return bool
    }

    /// The text under `key`, or the default.
    package func string(_ key: ConfigKey, default fallback: String? = nil) throws(ConfigError) -> String {
        guard let string = try optionalString(key) ?? fallback else { throw missing(key) }
        return string
    }

    /// The text under `key`; nil where there is none.
    package func optionalString(_ key: ConfigKey) throws(ConfigError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let string) = value else { throw wrongKind(key, "a string", value) }
        return string
    }

    /// The texts of the array under `key`, or the default.
    package func strings(_ key: ConfigKey, default fallback: [String]? = nil) throws(ConfigError) -> [String] {
        guard let value = value(key) else {
            guard let fallback else { throw missing(key) }
            return fallback
        }
        var strings: [String] = []
        for element in try elements(value, key, of: "strings", limit: Self.sizeLimit) {
            guard case .string(let string) = element else { throw wrongKind(key, "an array of strings", element) }
            strings.append(string)
        }
        return strings
    }

    /// The case of `Choice` that the text under `key` names, or the default.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: ConfigKey, default fallback: Choice? = nil, as type: Choice.Type = Choice.self
    ) throws(ConfigError) -> Choice {
        guard let text = try optionalString(key) else {
            guard let fallback else { throw missing(key) }
            return fallback
        }
        guard let choice = Choice(rawValue: text) else {
            throw .unknownChoice(
                file: file, key: fullPath(key), choices: Choice.allCases.map(\.rawValue), found: text)
        }
        return choice
    }

    /// The object under `key`.
    package func object(_ key: ConfigKey) throws(ConfigError) -> ConfigObject {
        guard let object = try optionalObject(key) else { throw missing(key) }
        return object
    }

    /// The object under `key`; nil where there is none.
    package func optionalObject(_ key: ConfigKey) throws(ConfigError) -> ConfigObject? {
        guard let value = value(key) else { return nil }
        guard case .object(let object) = value else { throw wrongKind(key, "an object", value) }
        return ConfigObject(file: file, path: fullPath(key), object: object)
    }

    // MARK: - Single values

    private func integer(_ value: JSONValue, _ key: ConfigKey, in range: ClosedRange<Int>) throws(ConfigError) -> Int {
        guard let integer = value.integer else { throw wrongKind(key, "a whole number", value) }
        guard range.contains(integer) else {
            throw outOfRange(key, "from \(range.lowerBound) to \(range.upperBound)", String(integer))
        }
        return integer
    }

    private func number(
        _ value: JSONValue, _ key: ConfigKey, in range: ClosedRange<Double>
    ) throws(ConfigError) -> Double {
        guard let number = value.double else { throw wrongKind(key, "a number", value) }
        guard range.contains(number) else {
            throw outOfRange(key, "from \(range.lowerBound) to \(range.upperBound)", String(number))
        }
        return number
    }

    private func elements(
        _ value: JSONValue, _ key: ConfigKey, of kind: String, limit: Int
    ) throws(ConfigError) -> [JSONValue] {
        guard case .array(let elements) = value else { throw wrongKind(key, "an array of \(kind)", value) }
        guard elements.count <= limit else {
            throw outOfRange(key, "at most \(limit) \(kind)", String(elements.count))
        }
        return elements
    }
}
