/// Which pictures are the same, or nearly.
struct DuplicateGroups {
    /// Indices of pictures with equal bytes; each group has at least two, in rising order.
    let same: [[Int]]
    /// Indices of pictures that look alike, chains joined, where not all of their bytes are equal.
    let near: [[Int]]

    /// Groups fingerprints; nil stands for a picture that has none.
    /// - Parameter haveEqualBytes: asked for pictures of equal hash and length.
    init(_ prints: [PictureFingerprint?], haveEqualBytes: (Int, Int) -> Bool) {
        var exact = DisjointSets(count: prints.count)
        var byHash: [UInt64: [Int]] = [:]
        for (index, print) in prints.enumerated() { if let print { byHash[print.byteHash, default: []].append(index) } }
        for indices in byHash.values where indices.count > 1 {
            for (position, index) in indices.enumerated().dropFirst() {
                let twin = indices[..<position].first {
                    prints[$0]?.byteCount == prints[index]?.byteCount && haveEqualBytes($0, index)
                }
                if let twin { exact.join(twin, index) }
            }
        }
        var alike = exact
        Self.joinAlike(prints, &alike)
        same = exact.groups
        near = alike.groups.filter { group in Set(group.map { exact.root($0) }).count > 1 }
    }

    /// Joins pictures that look alike. They are sorted into cells by their mean colour, so that only neighbouring cells are
    /// compared.
    private static func joinAlike(_ prints: [PictureFingerprint?], _ sets: inout DisjointSets) {
        let width = PictureFingerprint.meanTolerance + 1
        func cell(_ print: PictureFingerprint) -> [Int] { print.mean.map { Int($0) / width } }
        var cells: [[Int]: [Int]] = [:]
        for (index, print) in prints.enumerated() {
            guard let print else { continue }
            let home = cell(print)
            for red in -1...1 {
                for green in -1...1 {
                    for blue in -1...1 {
                        for other in cells[[home[0] + red, home[1] + green, home[2] + blue]] ?? []
                        where !sets.areJoined(other, index) {
                            if prints[other]?.isNear(print) == true { sets.join(other, index) }
                        }
                    }
                }
            }
            cells[home, default: []].append(index)
        }
    }
}

/// Sets of numbers that are merged two by two.
private struct DisjointSets {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    func root(_ element: Int) -> Int {
        var element = element
        while parents[element] != element { element = parents[element] }
        return element
    }

    func areJoined(_ first: Int, _ second: Int) -> Bool { root(first) == root(second) }

    /// The smaller root becomes the root of both; the way up is shortened.
    mutating func join(_ first: Int, _ second: Int) {
        let (low, high) = (min(root(first), root(second)), max(root(first), root(second)))
        parents[high] = low
        for element in [first, second] {
            var element = element
            while parents[element] != low, element != low { (parents[element], element) = (low, parents[element]) }
        }
    }

    /// The sets of two or more, by their smallest element.
    var groups: [[Int]] {
        var members: [Int: [Int]] = [:]
        for element in parents.indices { members[root(element), default: []].append(element) }
        return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }
}
