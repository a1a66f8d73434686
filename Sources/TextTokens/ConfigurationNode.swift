import JSONText

/// A value of a JSON file together with its place there, so that every complaint can name file and key.
struct ConfigurationNode {
    let file: String
    /// Keys and indices from the top, such as `pre_tokenizer.pretokenizers[0].type`.
    let path: String
    let value: JSONValue

    /// The value under `key`; nothing where the key is absent or its value `null`.
    func optional(_ key: String) -> ConfigurationNode? {
        guard let member = value[key], !member.isNull else { return nil }
        return ConfigurationNode(file: file, path: path.isEmpty ? key : "\(path).\(key)", value: member)
    }

    /// The value under `key`.
    func required(_ key: String) throws(TokenizerError) -> ConfigurationNode {
        guard value.object != nil else { throw wrong("an object") }
        guard let node = optional(key) else {
            throw .missingKey(file: file, key: path.isEmpty ? key : "\(path).\(key)")
        }
        return node
    }

    /// The string that this is.
    func string() throws(TokenizerError) -> String {
        guard let string = value.string else { throw wrong("a string") }
        return string
    }

    /// The truth value that this is.
    func bool() throws(TokenizerError) -> Bool {
        guard let bool = value.bool else { throw wrong("true or false") }
        return bool
    }

    /// The integer in the range that this is.
    func integer(in range: ClosedRange<Int>) throws(TokenizerError) -> Int {
        guard let integer = value.integer, range.contains(integer) else {
            throw wrong("an integer in \(range.lowerBound)...\(range.upperBound)")
        }
        return integer
    }

    /// The elements of the array that this is.
    func elements() throws(TokenizerError) -> [ConfigurationNode] {
        guard let array = value.array else { throw wrong("an array") }
        return array.enumerated().map {
            ConfigurationNode(file: file, path: "\(path)[\($0.offset)]", value: $0.element)
        }
    }

    /// The one scalar of the string that this is.
    func scalar() throws(TokenizerError) -> UInt32 {
        let scalars = Array(try string().unicodeScalars)
        guard scalars.count == 1 else { throw wrong("a single character") }
        return scalars[0].value
    }

    /// The `type` of the component that this is.
    func type() throws(TokenizerError) -> String { try required("type").string() }

    /// The truth value under `key`, or what holds where there is none.
    func bool(_ key: String, default value: Bool) throws(TokenizerError) -> Bool {
        try optional(key)?.bool() ?? value
    }

    /// The string under `key`, if there is one.
    func string(_ key: String) throws(TokenizerError) -> String? { try optional(key)?.string() }

    /// The complaint that this value is of the wrong kind.
    func wrong(_ expected: String) -> TokenizerError {
        .wrongValue(file: file, key: path.isEmpty ? "the file" : path, expected: expected)
    }

    /// The complaint that the component's type is not known.
    func unknownType(_ found: String) -> TokenizerError { .unknownType(file: file, key: path, found: found) }
}
