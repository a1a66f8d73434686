import Foundation

/// Python's operators on values.
enum TemplateArithmetic {
    /// `a operation b`
    static func result(_ operation: String, _ a: TemplateValue, _ b: TemplateValue) throws(TemplateError)
        -> TemplateValue
    {
        switch (operation, a, b) {
        case (_, .undefined(let name), _) where operation != "~": throw .undefined(name: name)
        case (_, _, .undefined(let name)) where operation != "~": throw .undefined(name: name)
        case ("~", _, _): return .string(a.text + b.text)
        case ("+", .string(let x), .string(let y)): return .string(x + y)
        case ("+", .list(let x), .list(let y)): return .list(x + y)
        case ("*", .string(let text), _): if let times = b.integer { return .string(try repeated(text, times)) }
        case ("*", _, .string(let text)): if let times = a.integer { return .string(try repeated(text, times)) }
        case ("%", .string, _): throw .wrongKind(operation: "'%'", found: "a string (printf formats)")
        default: break
        }
        if operation != "/", operation != "**", let x = a.integer, let y = b.integer {
            return .integer(try whole(operation, x, y))
        }
        guard let x = a.number, let y = b.number else {
            throw .wrongKind(operation: "'\(operation)'", found: "\(a.kind) and \(b.kind)")
        }
        return try real(operation, x, y, areWhole: a.integer != nil && b.integer != nil)
    }

    private static func repeated(_ text: String, _ times: Int) throws(TemplateError) -> String {
        guard times * 1 <= 100_000, text.utf8.count <= 100_000 else { throw .tooLong(limit: 100_000) }
        return String(repeating: text, count: max(0, times))
    }

    private static func whole(_ operation: String, _ x: Int, _ y: Int) throws(TemplateError) -> Int {
        let (value, overflow): (Int, Bool)
        switch operation {
        case "+": (value, overflow) = x.addingReportingOverflow(y)
        case "-": (value, overflow) = x.subtractingReportingOverflow(y)
        case "*": (value, overflow) = x.multipliedReportingOverflow(by: y)
        default:
            guard y != 0, !(x == .min && y == -1) else {
                throw .wrongKind(operation: "'\(operation)'", found: "a divisor of \(y)")
            }
            let quotient = x / y - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0)
            return operation == "//" ? quotient : x - quotient * y
        }
        if overflow { throw .wrongKind(operation: "'\(operation)'", found: "numbers of that size") }
        return value
    }

    private static func real(
        _ operation: String, _ x: Double, _ y: Double, areWhole: Bool
    ) throws(TemplateError) -> TemplateValue {
        switch operation {
        case "+": return .double(x + y)
        case "-": return .double(x - y)
        case "*": return .double(x * y)
        case "**":
            let power = pow(x, y)
            return areWhole && y >= 0 ? Int(exactly: power).map { .integer($0) } ?? .double(power) : .double(power)
        default:
            guard y != 0 else { throw .wrongKind(operation: "'\(operation)'", found: "a divisor of 0") }
            if operation == "/" { return .double(x / y) }
            let quotient = (x / y).rounded(.down)
            return .double(operation == "//" ? quotient : x - quotient * y)
        }
    }

    /// Whether `a operation b` holds.
    static func holds(_ operation: String, _ a: TemplateValue, _ b: TemplateValue) throws(TemplateError) -> Bool {
        switch operation {
        case "==": return a.isEqual(to: b)
        case "!=": return !a.isEqual(to: b)
        case "in": return try contains(b, a)
        case "not in": return !(try contains(b, a))
        default:
            let order = try compare(a, b, operation)
            return switch operation {
            case "<": order < 0
            case "<=": order <= 0
            case ">": order > 0
            default: order >= 0
            }
        }
    }

    /// Whether `element` is in `whole`.
    static func contains(_ whole: TemplateValue, _ element: TemplateValue) throws(TemplateError) -> Bool {
        switch whole {
        case .list(let elements): return elements.contains { $0.isEqual(to: element) }
        case .dictionary(let dictionary): return dictionary[element.text] != nil
        case .string(let text):
            guard case .string(let part) = element else { throw .wrongKind(operation: "'in'", found: element.kind) }
            return PythonString.contains(text, part)
        case .undefined: return false
        default: throw .wrongKind(operation: "'in'", found: whole.kind)
        }
    }

    /// Negative where a comes before b, positive where after.
    static func compare(_ a: TemplateValue, _ b: TemplateValue, _ operation: String) throws(TemplateError) -> Int {
        if case .string(let x) = a, case .string(let y) = b {
            if x.unicodeScalars.elementsEqual(y.unicodeScalars) { return 0 }
            return x.unicodeScalars.lexicographicallyPrecedes(y.unicodeScalars) ? -1 : 1
        }
        guard let x = a.number, let y = b.number else {
            throw .wrongKind(operation: "'\(operation)'", found: "\(a.kind) and \(b.kind)")
        }
        return x < y ? -1 : x > y ? 1 : 0
    }
}
