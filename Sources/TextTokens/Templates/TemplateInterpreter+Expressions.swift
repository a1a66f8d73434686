import Foundation

extension TemplateInterpreter {
    /// The value of an expression.
    mutating func value(of expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        switch expression {
        case .string(let text): return .string(text)
        case .integer(let value): return .integer(value)
        case .double(let value): return .double(value)
        case .bool(let value): return .bool(value)
        case .none: return .none
        case .name(let name): return value(of: name)
        case .list(let elements): return .list(try values(of: elements))
        case .dictionary(let members):
            var dictionary = TemplateDictionary()
            for member in members { dictionary[try value(of: member.key).text] = try value(of: member.value) }
            return .dictionary(dictionary)
        case .attribute(let owner, let name): return try TemplateFunctions.attribute(name, of: try value(of: owner))
        case .item(let owner, let key):
            return try TemplateFunctions.item(try value(of: key), of: try value(of: owner))
        case .slice(let owner, let from, let to, let by):
            return try slice(try value(of: owner), try bound(from), try bound(to), try bound(by))
        case .call(let callee, let arguments): return try call(callee, arguments)
        case .filter(let operand, let name, let arguments):
            let (positional, named) = try evaluated(arguments)
            return try TemplateFilters.apply(name, to: try value(of: operand), positional, named)
        case .test(let operand, let name, let arguments):
            let (positional, _) = try evaluated(arguments)
            return .bool(try TemplateFilters.test(name, try value(of: operand), positional))
        case .negation(let operand): return .bool(!(try value(of: operand).isTrue))
        case .minus(let operand): return try negative(try value(of: operand))
        case .and(let a, let b):
            let first = try value(of: a)
            return first.isTrue ? try value(of: b) : first
        case .or(let a, let b):
            let first = try value(of: a)
            return first.isTrue ? first : try value(of: b)
        case .comparison(let first, let others): return .bool(try holds(first, others))
        case .arithmetic(let operation, let a, let b):
            return try TemplateArithmetic.result(operation, try value(of: a), try value(of: b))
        case .condition(let condition, let then, let otherwise):
            if try value(of: condition).isTrue { return try value(of: then) }
            guard let otherwise else { return .undefined("the value of an if without else") }
            return try value(of: otherwise)
        }
    }

    private mutating func values(of expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try value(of: expression)) }
        return values
    }

    private mutating func evaluated(
        _ arguments: TemplateArguments
    ) throws(TemplateError) -> ([TemplateValue], [String: TemplateValue]) {
        var named: [String: TemplateValue] = [:]
        for argument in arguments.named { named[argument.name] = try value(of: argument.value) }
        return (try values(of: arguments.positional), named)
    }

    private mutating func bound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
        guard let expression else { return nil }
        let value = try value(of: expression)
        if case .none = value { return nil }
        guard let integer = value.integer else { throw .wrongKind(operation: "a slice", found: value.kind) }
        // Far beyond any length, and safe to add to.
        return min(max(integer, -1 << 40), 1 << 40)
    }

    private func slice(_ value: TemplateValue, _ from: Int?, _ to: Int?, _ by: Int?) throws(TemplateError)
        -> TemplateValue
    {
        let step = by ?? 1
        guard step != 0 else { throw .wrongKind(operation: "a slice", found: "a step of 0") }
        switch value {
        case .list(let elements):
            return .list(PythonString.indices(from: from, to: to, by: step, count: elements.count).map { elements[$0] })
        case .string(let text):
            let scalars = Array(text.unicodeScalars)
            let taken = PythonString.indices(from: from, to: to, by: step, count: scalars.count).map { scalars[$0] }
            return .string(PythonString.string(taken[...]))
        case .undefined(let name): throw .undefined(name: name)
        default: throw .wrongKind(operation: "a slice", found: value.kind)
        }
    }

    private func negative(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch value {
        case .integer(let integer) where integer != .min: return .integer(-integer)
        case .double(let double): return .double(-double)
        default: throw .wrongKind(operation: "a minus sign", found: value.kind)
        }
    }

    private mutating func holds(
        _ first: TemplateExpression, _ others: [(operation: String, operand: TemplateExpression)]
    ) throws(TemplateError) -> Bool {
        var left = try value(of: first)
        for other in others {
            let right = try value(of: other.operand)
            guard try TemplateArithmetic.holds(other.operation, left, right) else { return false }
            left = right
        }
        return true
    }

    // MARK: - Calls

    private mutating func call(
        _ callee: TemplateExpression, _ arguments: TemplateArguments
    ) throws(TemplateError) -> TemplateValue {
        let (positional, named) = try evaluated(arguments)
        if case .attribute(let owner, let name) = callee {
            let owner = try value(of: owner)
            if let result = try TemplateMethods.call(name, on: owner, positional, named) { return result }
            return try call(try TemplateFunctions.attribute(name, of: owner), positional, named)
        }
        return try call(try value(of: callee), positional, named)
    }

    private mutating func call(
        _ callee: TemplateValue, _ positional: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateValue {
        switch callee {
        case .macro(let macro): return try call(macro, positional, named)
        case .function(let name): return try TemplateFunctions.call(name, positional, named, date: date)
        case .undefined(let name): throw .undefined(name: name)
        default: throw .wrongKind(operation: "a call", found: callee.kind)
        }
    }
}
