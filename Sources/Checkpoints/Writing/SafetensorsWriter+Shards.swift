import Foundation
import JSONText

extension SafetensorsWriter {
    /// The items in their order, cut so that no shard takes more than `limit` bytes unless one tensor alone does.
    static func shards(of items: [SafetensorsItem], limit: Int) -> [[SafetensorsItem]] {
        var shards: [[SafetensorsItem]] = [[]]
        var room = limit
        for item in items {
            if item.byteCount > room, !shards[shards.count - 1].isEmpty {
                shards.append([])
                room = limit
            }
            shards[shards.count - 1].append(item)
            room -= min(room, item.byteCount)
        }
        return shards
    }

    /// `model-00001-of-00002.safetensors`, as transformers names shards.
    static func shardName(_ number: Int, of count: Int) -> String {
        func padded(_ number: Int) -> String {
            String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number)
        }
        return "model-\(padded(number))-of-\(padded(count)).safetensors"
    }

    /// The index of shards under `names`.
    static func index(_ names: [String], _ shards: [[SafetensorsItem]]) -> JSONValue {
        let total = shards.joined().reduce(0) { $0 + $1.byteCount }
        let places = zip(names, shards).flatMap { name, items in items.map { ($0.name, JSONValue.string(name)) } }
        return .object([
            ("metadata", .object([("total_size", .integer(total))])),
            ("weight_map", .object(places.sorted { $0.0 < $1.0 })),
        ])
    }
}
