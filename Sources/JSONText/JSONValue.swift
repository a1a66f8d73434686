/// A JSON document as values, in the order of the file.
///
/// Written for what we read most: tokenizer files of megabytes, safetensors headers of thousands of tensors, and
/// configurations where a repeated key is an error somebody should hear of. `JSONDecoder` takes 190 ms for a 3.2 MB
/// tokenizer file and silently keeps the last of two equal keys.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int)
    /// Every other number.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The value under `key`, where this is an object that has it.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The string, where this is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The truth value, where this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, where this is one, or a double without a fraction (`1e3`).
    public var integer: Int? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number as a double, where this is a number.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The elements, where this is an array.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members, where this is an object.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }
}

/// The members of a JSON object, in the order of the file, found by key in constant time.
public struct JSONObject: Sendable, Equatable {
    /// Keys and values as they stand in the file; a repeated key stands here as often as it is repeated.
    public let members: [(key: String, value: JSONValue)]
    private let index: [String: Int]
    /// The first key that occurs twice, if one does.
    public let duplicateKey: String?

    /// An object with these members.
    public init(_ members: [(key: String, value: JSONValue)]) {
        self.members = members
        var index = [String: Int](minimumCapacity: members.count)
        var duplicate: String?
        for (position, member) in members.enumerated() where index.updateValue(position, forKey: member.key) != nil {
            duplicate = duplicate ?? member.key
        }
        self.index = index
        duplicateKey = duplicate
    }

    /// The value under `key`; the last one where the key is repeated.
    public subscript(key: String) -> JSONValue? { index[key].map { members[$0].value } }

    /// The keys in the order of the file.
    public var keys: [String] { members.map(\.key) }

    /// Equal members in equal order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    }
}
