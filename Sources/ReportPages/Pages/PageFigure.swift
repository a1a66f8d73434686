/// A picture with what was asked, what is right and what was said.
package struct PageFigure: Sendable {
    /// The picture; `nil` for a text alone.
    package var picture: PagePicture?
    /// Stands in bold above the rest, such as an example's name; `""` for none.
    package var title: String
    /// Facts below, each with its name: `("question", "What is it?")`, `("reference", "a coin")`, `("output", "a coin.")`.
    package var facts: [(name: String, text: String)]
    /// Whether the output counts as right; `nil` where that is not asked.
    package var isRight: Bool?

    /// A figure.
    package init(
        _ picture: PagePicture?, title: String = "", facts: [(name: String, text: String)] = [], isRight: Bool? = nil
    ) {
        self.picture = picture
        self.title = title
        self.facts = facts
        self.isRight = isRight
    }

    /// The figure as an element.
    var element: String {
        var text = "<figure>" + (picture?.element ?? "") + "<figcaption>"
        if let isRight {
            let (style, words) = isRight ? ("right", "✓ right") : ("wrong", "✗ wrong")
            text += "<span class=\"badge \(style)\">\(words)</span>"
        }
        if !title.isEmpty { text += "<b>\(MarkupText.escaped(title))</b>" }
        if !facts.isEmpty { text += PageBlock.element(of: facts, style: "small") }
        return text + "</figcaption></figure>\n"
    }
}
