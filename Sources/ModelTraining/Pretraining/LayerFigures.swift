import Foundation
import JSONText
import NeuralLayers

/// What the routers and sparse feed-forwards of a decoder did over one pass or several, layer by layer.
package struct LayerFigures: Sendable {
    /// One layer's sums.
    package struct Layer: Sendable {
        /// Tokens that chose each expert; empty where there are no experts.
        package var load: [Int] = []
        /// Assignments that found no place.
        package var dropped = 0
        /// Σ tokens · mean entropy of the router, nats.
        var entropy = 0.0
        var entropyWeight = 0.0
        /// How often each sparse unit was chosen; empty where units were not counted.
        package var usage: [Int] = []

        /// Mean entropy of the router's probabilities, nats.
        package var meanEntropy: Double { entropyWeight > 0 ? entropy / entropyWeight : 0 }

        /// `max load / mean load − 1`
        package var violation: Double {
            let sum = load.reduce(0, +)
            return sum > 0 ? Double(load.max() ?? 0) * Double(load.count) / Double(sum) - 1 : 0
        }

        /// Share of assignments that were dropped.
        package var droppedShare: Double { Double(dropped) / Double(max(1, load.reduce(0, +))) }

        /// Share of units that no token chose.
        package var unusedShare: Double { Double(usage.count { $0 == 0 }) / Double(max(1, usage.count)) }
    }

    /// By the layer's number.
    package private(set) var layers: [Int: Layer] = [:]

    /// Nothing yet.
    package init() {}

    /// Takes in the reports of a pass.
    package mutating func add(_ reports: LayerReports) {
        for report in reports.routers {
            var layer = layers[report.layer] ?? Layer()
            layer.load = Self.sum(layer.load, report.load)
            layer.dropped += report.dropped
            layer.entropy += report.entropy * Double(report.assignments)
            layer.entropyWeight += Double(report.assignments)
            layers[report.layer] = layer
        }
        for report in reports.sparsity {
            layers[report.layer, default: Layer()].usage = Self.sum(layers[report.layer]?.usage ?? [], report.usage)
        }
    }

    private static func sum(_ a: [Int], _ b: [Int]) -> [Int] {
        a.count == b.count ? zip(a, b).map { $0 + $1 } : a.isEmpty ? b : a
    }

    /// Tokens that chose each expert, one a layer with experts, in order.
    package var loads: [[Int]] { layers.sorted { $0.key < $1.key }.map(\.value.load).filter { !$0.isEmpty } }

    /// Means over the layers, for the log.
    package var members: [(key: String, value: JSONValue)] {
        let routers = layers.values.filter { !$0.load.isEmpty }
        let sparse = layers.values.filter { !$0.usage.isEmpty }
        var members: [(key: String, value: JSONValue)] = []
        func mean(_ key: String, _ values: [Double]) {
            // Sorted, since the dictionary's order is not the same in two processes.
            if !values.isEmpty { members.append((key, .double(values.sorted().reduce(0, +) / Double(values.count)))) }
        }
        mean("router_entropy", routers.map(\.meanEntropy))
        mean("router_violation", routers.map(\.violation))
        mean("router_dropped", routers.map(\.droppedShare))
        mean("unused_units", sparse.map(\.unusedShare))
        return members
    }

    /// Every layer, for the log.
    ///
    /// - Parameter block: N of one-in-N sparse layers.
    package func json(block: Int?) -> JSONValue {
        .array(
            layers.sorted { $0.key < $1.key }.map { index, layer in
                var members: [(key: String, value: JSONValue)] = [("layer", .integer(index))]
                if !layer.load.isEmpty {
                    let sum = Double(max(1, layer.load.reduce(0, +)))
                    members.append(
                        ("load", .array(layer.load.map { .double((Double($0) / sum * 1e4).rounded() / 1e4) })))
                    members.append(("violation", .double(layer.violation)))
                    members.append(("entropy", .double(layer.meanEntropy)))
                    members.append(("dropped", .double(layer.droppedShare)))
                }
                if !layer.usage.isEmpty {
                    if let block { members.append(("active_units", .double(1 / Double(block)))) }
                    members.append(("unused_units", .double(layer.unusedShare)))
                }
                return .object(members)
            })
    }
}
