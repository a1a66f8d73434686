/// An expression of a template.
indirect enum TemplateExpression: Sendable {
    case string(String)
    case integer(Int)
    case double(Double)
    case bool(Bool)
    case none
    case name(String)
    case list([TemplateExpression])
    case dictionary([(key: TemplateExpression, value: TemplateExpression)])
    case attribute(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?, by: TemplateExpression?)
    case call(TemplateExpression, TemplateArguments)
    case filter(TemplateExpression, String, TemplateArguments)
    case test(TemplateExpression, String, TemplateArguments)
    case negation(TemplateExpression)
    case minus(TemplateExpression)
    case and(TemplateExpression, TemplateExpression)
    case or(TemplateExpression, TemplateExpression)
    /// `a < b <= c`: each with the next.
    case comparison(TemplateExpression, [(operation: String, operand: TemplateExpression)])
    case arithmetic(String, TemplateExpression, TemplateExpression)
    case condition(TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
}

/// What stands between the parentheses of a call.
struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
}

/// A statement of a template.
indirect enum TemplateStatement: Sendable {
    case text(String)
    case output(TemplateExpression)
    case branches([(condition: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(TemplateLoop)
    case assignment([TemplateTarget], TemplateExpression)
    case capture(TemplateTarget, [TemplateStatement])
    case macro(TemplateMacro)
    case leaveLoop
    case nextRound
    /// A block that changes nothing here (`{% generation %}`).
    case block([TemplateStatement])
}

/// `{% for targets in elements if condition %}body{% else %}otherwise{% endfor %}`
struct TemplateLoop: Sendable {
    var targets: [String]
    var elements: TemplateExpression
    var condition: TemplateExpression?
    var body: [TemplateStatement]
    var otherwise: [TemplateStatement]
}

/// What `{% set %}` gives a value to.
enum TemplateTarget: Sendable {
    case name(String)
    /// A member of a namespace.
    case member(String, String)
}

/// `{% macro name(parameters) %}body{% endmacro %}`
struct TemplateMacro: Sendable {
    var name: String
    var parameters: [(name: String, fallback: TemplateExpression?)]
    var body: [TemplateStatement]
}
