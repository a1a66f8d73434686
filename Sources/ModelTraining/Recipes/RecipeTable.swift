import JSONText

/// Keys and values of a person's own in a recipe, as YAML spells them: what a recipe hands on to a reader of `config.json`.
package indirect enum RecipeTable: Codable, Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([RecipeTable])
    case table([String: RecipeTable])

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Key.self) {
            var table: [String: RecipeTable] = [:]
            for key in members.allKeys {
                table[key.stringValue] =
                    try members.decodeNil(forKey: key) ? .null : members.decode(RecipeTable.self, forKey: key)
            }
            self = .table(table)
        } else if var elements = try? decoder.unkeyedContainer() {
            var list: [RecipeTable] = []
            while !elements.isAtEnd { list.append(try elements.decode(RecipeTable.self)) }
            self = .list(list)
        } else {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let integer = try? value.decode(Int.self) {
                self = .integer(integer)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .table(let table):
            var members = encoder.container(keyedBy: Key.self)
            for (key, value) in table.sorted(by: { $0.key < $1.key }) {
                try members.encode(value, forKey: Key(stringValue: key))
            }
        case .list(let list):
            var elements = encoder.unkeyedContainer()
            for element in list { try elements.encode(element) }
        default:
            var single = encoder.singleValueContainer()
            switch self {
            case .bool(let value): try single.encode(value)
            case .integer(let value): try single.encode(value)
            case .number(let value): try single.encode(value)
            case .text(let value): try single.encode(value)
            default: try single.encodeNil()
            }
        }
    }

    /// The same as JSON, keys in alphabetical order.
    package var json: JSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .double(value)
        case .text(let value): .string(value)
        case .list(let list): .array(list.map(\.json))
        case .table(let table): .object(table.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
        }
    }

    /// JSON as a table.
    package init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .double(let value): self = .number(value)
        case .string(let value): self = .text(value)
        case .array(let list): self = .list(list.map { RecipeTable($0) })
        case .object(let object):
            self = .table(Dictionary(object.members.map { ($0.key, RecipeTable($0.value)) }) { $1 })
        }
    }

    /// Whether this is a table.
    package var isTable: Bool { if case .table = self { true } else { false } }
    /// The members, where this is a table.
    package var members: [String: RecipeTable] { if case .table(let table) = self { table } else { [:] } }

    /// The key paths of this table that `other` does not have.
    package func paths(missingFrom other: RecipeTable) -> [String] {
        let known = other.members
        return members.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
            guard let found = known[key] else { return value == .null ? [] : [key] }
            return value.paths(missingFrom: found).map { key + "." + $0 }
        }
    }
}
