/// A page that stands for itself: style, charts and pictures are in the one file, and a policy in its head keeps a browser
/// from fetching anything else.
///
///     let page = HTMLPage("Finetuning run", sections: [PageSection("Scores", [.table(scores)])])
///     try WholeFile.write(page.html, to: "run/report.html")
///
/// It follows the reader's choice of light or dark, prints in black on white with everything unfolded, and is well-formed
/// XML too. Without scripts only the sorting of tables is missing.
package struct HTMLPage: Sendable {
    /// Stands at the top and in the window's title.
    package var title: String
    /// A line below the title; `""` for none.
    package var subtitle: String
    /// Stands before the first section: the upshot in a few words, and warnings.
    package var lead: [PageBlock]
    /// From top to bottom.
    package var sections: [PageSection]
    /// A line at the foot; `""` for none.
    package var footer: String

    /// A page.
    package init(
        _ title: String, subtitle: String = "", lead: [PageBlock] = [], sections: [PageSection], footer: String = ""
    ) {
        self.title = title
        self.subtitle = subtitle
        self.lead = lead
        self.sections = sections
        self.footer = footer
    }

    /// The text of the file.
    package var html: String {
        var text = """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
            style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>
            <title>\(MarkupText.escaped(title))</title>
            <style>\(PageStyle.rules)</style>
            </head>
            <body>
            <main>
            <header><h1>\(MarkupText.escaped(title))</h1>

            """
        if !subtitle.isEmpty { text += "<p class=\"faint\">\(MarkupText.escaped(subtitle))</p>\n" }
        text += "</header>\n" + lead.map(\.element).joined()
        if sections.count > 2 { text += contents }
        for (index, section) in sections.enumerated() {
            text += "<section id=\"part-\(index + 1)\"><h2>\(MarkupText.escaped(section.title))</h2>\n"
            text += section.blocks.map(\.element).joined() + "</section>\n"
        }
        if !footer.isEmpty { text += "<footer class=\"faint\">\(MarkupText.escaped(footer))</footer>\n" }
        return text + "</main>\n<script>\(PageStyle.script)</script>\n</body>\n</html>\n"
    }

    /// Links to the sections.
    private var contents: String {
        let links = sections.enumerated().map { index, section in
            "<a href=\"#part-\(index + 1)\">\(MarkupText.escaped(section.title))</a>"
        }
        return "<nav>\(links.joined(separator: " "))</nav>\n"
    }
}
