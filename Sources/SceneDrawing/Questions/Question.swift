/// A question about a scene, with its answer.
package struct Question: Sendable, Equatable {
    /// What is asked for.
    package enum Kind: String, Sendable, CaseIterable {
        case exist, count, compare, color, shape, size, relation, and, or, equal, read
    }

    package let kind: Kind
    /// The form of words, what it names left open: questions of one template are compared for their answers' balance.
    package let template: String
    package let text: String
    /// One word, lower case.
    package let answer: String

    init(_ kind: Kind, _ template: String, _ text: String, _ answer: String) {
        self.kind = kind
        self.template = kind.rawValue + "/" + template
        self.text = text
        self.answer = answer
    }

    init(_ kind: Kind, _ template: String, _ text: String, _ isTrue: Bool) {
        self.init(kind, template, text, isTrue ? "yes" : "no")
    }
}
