/// A regular expression made ready for matching: a list of instructions for `PatternMatcher`.
struct PatternProgram: Sendable {
    /// What one step does. The operands are numbers so that a step costs no memory management.
    struct Instruction: Sendable {
        enum Operation: UInt8, Sendable {
            /// The match is complete.
            case match
            /// One scalar of set `first`.
            case set
            /// As many scalars of set `first` as there are, between `second` and `third`; fewer when that fails later.
            case greedySet
            /// The same, never fewer.
            case possessiveSet
            /// Goes on at `first`.
            case jump
            /// Goes on at the next instruction, and at `first` when that fails.
            case tryNextElse
            /// Goes on at `first`, and at the next instruction when that fails.
            case tryJumpElse
            /// One of the alternatives of table `first`.
            case alternatives
            /// Up to `first` stands what has to match here (`second` is 1 where it must not).
            case lookAhead
            /// The same before here, `third` scalars back.
            case lookBehind
            /// Up to `first` stands what is matched in one way only.
            case atomic
            /// The place `first` says.
            case assertion
            /// Notes the position in register `first`.
            case mark
            /// Fails where nothing was matched since register `first` was noted.
            case progress
        }
        var operation: Operation
        var first: Int32 = 0
        var second: Int32 = 0
        var third: Int32 = 0
    }

    /// The alternatives that a first byte leaves: where each begins, and for every byte a bit for each that can match.
    struct Alternatives: Sendable {
        var starts: [Int32]
        /// For ASCII bytes, then for every other byte, then for the text's end.
        var possible: [UInt64]
    }

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [ScalarSet] = []
    /// Two words of bits for each set: its ASCII scalars.
    private(set) var asciiBits: [UInt64] = []
    private(set) var alternatives: [Alternatives] = []
    private(set) var registerCount = 0
    /// Longer programs are refused.
    private static let sizeLimit = 20_000

    /// The program of a pattern.
    init(_ pattern: String) throws(PatternParser.Problem) {
        let node = try PatternParser.parse(pattern)
        try emit(node)
        instructions.append(Instruction(operation: .match))
    }

    private mutating func add(_ instruction: Instruction) throws(PatternParser.Problem) {
        guard instructions.count < Self.sizeLimit else {
            throw PatternParser.Problem(reason: "the pattern is too large", offset: 0)
        }
        instructions.append(instruction)
    }

    private mutating func add(_ set: ScalarSet) -> Int32 {
        let index = sets.count
        sets.append(set)
        let bits = PatternNode.set(set).first()
        asciiBits.append(contentsOf: [bits.low, bits.high])
        return Int32(index)
    }

    private var here: Int32 { Int32(instructions.count) }

    private mutating func emit(_ node: PatternNode) throws(PatternParser.Problem) {
        switch node {
        case .empty: break
        case .set(let set): try add(Instruction(operation: .set, first: add(set)))
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .alternation(let nodes): try emitAlternation(nodes)
        case .repetition(let node, let minimum, let maximum, let mode):
            try emitRepetition(node, minimum, maximum, mode)
        case .look(let node, let isBehind, let isNegative):
            var width = 0
            if isBehind {
                guard let fixed = node.fixedWidth else {
                    throw PatternParser.Problem(reason: "looking behind for what has no fixed length", offset: 0)
                }
                width = fixed
            }
            try emitNested(
                Instruction(
                    operation: isBehind ? .lookBehind : .lookAhead, second: isNegative ? 1 : 0, third: Int32(width)),
                node)
        case .atomic(let node): try emitNested(Instruction(operation: .atomic), node)
        case .assertion(let place): try add(Instruction(operation: .assertion, first: place.rawValue))
        }
    }

    /// A pattern within the pattern, which ends with `match`.
    private mutating func emitNested(
        _ instruction: Instruction, _ node: PatternNode
    ) throws(PatternParser.Problem) {
        let start = instructions.count
        try add(instruction)
        try emit(node)
        try add(Instruction(operation: .match))
        instructions[start].first = here
    }

    private mutating func emitAlternation(_ nodes: [PatternNode]) throws(PatternParser.Problem) {
        guard nodes.count <= 64 else { return try emitLongAlternation(nodes) }
        let table = alternatives.count
        alternatives.append(Alternatives(starts: [], possible: [UInt64](repeating: 0, count: 130)))
        try add(Instruction(operation: .alternatives, first: Int32(table)))
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            let first = node.first()
            let bit = UInt64(1) << UInt64(index)
            for byte in 0..<128 {
                let bits = byte < 64 ? first.low >> UInt64(byte) : first.high >> UInt64(byte - 64)
                if bits & 1 == 1 || first.nullable { alternatives[table].possible[byte] |= bit }
            }
            if first.others || first.nullable { alternatives[table].possible[128] |= bit }
            if first.nullable { alternatives[table].possible[129] |= bit }
            alternatives[table].starts.append(here)
            try emit(node)
            if index < nodes.count - 1 {
                jumps.append(instructions.count)
                try add(Instruction(operation: .jump))
            }
        }
        for jump in jumps { instructions[jump].first = here }
    }

    private mutating func emitLongAlternation(_ nodes: [PatternNode]) throws(PatternParser.Problem) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            let start = instructions.count
            if index < nodes.count - 1 { try add(Instruction(operation: .tryNextElse)) }
            try emit(node)
            guard index < nodes.count - 1 else { break }
            jumps.append(instructions.count)
            try add(Instruction(operation: .jump))
            instructions[start].first = here
        }
        for jump in jumps { instructions[jump].first = here }
    }

    private mutating func emitRepetition(
        _ node: PatternNode, _ minimum: Int, _ maximum: Int?, _ mode: RepetitionMode
    ) throws(PatternParser.Problem) {
        if case .set(let set) = node, mode != .lazy {
            let operation: Instruction.Operation = mode == .greedy ? .greedySet : .possessiveSet
            try add(
                Instruction(
                    operation: operation, first: add(set), second: Int32(minimum),
                    third: maximum.map { Int32($0) } ?? .max))
            return
        }
        if mode == .possessive {
            let inner = PatternNode.repetition(node, minimum: minimum, maximum: maximum, mode: .greedy)
            try emitNested(Instruction(operation: .atomic), inner)
            return
        }
        for _ in 0..<minimum { try emit(node) }
        let operation: Instruction.Operation = mode == .greedy ? .tryNextElse : .tryJumpElse
        if let maximum {
            var exits: [Int] = []
            for _ in minimum..<max(minimum, maximum) {
                exits.append(instructions.count)
                try add(Instruction(operation: operation))
                try emit(node)
            }
            for exit in exits { instructions[exit].first = here }
            return
        }
        let register = Int32(registerCount)
        registerCount += 1
        let loop = instructions.count
        try add(Instruction(operation: operation))
        try add(Instruction(operation: .mark, first: register))
        try emit(node)
        try add(Instruction(operation: .progress, first: register))
        try add(Instruction(operation: .jump, first: Int32(loop)))
        instructions[loop].first = here
    }
}
