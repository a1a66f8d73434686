/// The longest match of any of many patterns at a position, in time linear in the length of the match.
///
/// A deterministic automaton is made out of the network of all patterns while texts are read (subset construction on
/// demand): a state that no text reaches is never made, and each state's transitions are computed once.
///
///     var words = LexicalAutomaton([LexicalPatternParser.parse("a+", sets: [:])])
///     words.longestMatch(in: Array("aab".utf16), at: 0)    // (rule: 0, end: 2)
struct LexicalAutomaton: Sendable {
    private let network: LexicalNetwork
    /// Code units that no set tells apart share a class.
    private let classOf: [UInt8]
    private let classCount: Int
    /// `isMember[set * classCount + class]`: whether the class lies in the set.
    private let isMember: [Bool]

    private static let unknown: Int32 = -2
    private static let dead: Int32 = -1
    /// `[state * classCount + class]` → state, `dead` or `unknown`.
    private var transitions: [Int32] = []
    /// The first rule that each state accepts, or −1.
    private var accepted: [Int32] = []
    private var members: [[Int]] = []
    private var stateOf: [[Int]: Int32] = [:]

    /// An automaton for these patterns; where two match equally far the earlier one wins.
    init(_ patterns: [LexicalPattern]) {
        network = LexicalNetwork(patterns)
        (classOf, classCount) = Self.partition(by: network.sets)
        var isMember = [Bool](repeating: false, count: network.sets.count * classCount)
        var representative = [UInt16?](repeating: nil, count: classCount)
        for unit in 0...0xFFFF where representative[Int(classOf[unit])] == nil {
            representative[Int(classOf[unit])] = UInt16(unit)
        }
        for (set, units) in network.sets.enumerated() {
            for (position, unit) in representative.enumerated() {
                if let unit { isMember[set * classCount + position] = units.contains(unit) }
            }
        }
        self.isMember = isMember
        _ = state(for: network.closure(of: [0]))
    }

    /// The longest non-empty match that starts at `start`: the rule and the position after it.
    mutating func longestMatch(in units: [UInt16], at start: Int) -> (rule: Int, end: Int)? {
        var best: (rule: Int, end: Int)?
        var current: Int32 = 0
        var position = start
        while position < units.count {
            current = step(current, units[position])
            guard current >= 0 else { break }
            position += 1
            let rule = accepted[Int(current)]
            if rule >= 0 { best = (Int(rule), position) }
        }
        return best
    }

    /// The ends of all matches that start at `start` and lie within `units[..<limit]`, ascending.
    mutating func matchEnds(in units: [UInt16], at start: Int, limit: Int) -> [Int] {
        var ends = accepted[0] >= 0 ? [start] : []
        var current: Int32 = 0
        var position = start
        while position < limit {
            current = step(current, units[position])
            guard current >= 0 else { break }
            position += 1
            if accepted[Int(current)] >= 0 { ends.append(position) }
        }
        return ends
    }

    private mutating func step(_ state: Int32, _ unit: UInt16) -> Int32 {
        let slot = Int(state) * classCount + Int(classOf[Int(unit)])
        let next = transitions[slot]
        return next == Self.unknown
            ? makeTransition(from: Int(state), slot: slot, unitClass: Int(classOf[Int(unit)])) : next
    }

    private mutating func makeTransition(from state: Int, slot: Int, unitClass: Int) -> Int32 {
        var seeds: [Int] = []
        for node in members[state] {
            if let set = network.nodes[node].set, isMember[set * classCount + unitClass] {
                seeds.append(network.nodes[node].next)
            }
        }
        let next = seeds.isEmpty ? Self.dead : self.state(for: network.closure(of: seeds))
        transitions[slot] = next
        return next
    }

    private mutating func state(for nodes: [Int]) -> Int32 {
        if let known = stateOf[nodes] { return known }
        let state = Int32(members.count)
        stateOf[nodes] = state
        members.append(nodes)
        accepted.append(Int32(nodes.compactMap { network.nodes[$0].accepts }.min() ?? -1))
        transitions.append(contentsOf: repeatElement(Self.unknown, count: classCount))
        return state
    }

    /// Splits the code units into the coarsest classes that every set is a union of.
    private static func partition(by sets: [CodeUnitSet]) -> (classOf: [UInt8], count: Int) {
        var classOf = [UInt8](repeating: 0, count: 0x10000)
        var count = 1
        for set in sets {
            var split: [UInt8: UInt8] = [:]
            var sizeInside = [Int](repeating: 0, count: 256)
            for range in set.ranges { for unit in range { sizeInside[Int(classOf[Int(unit)])] += 1 } }
            var size = [Int](repeating: 0, count: 256)
            for unitClass in classOf { size[Int(unitClass)] += 1 }
            for old in 0..<count where sizeInside[old] > 0 && sizeInside[old] < size[old] {
                precondition(count < 256, "more than 256 classes of code units")
                split[UInt8(old)] = UInt8(count)
                count += 1
            }
            guard !split.isEmpty else { continue }
            for range in set.ranges {
                for unit in range {
                    if let new = split[classOf[Int(unit)]] { classOf[Int(unit)] = new }
                }
            }
        }
        return (classOf, count)
    }
}
