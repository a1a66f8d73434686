/// The rules of a lexer as one nondeterministic automaton (Thompson's construction).
///
/// A node either waits for a code unit, or leads on without reading (`free`), or accepts a rule.
struct LexicalNetwork: Sendable {
    /// One node.
    struct Node: Sendable {
        /// The set that leads to `next`; nil for nodes that read nothing.
        var set: Int?
        /// Where the code unit leads.
        var next = 0
        /// Nodes that are reached without reading.
        var free: [Int] = []
        /// The rule that is matched here.
        var accepts: Int?
    }

    private(set) var nodes: [Node] = [Node()]
    /// The different sets that nodes wait for.
    private(set) var sets: [CodeUnitSet] = []
    private var setIndex: [CodeUnitSet: Int] = [:]

    /// The network of these patterns; node 0 is the start, and pattern `i` accepts as rule `i`.
    init(_ patterns: [LexicalPattern]) {
        for (rule, pattern) in patterns.enumerated() {
            let entry = newNode()
            let exit = add(pattern, from: entry)
            nodes[exit].accepts = rule
            nodes[0].free.append(entry)
        }
    }

    private mutating func newNode() -> Int {
        nodes.append(Node())
        return nodes.count - 1
    }

    /// Adds `pattern` behind the node `start` and returns the node where it ends.
    private mutating func add(_ pattern: LexicalPattern, from start: Int) -> Int {
        switch pattern {
        case .unit(let set):
            let reader = newNode()
            let end = newNode()
            nodes[start].free.append(reader)
            nodes[reader].set = index(of: set)
            nodes[reader].next = end
            return end
        case .sequence(let parts):
            var end = start
            for part in parts { end = add(part, from: end) }
            return end
        case .choice(let options):
            let end = newNode()
            for option in options {
                let entry = newNode()
                nodes[start].free.append(entry)
                nodes[add(option, from: entry)].free.append(end)
            }
            return end
        case .repeated(let part, let minimum, let maximum):
            return addRepeated(part, minimum: minimum, maximum: maximum, from: start)
        }
    }

    private mutating func addRepeated(_ part: LexicalPattern, minimum: Int, maximum: Int?, from start: Int) -> Int {
        var end = start
        for _ in 0..<minimum { end = add(part, from: end) }
        let last = newNode()
        nodes[end].free.append(last)
        if let maximum {
            for _ in minimum..<max(minimum, maximum) {
                let entry = newNode()
                nodes[end].free.append(entry)
                end = add(part, from: entry)
                nodes[end].free.append(last)
            }
        } else {
            let entry = newNode()
            nodes[end].free.append(entry)
            let loopEnd = add(part, from: entry)
            nodes[loopEnd].free.append(contentsOf: [entry, last])
        }
        return last
    }

    private mutating func index(of set: CodeUnitSet) -> Int {
        if let known = setIndex[set] { return known }
        sets.append(set)
        setIndex[set] = sets.count - 1
        return sets.count - 1
    }

    /// `seeds` and all nodes that are reached from them without reading; sorted.
    func closure(of seeds: [Int]) -> [Int] {
        var isReached = Set(seeds)
        var open = seeds
        while let node = open.popLast() {
            for next in nodes[node].free where isReached.insert(next).inserted { open.append(next) }
        }
        return isReached.filter { nodes[$0].set != nil || nodes[$0].accepts != nil }.sorted()
    }
}
