/// A part of a page. Whatever text it holds is escaped when the page is written: there is no way to put markup in.
package indirect enum PageBlock: Sendable {
    /// How much a callout matters.
    package enum Tone: String, Sendable {
        case note, good, warning, danger

        var title: String {
            switch self {
            case .note: "Note"
            case .good: "✓ Good"
            case .warning: "⚠ Warning"
            case .danger: "✗ Failed"
            }
        }
    }

    /// Plain words.
    case paragraph(String)
    /// Names with their values, under each other.
    case facts([(name: String, text: String)])
    /// A table.
    case table(PageTable)
    /// Charts.
    case charts(ChartSheet)
    /// Pictures with their captions, as many side by side as fit.
    case figures([PageFigure])
    /// A text in letters of one width, its lines as they are.
    case preformatted(String)
    /// Parts that are folded away until they are asked for.
    case details(summary: String, [PageBlock])
    /// A framed remark.
    case callout(Tone, String)
    /// A heading within a section.
    case heading(String)

    /// The part as elements.
    var element: String {
        switch self {
        case .paragraph(let text): "<p>\(MarkupText.escaped(text))</p>\n"
        case .facts(let facts): Self.element(of: facts, style: "facts")
        case .table(let table): table.element
        case .charts(let sheet): "<div class=\"charts\">\(sheet.pageElements.joined())</div>\n"
        case .figures(let figures): "<div class=\"figures\">\(figures.map(\.element).joined())</div>\n"
        case .preformatted(let text): "<pre>\(MarkupText.escaped(text))</pre>\n"
        case .details(let summary, let blocks):
            "<details><summary>\(MarkupText.escaped(summary))</summary>\n" + blocks.map(\.element).joined()
                + "</details>\n"
        case .callout(let tone, let text):
            "<div class=\"callout \(tone.rawValue)\" role=\"note\"><b>\(tone.title)</b> "
                + "\(MarkupText.escaped(text))</div>\n"
        case .heading(let text): "<h3>\(MarkupText.escaped(text))</h3>\n"
        }
    }

    /// A list of names and values.
    static func element(of facts: [(name: String, text: String)], style: String) -> String {
        let rows = facts.map { "<dt>\(MarkupText.escaped($0.name))</dt><dd>\(MarkupText.escaped($0.text))</dd>" }
        return "<dl class=\"\(style)\">\(rows.joined())</dl>\n"
    }
}

/// A part of a page with a title of its own, listed at the top.
package struct PageSection: Sendable {
    /// Stands above.
    package var title: String
    /// What it holds.
    package var blocks: [PageBlock]

    /// A section.
    package init(_ title: String, _ blocks: [PageBlock]) {
        self.title = title
        self.blocks = blocks
    }
}
