/// Matches a `PatternProgram` against UTF-8 text by backtracking, with its own stack, so that no text is too long.
struct PatternMatcher {
    /// Another way to go on, should the present one fail.
    private struct Alternative {
        enum Kind: UInt8 { case goOn, shorter, alternatives, register }
        var kind: Kind
        var instruction: Int32
        var position: Int
        /// Where the run begins that may be shortened no further; or the alternatives left; or the register's value.
        var extra: UInt64
    }

    private let program: PatternProgram
    private var stack: [Alternative] = []
    private var registers: [Int]

    init(_ program: PatternProgram) {
        self.program = program
        registers = [Int](repeating: -1, count: program.registerCount)
    }

    /// Where the match that starts at `start` ends, or -1.
    ///
    /// - Parameter bounds: the text is looked at only within these.
    mutating func end(_ text: [UInt8], _ bounds: Range<Int>, from start: Int) -> Int {
        stack.removeAll(keepingCapacity: true)
        return run(text, bounds, start, at: 0)
    }

    private mutating func run(_ text: [UInt8], _ bounds: Range<Int>, _ start: Int, at entry: Int) -> Int {
        let base = stack.count
        var position = start
        var counter = entry
        let limit = bounds.upperBound
        while true {
            let instruction = program.instructions[counter]
            var isMatch = true
            switch instruction.operation {
            case .match:
                stack.removeSubrange(base...)
                return position
            case .set:
                isMatch = position < limit && step(text, Int(instruction.first), &position)
                counter += 1
            case .greedySet:
                isMatch = runOfSet(text, limit, instruction, &position, next: counter + 1)
                counter += 1
            case .possessiveSet:
                isMatch = runOfSet(text, limit, instruction, &position, next: nil)
                counter += 1
            case .jump: counter = Int(instruction.first)
            case .tryNextElse:
                push(.goOn, instruction.first, position)
                counter += 1
            case .tryJumpElse:
                push(.goOn, Int32(counter + 1), position)
                counter = Int(instruction.first)
            case .alternatives:
                let byte = position < limit ? min(Int(text[position]), 128) : 129
                let possible = program.alternatives[Int(instruction.first)].possible[byte]
                isMatch = choose(possible, instruction.first, position, &counter)
            case .lookAhead:
                isMatch = (run(text, bounds, position, at: counter + 1) >= 0) == (instruction.second == 0)
                counter = Int(instruction.first)
            case .lookBehind:
                let before = back(text, bounds, position, Int(instruction.third))
                let found = before >= 0 && run(text, bounds, before, at: counter + 1) >= 0
                isMatch = found == (instruction.second == 0)
                counter = Int(instruction.first)
            case .atomic:
                let end = run(text, bounds, position, at: counter + 1)
                isMatch = end >= 0
                position = end
                counter = Int(instruction.first)
            case .assertion:
                isMatch = holds(PatternAssertion(rawValue: instruction.first), text, bounds, position)
                counter += 1
            case .mark:
                let register = Int(instruction.first)
                push(.register, instruction.first, position, UInt64(bitPattern: Int64(registers[register])))
                registers[register] = position
                counter += 1
            case .progress:
                isMatch = registers[Int(instruction.first)] != position
                counter += 1
            }
            if !isMatch, !goBack(text, base, &position, &counter) { return -1 }
        }
    }

    // MARK: - Going back

    @inline(__always)
    private mutating func push(_ kind: Alternative.Kind, _ instruction: Int32, _ position: Int, _ extra: UInt64 = 0) {
        stack.append(Alternative(kind: kind, instruction: instruction, position: position, extra: extra))
    }

    /// Takes the first of the alternatives and keeps the others.
    @inline(__always)
    private mutating func choose(_ possible: UInt64, _ table: Int32, _ position: Int, _ counter: inout Int) -> Bool {
        guard possible != 0 else { return false }
        let rest = possible & (possible - 1)
        if rest != 0 { push(.alternatives, table, position, rest) }
        counter = Int(program.alternatives[Int(table)].starts[possible.trailingZeroBitCount])
        return true
    }

    private mutating func goBack(_ text: [UInt8], _ base: Int, _ position: inout Int, _ counter: inout Int) -> Bool {
        while stack.count > base, let top = stack.popLast() {
            switch top.kind {
            case .goOn:
                position = top.position
                counter = Int(top.instruction)
                return true
            case .shorter:
                position = UTF8Text.previous(text, top.position, from: Int(top.extra))
                if position > Int(top.extra) { push(.shorter, top.instruction, position, top.extra) }
                counter = Int(top.instruction)
                return true
            case .alternatives:
                position = top.position
                return choose(top.extra, top.instruction, position, &counter)
            case .register: registers[Int(top.instruction)] = Int(Int64(bitPattern: top.extra))
            }
        }
        return false
    }

    // MARK: - Scalars

    @inline(__always)
    private func step(_ text: [UInt8], _ set: Int, _ position: inout Int) -> Bool {
        let byte = text[position]
        if byte < 0x80 {
            guard program.asciiBits[set &* 2 &+ Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 else { return false }
            position += 1
            return true
        }
        let (scalar, length) = UTF8Text.scalar(text, position)
        guard program.sets[set].contains(scalar) else { return false }
        position += length
        return true
    }

    private mutating func runOfSet(
        _ text: [UInt8], _ limit: Int, _ instruction: PatternProgram.Instruction, _ position: inout Int, next: Int?
    ) -> Bool {
        let set = Int(instruction.first)
        let maximum = Int(instruction.third)
        var count = 0
        var shortest = position
        while count < maximum, position < limit, step(text, set, &position) {
            count += 1
            if count == Int(instruction.second) { shortest = position }
        }
        guard count >= Int(instruction.second) else { return false }
        if let next, position > shortest, program.instructions[next].operation != .match {
            push(.shorter, Int32(next), position, UInt64(shortest))
        }
        return true
    }

    private func back(_ text: [UInt8], _ bounds: Range<Int>, _ position: Int, _ count: Int) -> Int {
        var result = position
        for _ in 0..<count {
            guard result > bounds.lowerBound else { return -1 }
            result = UTF8Text.previous(text, result, from: bounds.lowerBound)
        }
        return result
    }

    private func holds(
        _ place: PatternAssertion?, _ text: [UInt8], _ bounds: Range<Int>, _ position: Int
    ) -> Bool {
        let isStart = position == bounds.lowerBound
        let isEnd = position == bounds.upperBound
        switch place {
        case .textStart: return isStart
        case .textEnd: return isEnd
        case .lineStart: return isStart || (text[position - 1] == 0x0A && !isEnd)
        case .lineEnd: return isEnd || text[position] == 0x0A
        case .textEndOrLastNewline:
            return isEnd || (position == bounds.upperBound - 1 && text[position] == 0x0A)
        case .wordBoundary, .notWordBoundary:
            let before = !isStart && isWord(text, UTF8Text.previous(text, position, from: bounds.lowerBound))
            let after = !isEnd && isWord(text, position)
            return (before != after) == (place == .wordBoundary)
        case nil: return false
        }
    }

    private func isWord(_ text: [UInt8], _ position: Int) -> Bool {
        ScalarProperty.word.contains(UTF8Text.scalar(text, position).value)
    }
}
