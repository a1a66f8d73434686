/// A key of a configuration, in one or several spellings; the first that is there counts.
///
///     config.string("model_type")   config.string(["dtype", "torch_dtype"])
package struct ConfigKey: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// The spellings, the one to prefer (and to name in errors) first.
    package let spellings: [String]

    package init(stringLiteral value: String) { spellings = [value] }

    package init(arrayLiteral elements: String...) {
        precondition(!elements.isEmpty, "a key has a spelling")
        spellings = elements
    }
}
