import Foundation
import InterleavedData
import Yams

/// A recipe as YAML: what a person wrote, laid over the complete recipe of defaults.
///
/// Every key of a recipe has a default, so the defaults spelled out are the recipe's whole schema: a key that they do not have
/// is a mistake, and is told with the keys there are.
package struct RecipeText<Recipe: Codable> {
    private var tree: Node
    private let file: String
    /// Keys whose values are laid down whole, not merged: their types read defaults themselves.
    private let opaque: Set<String>
    /// One element of each list of mappings, by the list's key path.
    private let elements: [String: Node]

    /// Begins with the defaults.
    ///
    /// - Parameters:
    ///   - file: named in errors.
    ///   - elements: default elements of lists, by key path.
    ///   - opaque: keys whose values are laid down whole.
    package init(
        defaults: Recipe, elements: [String: any Encodable] = [:], opaque: Set<String> = [], file: String
    ) throws(TrainingError) {
        self.file = file
        self.opaque = opaque
        do {
            tree = try Self.node(defaults)
            self.elements = try elements.mapValues { try Self.node($0) }
        } catch { throw .recipe(file: file, key: "recipe", problem: "\(error)") }
    }

    private static func node(_ value: any Encodable) throws -> Node {
        let text = try YAMLEncoder().encode(AnyEncodable(value))
        return try Yams.compose(yaml: text) ?? Node([:])
    }

    private struct AnyEncodable: Encodable {
        let value: any Encodable
        init(_ value: any Encodable) { self.value = value }
        func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
    }

    /// Lays the YAML document `text` over what is there.
    package mutating func merge(_ text: String) throws(TrainingError) {
        let parsed: Node?
        do { parsed = try Yams.compose(yaml: text) } catch {
            throw .recipe(file: file, key: "line", problem: "not YAML: \(error)")
        }
        guard let parsed else { return }
        tree = try merged(tree, parsed, path: "")
    }

    /// Lays `key.path=value` over what is there; the value is YAML.
    package mutating func set(_ assignment: String) throws(TrainingError) {
        guard let sign = assignment.firstIndex(of: "=") else {
            throw .recipe(file: "--set", key: assignment, problem: "wants key.path=value")
        }
        let value: Node?
        do { value = try Yams.compose(yaml: String(assignment[assignment.index(after: sign)...])) } catch {
            throw .recipe(file: "--set", key: assignment, problem: "the value is not YAML: \(error)")
        }
        let keys = assignment[..<sign].split(separator: ".").map(String.init)
        tree = try replaced(tree, keys[...], by: value ?? Node(""), path: "")
    }

    /// The recipe.
    package func recipe() throws(TrainingError) -> Recipe {
        do {
            return try YAMLDecoder().decode(Recipe.self, from: Yams.serialize(node: tree))
        } catch let error as DecodingError {
            let (path, problem) = Self.facts(of: error)
            throw .recipe(file: file, key: path, problem: problem)
        } catch { throw .recipe(file: file, key: "recipe", problem: "\(error)") }
    }

    /// A recipe spelled out whole.
    package static func text(of recipe: Recipe) throws(TrainingError) -> String {
        do { return try Yams.serialize(node: plain(try node(recipe))) } catch {
            throw .recipe(file: "recipe", key: "recipe", problem: "\(error)")
        }
    }

    /// Numbers as a person writes them: 0.9, not 8.99999976158142e-1.
    private static func plain(_ node: Node) -> Node {
        switch node {
        case .mapping(var mapping):
            for (key, value) in mapping { mapping[key] = plain(value) }
            return .mapping(mapping)
        case .sequence(var sequence):
            for index in sequence.indices { sequence[index] = plain(sequence[index]) }
            return .sequence(sequence)
        case .scalar(let scalar):
            guard scalar.style == .any || scalar.style == .plain, scalar.string.contains("e"),
                let value = Double(scalar.string)
            else { return node }
            let short = Float(value)
            // Yams writes a Float with the fifteen digits of its Double.
            let isFloat =
                Double("\(short)") == value || String(format: "%.15g", Double(short)) == String(format: "%.15g", value)
            return Node(isFloat ? "\(short)" : "\(value)")
        default: return node
        }
    }

    private func merged(_ base: Node, _ over: Node, path: String) throws(TrainingError) -> Node {
        switch (base, over) {
        case (.mapping(var mapping), .mapping(let changes)):
            let takesAnyKey = mapping.isEmpty  // a table of a person's own names
            for (key, value) in changes {
                let name = key.string ?? "\(key)"
                let place = path.isEmpty ? name : path + "." + name
                if opaque.contains(name), mapping[key] != nil {
                    mapping[key] = value
                } else if let known = mapping[key] {
                    mapping[key] = try merged(known, value, path: place)
                } else if takesAnyKey {
                    mapping[key] = value
                } else {
                    throw unknown(place, among: mapping)
                }
            }
            return .mapping(mapping)
        case (.sequence(var sequence), .sequence(let values)):
            guard let element = elements[path] else { return over }
            var nodes: [Node] = []
            for (index, value) in values.enumerated() {
                nodes.append(try merged(element, value, path: "\(path)[\(index)]"))
            }
            sequence = Node.Sequence(nodes)
            return .sequence(sequence)
        case (.mapping, _), (.sequence, _):
            throw .recipe(file: file, key: path, problem: "wants \(base.mapping == nil ? "a list" : "keys and values")")
        default: return over
        }
    }

    private func replaced(_ base: Node, _ keys: ArraySlice<String>, by value: Node, path: String)
        throws(TrainingError) -> Node
    {
        guard let key = keys.first else { return try merged(base, value, path: path) }
        let place = path.isEmpty ? key : path + "." + key
        switch base {
        case .mapping(var mapping):
            let name = Node(key)
            if opaque.contains(key), mapping[name] != nil {
                mapping[name] = Self.laid(value, over: mapping[name], at: keys.dropFirst())
                return .mapping(mapping)
            }
            if mapping[name] == nil, !mapping.isEmpty || keys.count > 1 { throw unknown(place, among: mapping) }
            mapping[name] =
                try mapping[name].map { node throws(TrainingError) in
                    try replaced(node, keys.dropFirst(), by: value, path: place)
                } ?? value
            return .mapping(mapping)
        case .sequence(var sequence):
            guard let index = Int(key), sequence.indices.contains(index) else {
                throw .recipe(
                    file: file, key: place, problem: "the list has \(sequence.count) elements, counted from 0")
            }
            sequence[index] = try replaced(sequence[index], keys.dropFirst(), by: value, path: place)
            return .sequence(sequence)
        default: throw .recipe(file: file, key: place, problem: "\(path) has no keys")
        }
    }

    /// `value` at `keys` within `base`, which is of a table that takes any key.
    private static func laid(_ value: Node, over base: Node?, at keys: ArraySlice<String>) -> Node {
        guard let key = keys.first else { return value }
        var mapping = base?.mapping ?? Node.Mapping([])
        let name = Node(key)
        mapping[name] = laid(value, over: mapping[name], at: keys.dropFirst())
        return .mapping(mapping)
    }

    private func unknown(_ place: String, among mapping: Node.Mapping) -> TrainingError {
        let known = mapping.keys.compactMap(\.string).joined(separator: ", ")
        return .recipe(file: file, key: place, problem: "no such key; there are \(known)")
    }

    private static func facts(of error: DecodingError) -> (path: String, problem: String) {
        func path(_ keys: [any CodingKey]) -> String {
            keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .typeMismatch(let type, let context): return (path(context.codingPath), "wants a value of kind \(type)")
        case .valueNotFound(let type, let context): return (path(context.codingPath), "wants a value of kind \(type)")
        case .keyNotFound(let key, let context): return (path(context.codingPath + [key]), "is missing")
        case .dataCorrupted(let context):
            if let own = context.underlyingError as? AugmentationError { return (own.key, "must be \(own.expected)") }
            return (path(context.codingPath), context.debugDescription)
        @unknown default: return ("recipe", "\(error)")
        }
    }
}
