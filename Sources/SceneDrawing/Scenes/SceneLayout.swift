import TensorEngine

/// Finds places for objects: inside the picture, clear of the writing, and each at least as visible as wanted.
struct SceneLayout {
    /// The share of an object that must stay visible.
    static let leastVisible = 0.62
    /// The side, in pixels, of the picture that visibility is measured in.
    private static let side = 64

    /// Where objects' middles may lie, but for their own radius.
    let area: (low: Point, high: Point)

    /// The objects with their places, in drawing order.
    func place(_ objects: [SceneObject], using generator: inout SeededGenerator) -> [SceneObject] {
        // The first tries let objects of unlike colours overlap; the grid at the end always fits.
        for attempt in 0..<120 {
            if var placed = scatter(objects, mayOverlap: attempt < 60, using: &generator) {
                Self.measureVisibility(&placed)
                if placed.allSatisfy({ $0.visible >= Self.leastVisible }) { return placed }
            }
        }
        return grid(objects, using: &generator)
    }

    private func scatter(
        _ objects: [SceneObject], mayOverlap: Bool, using generator: inout SeededGenerator
    ) -> [SceneObject]? {
        var placed: [SceneObject] = []
        for object in objects {
            var found: Point?
            for _ in 0..<20 where found == nil {
                let reach = object.radius * 1.02 + 0.01
                let spot = Point(
                    generator.uniform(in: area.low.x + reach...max(area.low.x + reach, area.high.x - reach)),
                    generator.uniform(in: area.low.y + reach...max(area.low.y + reach, area.high.y - reach)))
                let isFree = placed.allSatisfy { other in
                    let areUnlike = object.ink.difference(from: other.ink) > 0.7
                    let nearest = mayOverlap && areUnlike ? 0.72 : 1.06
                    return (spot - other.center).length >= nearest * (object.radius + other.radius)
                }
                if isFree { found = spot }
            }
            guard let found else { return nil }
            var moved = object
            moved.center = found
            placed.append(moved)
        }
        return placed
    }

    /// Cells of equal size, shuffled: always fits what a cast can hold.
    private func grid(_ objects: [SceneObject], using generator: inout SeededGenerator) -> [SceneObject] {
        let across = objects.count <= 1 ? 1 : objects.count <= 4 ? 2 : 3
        let down = (objects.count + across - 1) / across
        let cells = generator.shuffled(Array(0..<across * down))
        let extent = area.high - area.low
        return zip(objects, cells).map { object, cell in
            var moved = object
            moved.center = Point(
                area.low.x + (Double(cell % across) + 0.5) * extent.x / Double(across),
                area.low.y + (Double(cell / across) + 0.5) * extent.y / Double(down))
            return moved
        }
    }

    /// The share of each object that those drawn after it leave free.
    static func measureVisibility(_ objects: inout [SceneObject]) {
        let masks = objects.map { CoverageMask($0.outline(side: side)) }
        for (index, mask) in masks.enumerated() {
            let covering = masks.indices.filter {
                $0 > index
                    && (objects[$0].center - objects[index].center).length
                        < 1.5 * (objects[$0].radius + objects[index].radius)
            }
            guard !covering.isEmpty else { continue }
            var seen: Float = 0
            for y in mask.top..<mask.top + mask.height {
                for x in mask.left..<mask.left + mask.width {
                    seen += covering.reduce(mask[x: x, y: y]) { $0 * (1 - masks[$1][x: x, y: y]) }
                }
            }
            objects[index].visible = Double(seen / max(mask.area, 1e-6))
        }
    }
}
